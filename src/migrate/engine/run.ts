import type { Direction, Kept, Step } from "../../model/move.ts";
import type { Journal } from "../journal/journal.ts";
import { hasDrained, type Standing, untouched } from "../journal/standing.ts";
import type { Lock } from "../ports/journal-store.ts";
import { type Ports, Refused, Unseen } from "../ports/world.ts";
import { type Doing, type Probe, type StepContext, type Works, workOf } from "../steps/work.ts";
import { abortReason } from "./abort.ts";

export interface RunOptions {
  readonly works: Works;
  readonly ports: Ports;
  readonly journal: Journal;
  readonly lock: Lock;
  /** "ann@laptop". */
  readonly by: string;
  /** Stop when this step is done: its id, or what it does ("switch-holder"); null = go on to the end. */
  readonly until: string | null;
  readonly onStep?: (step: Step, direction: Direction, what: "looking" | "doing" | "done") => void;
}

export type RunEnd =
  | { readonly is: "moved" }
  | { readonly is: "rolled-back" }
  | { readonly is: "paused"; readonly after: Step }
  | {
      readonly is: "waiting";
      readonly step: Step;
      readonly direction: Direction;
      readonly for: string;
      /** RFC 3339; null: nobody knows. */
      readonly until: string | null;
    }
  | { readonly is: "failed" | "stopped"; readonly step: Step; readonly direction: Direction; readonly reason: string };

/** How often, and how far apart in ms, an effect is looked for that was just brought about. */
const looks = [0, 250, 1_000, 3_000, 10_000, 15_000, 30_000];

/**
 * Goes on with a move from wherever its journal ends: forward, or back once it was turned back. The journal is written
 * before and after each effect; an effect that was begun and not ended is settled by looking. Ends by itself at the first
 * step that has to wait, fails, or finds the world changed.
 */
export async function runMove(options: RunOptions): Promise<RunEnd> {
  const { journal } = options;
  for (;;) {
    const standing = journal.standing();
    if (standing.ended !== null) return { is: standing.ended };
    const reason = await abortReason(standing, options.ports);
    if (reason !== null) {
      await journal.write({ kind: "turned-back", by: options.by, abort: true, reason });
      continue;
    }
    const step = nextStep(standing);
    if (step === null) {
      await journal.write({ kind: standing.direction === "do" ? "moved" : "rolled-back" });
      continue;
    }
    const end = await runStep(step, standing, options);
    if (end !== null) return end;
    const isAsked = options.until === step.id || options.until === step.action.do;
    if (isAsked && standing.direction === "do" && nextOf(journal.standing(), options.until)) {
      return { is: "paused", after: step };
    }
  }
}

/** True once no step that `until` names is left. */
function nextOf({ plan, steps }: Standing, until: string | null): boolean {
  return plan.steps.every(({ id, action }) => (id !== until && action.do !== until) || steps.get(id)?.done === true);
}

function nextStep({ plan, steps, direction }: Standing): Step | null {
  const of = (step: Step) => steps.get(step.id) ?? untouched;
  if (direction === "do") return plan.steps.find((step) => !of(step).done) ?? null;
  return plan.steps.findLast((step) => (of(step).begun || of(step).done) && !of(step).undone) ?? null;
}

/** Null: the step is done. */
async function runStep(step: Step, standing: Standing, options: RunOptions): Promise<RunEnd | null> {
  const { journal, ports, lock, onStep } = options;
  const { direction } = standing;
  const context = contextOf(step, standing, ports);
  const work = workOf(options.works, step.action, context);
  const doing = direction === "do" ? work.forward : work.backward;
  const told = { step: step.id, direction };
  const done = async (evidence: string, kept: Kept = {}): Promise<null> => {
    await journal.write({ kind: "done", ...told, evidence, kept });
    onStep?.(step, direction, "done");
    return null;
  };
  const waiting = async (probe: Probe & { readonly is: "waiting" }): Promise<RunEnd> => {
    const until = probe.until === null ? null : new Date(probe.until).toISOString();
    const { last } = standing;
    const isSame = last.kind === "wait" && last.step === step.id && last.for === probe.for && last.until === until;
    if (!isSame) await journal.write({ kind: "wait", ...told, for: probe.for, until });
    return { is: "waiting", step, direction, for: probe.for, until };
  };
  const ended = async (is: "failed" | "stopped", reason: string): Promise<RunEnd> => {
    await journal.write({ kind: is, ...told, reason });
    return { is, step, direction, reason };
  };
  if (doing === null) return done("there is nothing to undo");
  onStep?.(step, direction, "looking");
  try {
    const found = await doing.probe();
    if (found.is === "done") return await done(found.evidence, found.kept);
    if (found.is === "waiting") return await waiting(found);
    if (found.is === "changed") return await ended("stopped", found.what);
    await journal.write({ kind: "begin", ...told, kept: found.kept ?? {} });
    await lock.renew();
    onStep?.(step, direction, "doing");
    const seen = await applied(doing, step, journal, options, direction);
    if (seen.is === "done") return await done(seen.evidence, seen.kept);
    if (seen.is === "waiting") return await waiting(seen);
    if (seen.is === "changed") return await ended("stopped", seen.what);
    return await ended("failed", "it was brought about, and is not to be seen; nobody knows why.");
  } catch (error) {
    // The world could not be looked at: nothing is concluded, and nothing is skipped.
    if (error instanceof Unseen) return waiting({ is: "waiting", for: error.message, until: null });
    if (error instanceof Refused) return ended("failed", error.message);
    throw error;
  }
}

/** Brings the effect about, and looks until it is there, or for long enough. What it kept before is known by then. */
async function applied(
  doing: Doing,
  step: Step,
  journal: Journal,
  { works, ports }: RunOptions,
  direction: Direction,
): Promise<Probe> {
  // Made anew, so that it knows what `begin` has kept.
  const work = workOf(works, step.action, contextOf(step, journal.standing(), ports));
  const now = (direction === "do" ? work.forward : work.backward) ?? doing;
  await now.apply?.();
  let seen: Probe = { is: "todo" };
  for (const pause of looks) {
    if (pause > 0) await ports.clock.pause(pause);
    seen = await now.probe();
    if (seen.is !== "todo") break;
  }
  return seen;
}

function contextOf(step: Step, standing: Standing, ports: Ports): StepContext {
  return {
    move: standing.plan,
    ports,
    kept: standing.steps.get(step.id)?.kept ?? {},
    startedAt: Date.parse(standing.beganAt),
    switchedAt: standing.switchedAt,
    turnedBackAt: standing.turnedBackAt,
    hasSwitched: standing.plan.steps.some(
      ({ id, phase }) => phase === "switch" && standing.steps.get(id)?.begun === true,
    ),
  };
}

export type RollbackAnswer = "turned back" | "already" | "too late";

/** Turns a move back, if that is still possible; `runMove` then undoes it. */
export async function turnBack(journal: Journal, by: string, reason: string): Promise<RollbackAnswer> {
  const standing = journal.standing();
  if (standing.ended === "rolled-back" || standing.direction === "undo") return "already";
  if (standing.ended === "moved" || hasDrained(standing)) return "too late";
  await journal.write({ kind: "turned-back", by, abort: false, reason });
  return "turned back";
}
