import type { DeployedFunction, FunctionLocation, SchedulerJob, TaskQueue, VcpuUsage } from "../../model/deployed.ts";
import type { HolderKind } from "../../model/holders.ts";
import type { HolderRef } from "../../model/move.ts";

/** A holder's field that reaches a copy of the function. */
export interface ReachingHolder {
  readonly ref: HolderRef;
  readonly region: string;
  /** Created with the copy and removed with it: its own job, queue or subscription. */
  readonly own: boolean;
  /** False: it is switched off, or another of the same provider takes its place. It is led over all the same. */
  readonly active: boolean;
  /** It holds one of the copy's own addresses; false: one of a tagged revision, say, of which another copy has no like. */
  readonly plain: boolean;
}

/** A place in the source that calls the function. */
export interface ReachingCaller {
  /** "web/src/Checkout.tsx:12". */
  readonly at: string;
  readonly region: string;
}

/** What a plan is made from: one look, as far as it concerns one function. */
export interface MoveFacts {
  readonly copies: readonly DeployedFunction[];
  /** Null: Google does not say where functions may be. */
  readonly locations: readonly FunctionLocation[] | null;
  readonly jobs: readonly SchedulerJob[];
  readonly queues: readonly TaskQueue[];
  readonly usage: readonly VcpuUsage[];
  readonly holders: readonly ReachingHolder[];
  /** Whether the secret token of the bot's webhook is at hand, or known to be none; left out: neither. */
  readonly telegramSecret?: "at hand" | "none";
  /** Kinds of holders that were read in full. */
  readonly readHolders: ReadonlySet<HolderKind>;
  readonly callers: readonly ReachingCaller[];
  /** Calls that may reach it or not. */
  readonly unresolved: readonly string[];
  /** Where the source exports it: "functions/src/index.ts:12". */
  readonly exportedAt: readonly string[];
  /** What could not be looked at: "deployed europe-west4: …". A plan with any cannot be applied. */
  readonly gaps: readonly string[];
  /** Ids of moves of the same function that are not over. */
  readonly openMoves: readonly string[];
}
