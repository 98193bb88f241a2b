import type { HolderKind } from "./holders.ts";

/* A move as data: what a person approves in a file, and what the journal keeps. Nothing here holds a secret. */

/** Kinds of functions, by what must not be lost while they move. */
export const moveKinds = ["webhook", "https", "callable", "scheduled", "event", "task"] as const;
export type MoveKind = (typeof moveKinds)[number];

/** One URL field of one outside resource. The URL itself is not kept: it may hold a secret. */
export interface HolderRef {
  readonly kind: HolderKind;
  /** The provider's id: we_…, PN…, AP…, bot id; full name of a job, a queue or a subscription. */
  readonly id: string;
  /** What a person calls it. */
  readonly label: string;
  /** The field that holds the URL. */
  readonly field: string;
}

/** A Scheduler job or a task queue, by location and last part of its name. */
export interface LocatedName {
  readonly region: string;
  readonly name: string;
}

/** One copy of a function. */
export interface CopyRef {
  readonly function: string;
  readonly region: string;
}

/** What a step does. Everything that it needs is here, so that a journal can be gone on with by itself. */
export type Action =
  /**
   * regions.yaml names the new region and, until it is over, the one that is left. `found`: how it was when the plan was
   * made; "after" where it named the new region already, and the function was live in another.
   */
  | { readonly do: "declare-move"; readonly until: string; readonly found: "before" | "after" }
  /** Both copies are live with the same settings. */
  | { readonly do: "deploy-copy" }
  /** The new copy's job is there, and does not fire yet. */
  | { readonly do: "hold-job"; readonly job: LocatedName }
  | { readonly do: "resume-job"; readonly job: LocatedName }
  | { readonly do: "pause-job"; readonly job: LocatedName }
  /**
   * `job` is run once where a due time has passed that neither it nor `other` attempted with success. `way`: it makes up
   * for what was missed on the way there, or, when the move is turned back, on the way back.
   */
  | {
      readonly do: "run-if-missed";
      readonly way: "there" | "back";
      readonly other: LocatedName;
      readonly job: LocatedName;
    }
  /** A holder's URL leads to the new copy, and nothing else of the holder has changed. */
  | { readonly do: "switch-holder"; readonly holder: HolderRef }
  /** No caller in the source names the old region; `fix` mends those that can be mended by rewriting. */
  | { readonly do: "switch-callers" }
  /**
   * The new copy has answered a real request, or had a real run, with success. `settleMs`: only what it answers so long
   * after its deployment counts, as its trigger may be active for some events and not yet for others until then. `job`:
   * the job whose next run it will be; null where nobody knows when one comes.
   */
  | { readonly do: "await-request"; readonly settleMs: number; readonly job: LocatedName | null }
  /** The old queue is empty; what waits in it goes out from there, or by an override to the new copy. */
  | { readonly do: "drain-queue"; readonly queue: LocatedName; readonly by: "waiting" | "override" }
  /** Nothing has reached the old copy for so long, in milliseconds. `why`: whose promise is that long. */
  | { readonly do: "await-silence"; readonly forMs: number; readonly why: string }
  /** Nothing waits for the old copy any longer of what came before the new one got everything. */
  | { readonly do: "await-backlog" }
  /** What the providers sent since the switch has arrived, and taken effect by the ledger. */
  | { readonly do: "reconcile"; readonly providers: readonly HolderKind[]; readonly ledger: string | null }
  /** The old copy is gone, with its job, its queue, its trigger. */
  | { readonly do: "remove-copy" }
  /** regions.yaml says that the move is over. */
  | { readonly do: "declare-end" };

export type ActionName = Action["do"];
export type ActionOf<N extends ActionName> = Extract<Action, { readonly do: N }>;

/** Up to the drain a move can be rolled back; the drain takes the old copy away. */
export const phases = ["prepare", "switch", "wait", "drain"] as const;
export type Phase = (typeof phases)[number];

export interface Step {
  /** Unique within the plan, speaking, stable: "switch-holder:stripe:we_1:url". */
  readonly id: string;
  readonly phase: Phase;
  readonly action: Action;
  /** For people: what it changes, how that is verified, how it is undone (null: there is nothing to undo). */
  readonly changes: string;
  readonly verified: string;
  readonly undone: string | null;
}

export interface Precondition {
  readonly id: string;
  readonly holds: boolean;
  /** What was found, one sentence. */
  readonly found: string;
  /** What to do where it does not hold; null where it does. */
  readonly mend: string | null;
}

/** One fact that the plan rests on; `apply` compares it with the day. */
export interface WorldFact {
  /** "copy europe-west1", "holder stripe we_1 url", "manifest", "caller web/src/A.tsx:12". */
  readonly what: string;
  readonly is: string;
}

export interface AbortRule {
  /** Share of 5xx answers of the new copy from which on holders are put back, 0 to 1. */
  readonly share: number;
  /** Of its requests of the last so many minutes. */
  readonly withinMinutes: number;
}

export interface MovePlan {
  readonly version: 1;
  /** "stripeWebhook-europe-west3-20261128-0914". */
  readonly id: string;
  /** "prune": the copy in `from` goes, and nothing is deployed. */
  readonly purpose: "move" | "prune";
  readonly environment: string;
  readonly project: string;
  readonly function: string;
  readonly from: string;
  /** Region of `stays`; of a prune after which nothing stays, `from`. */
  readonly to: string;
  /** What answers in place of the copy in `from`; null: nothing needs to, as nothing reaches that one. */
  readonly stays: CopyRef | null;
  /** Test events stand in for real ones: never where a customer depends on the environment. Left out: it is no rehearsal. */
  readonly rehearsal?: true | undefined;
  readonly kind: MoveKind;
  readonly generation: 1 | 2;
  readonly codebase: string;
  readonly deployer: "pulumi" | "firebase";
  /** RFC 3339. */
  readonly madeAt: string;
  readonly preconditions: readonly Precondition[];
  readonly world: readonly WorldFact[];
  readonly steps: readonly Step[];
  readonly abortOn: AbortRule | null;
  /** Reason why effects need not be proved where the codebase declares no ledger; null: none was given. */
  readonly unproven: string | null;
  readonly risks: readonly string[];
}

export type Direction = "do" | "undo";

/** Small facts that a step keeps for its undo and its verification: names, hashes, counts; never a URL or a secret. */
export type Kept = Readonly<Record<string, string | number | boolean | null>>;

/** One line of a journal. Lines are only ever added. */
export type JournalRecord = {
  readonly v: 1;
  /** 0 for the first line. */
  readonly n: number;
  /** RFC 3339, by the clock of the move. */
  readonly at: string;
} & JournalEvent;

export type JournalEvent =
  /** First line: the whole plan, and who began it ("ann@laptop"). */
  | { readonly kind: "planned"; readonly plan: MovePlan; readonly by: string }
  /** The effect of a step is about to be brought about; settled by a probe where no `done` follows. */
  | { readonly kind: "begin"; readonly step: string; readonly direction: Direction; readonly kept: Kept }
  /** It is true now, and this is how that was seen. */
  | {
      readonly kind: "done";
      readonly step: string;
      readonly direction: Direction;
      readonly evidence: string;
      readonly kept: Kept;
    }
  | {
      readonly kind: "wait";
      readonly step: string;
      readonly direction: Direction;
      readonly for: string;
      readonly until: string | null;
    }
  /** It was tried, and did not come about. */
  | { readonly kind: "failed"; readonly step: string; readonly direction: Direction; readonly reason: string }
  /** Goes no further by itself: somebody else has changed what the move rests on. */
  | { readonly kind: "stopped"; readonly step: string; readonly direction: Direction; readonly reason: string }
  /** Somebody answers for a proof that does not come: a request that is made once a month, a delivery that nobody repeats. */
  | { readonly kind: "accepted"; readonly step: string; readonly by: string; readonly reason: string }
  /** From here on steps are undone, last first. `abort`: by the plan's own rule, and the reason is what it saw. */
  | { readonly kind: "turned-back"; readonly by: string; readonly abort: boolean; readonly reason: string }
  | { readonly kind: "moved" }
  | { readonly kind: "rolled-back" };
