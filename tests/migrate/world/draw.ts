import { type AbortRule, type MoveKind, moveKinds } from "../../../src/model/move.ts";
import type { FaultRates } from "./faults.ts";
import type { Traits } from "./place.ts";
import type { Random } from "./random.ts";

/** What happens to a move besides its own doing. Each at a moment of its own. */
export const troubles = [
  "a stranger deletes the old copy",
  "a stranger deletes the new copy",
  "somebody leads a holder elsewhere",
  "somebody leads a holder back",
  "somebody leads a holder ahead",
  "somebody changes another field of a holder",
  "somebody deletes a holder",
  "somebody fires the old job again",
  "somebody pauses the new job",
  "somebody edits regions.yaml",
  "another operator resumes",
  "another operator rolls back",
  "the clock jumps ahead",
  "the clock is set back",
  "the process is killed",
  "the deployment fails",
  "the deployment is slow",
  "the new copy breaks",
  "a rollback is asked for",
] as const;
export type Trouble = (typeof troubles)[number];

/** What one history is made of. */
export interface Drawn {
  readonly traits: Traits;
  readonly abortOn: AbortRule | null;
  readonly rates: FaultRates | null;
  readonly troubles: readonly {
    readonly trouble: Trouble /** Calls to the outside until then. */;
    readonly after: number;
  }[];
  /** People mend what a stopped move asks for, and resume. */
  readonly mends: boolean;
}

const holderKinds = ["stripe", "twilio", "telegram", "push"] as const;

/** `prunes`: it is the history of a prune, and not of a move. */
export function drawHistory(random: Random, prunes: boolean): Drawn {
  const kind: MoveKind = random.pick(moveKinds);
  const schedule = random.pick(["cron", "interval"] as const);
  const holders = kind === "webhook" ? holderKinds.filter(() => random.chance(0.4)) : [];
  const isShared = kind === "event" || (kind === "scheduled" && schedule === "cron");
  const hasLedger = isShared || random.chance(0.5);
  const traits: Traits = {
    kind,
    holders: kind === "webhook" && holders.length === 0 ? [random.pick(holderKinds)] : holders,
    schedule,
    hasLedger,
    retriesKeepAddress: random.chance(0.5),
    pausedJobsRepeat: random.chance(0.5),
    jobsRepeat: random.chance(0.5),
    newJobsFire: random.chance(0.5),
    pausedJobsTellNext: random.chance(0.5),
    // What the sender itself doubles is for the ledger; the move must not add to it.
    losesAnswers: hasLedger && random.chance(0.3) ? 0.02 : 0,
    duplicates: hasLedger && random.chance(0.5) ? 0.1 : 0,
    failing: random.chance(0.4) ? 0.03 : 0,
    drainBy: random.pick(["waiting", "override"] as const),
    ...(prunes ? { prunes } : {}),
  };
  const share = random.pick([0, 0, 0.01, 0.04, 0.1]);
  const count = random.pick([0, 1, 1, 2, 3]);
  return {
    traits,
    abortOn: random.chance(0.5) ? { share: 0.3, withinMinutes: 24 * 60 } : null,
    rates: share === 0 ? null : { before: share, after: share / 2, refused: share / 10, slow: share },
    troubles: Array.from({ length: count }, () => ({ trouble: random.pick(troubles), after: random.between(1, 70) })),
    mends: random.chance(0.5),
  };
}
