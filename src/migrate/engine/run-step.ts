import type { Direction, Kept, Step } from "../../model/move.ts";
import type { Journal } from "../journal/journal.ts";
import { isOpen, type Standing, standingOfStep } from "../journal/standing.ts";
import type { Lock } from "../ports/journal-store.ts";
import { type Ports, Refused } from "../ports/world.ts";
import type { Probe, Works } from "../steps/work.ts";
import { type Blocked, blockedBy, blockedByError, failed } from "./blocked.ts";
import { doingOf } from "./context.ts";

export interface StepOptions {
  readonly works: Works;
  readonly ports: Ports;
  readonly journal: Journal;
  readonly lock: Lock;
  readonly onStep?: (step: Step, direction: Direction, what: "looking" | "doing" | "done") => void;
}

/** For how long a lock has to hold for anything to be brought about under it, in ms. */
const leastLeftMs = 60_000;

/** How often, and how far apart in ms, an effect is looked for that was just brought about. */
const looks = [0, 250, 1_000, 3_000, 10_000, 15_000, 30_000];

/**
 * Looks at one step, and brings it about where it is not so yet: `begin` before the effect, `done` after it was seen.
 * Null: it is done. Rejects with Refused where the lock or the journal has gone to somebody else.
 */
export async function runStep(step: Step, options: StepOptions): Promise<Blocked | null> {
  const { journal, lock, onStep } = options;
  const { direction } = journal.standing();
  const told = { step: step.id, direction };
  const done = async (evidence: string, kept: Kept = {}): Promise<null> => {
    await journal.write({ kind: "done", ...told, evidence, kept });
    onStep?.(step, direction, "done");
    return null;
  };
  const doing = doingOf(options.works, step, journal.standing(), options.ports);
  if (doing === null) return done("there is nothing to undo");
  onStep?.(step, direction, "looking");
  const found = await orError(() => doing.probe());
  if ("error" in found) return blockedByError(found.error, step, direction, journal);
  if (found.is === "done") return done(found.evidence, found.kept);
  if (found.is !== "todo") return blockedBy(found, step, direction, journal);
  const { kept = {} } = found;
  if (!isToldOf(step, journal.standing(), kept)) await journal.write({ kind: "begin", ...told, kept });
  // Whoever was suspended since it wrote that, and was taken over, must not bring anything about.
  await lock.sending();
  onStep?.(step, direction, "doing");
  // Right before the effect: that it was renewed may be long ago, if this process was suspended since.
  if (lock.leftMs() < leastLeftMs) throw new Refused("The lock of the move has run out meanwhile. Resume to go on.");
  const seen = await orError(() => applied(step, options));
  // Of what nobody has seen an answer to, nobody knows whether it is still on its way.
  if (!("error" in seen) || seen.error instanceof Refused) await lock.settled();
  if ("error" in seen) return blockedByError(seen.error, step, direction, journal);
  if (seen.is === "done") return done(seen.evidence, seen.kept);
  if (seen.is !== "todo") return blockedBy(seen, step, direction, journal);
  const why = seen.why ?? "nobody knows why.";
  return failed(`it was brought about, and is not to be seen: ${why}`, step, direction, journal);
}

/** Whoever was killed had begun it, and written nothing since: that line tells of this try, too. */
function isToldOf(step: Step, standing: Standing, kept: Kept): boolean {
  const before = standingOfStep(standing, step).kept;
  return isOpen(standing, step) && Object.keys(kept).every((key) => key in before);
}

/** So that what the journal and the lock throw is never taken for what the world says. */
async function orError(look: () => Promise<Probe>): Promise<Probe | { readonly error: unknown }> {
  try {
    return await look();
  } catch (error) {
    return { error };
  }
}

/** Brings the effect about, and looks until it is there, or for long enough. */
async function applied(step: Step, { works, ports, journal }: StepOptions): Promise<Probe> {
  // Made anew, so that it knows what `begin` has kept.
  const doing = doingOf(works, step, journal.standing(), ports);
  await doing?.apply?.();
  let seen: Probe = { is: "todo" };
  for (const pause of looks) {
    if (pause > 0) await ports.clock.pause(pause);
    seen = (await doing?.probe()) ?? seen;
    if (seen.is !== "todo") break;
  }
  return seen;
}
