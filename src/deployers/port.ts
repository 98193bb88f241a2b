import type { Generation, TriggerKind } from "../model/deployed.ts";
import type { Change, DeploymentEvent, Failure, LiveSizes } from "../model/deployment.ts";
import type { Drift, StateFacts } from "../model/state.ts";
import type { DeployedCommit } from "../model/verification.ts";

/**
 * What deploys a fleet, whichever tool does it: commands and moves know this, and nothing of the tool. A deployer is made
 * for one environment of one manifest. Every call throws InputError for what is wrong with what was asked (the manifest,
 * a region that would change, somebody else at work), all of it at once; what the outside refuses is a failure.
 */
export interface Deployer {
  /** What a deployment would change. Changes nothing itself. */
  preview(request: PreviewRequest): Promise<Preview>;
  /** Brings the environment to what the manifest and the code say. Other regions go on where one fails. */
  deploy(request: DeployRequest): Promise<Outcome>;
  /**
   * Takes what is live into the state, as it is: creates nothing, changes nothing. What was adopted before and not
   * decided on is looked at again. Rejects with ActionError where the tool would do anything else.
   */
  adopt(live: LiveFleet, request: AdoptRequest): Promise<Adoption>;
  /** What was adopted, beside what a deployment would give it. */
  compareSizes(): Promise<readonly LiveSizes[]>;
  /** Deletes everything the state knows; what was adopted and not decided on only where that is asked for. */
  destroy(request: DestroyRequest): Promise<Outcome>;
  /** Notes, where the tool keeps notes, that a deployment of the scope would have changed nothing. */
  noteUnchanged?(scope: Scope): Promise<void>;
  readState(): Promise<DeploymentState>;
}

/**
 * What reads a state, and compares it with what is there. It needs no code and no plan, writes neither the state nor what
 * is there, and keeps nobody from deploying meanwhile. Throws InputError where the state cannot be used.
 */
export interface StateReader {
  /** Null where there is no state: nothing has been deployed or adopted yet, or its state lies elsewhere. */
  compare(request: RunRequest): Promise<Comparison | null>;
  /** The last deployment of everything, and those after it, last first; empty where none has noted its commit. */
  deployedCommits(): Promise<readonly DeployedCommit[]>;
}

export interface Comparison {
  readonly facts: StateFacts;
  /** What could not be looked at, by region; null: parts of classes and of the fleet, or everything. */
  readonly unread: readonly { readonly region: string | null; readonly reason: string }[];
}

/** What a state says of single copies. It needs no code and no plan. Throws InputError where the state cannot be used. */
export interface CopyStates {
  /** "adopted": taken over as it is live, and not decided on. Null: it is not in the state. */
  knows(name: string, region: string): Promise<"deployed" | "adopted" | null>;
  /** Takes an adopted copy out of the state, with what hangs on it, and leaves it as it is live. */
  forget(name: string, region: string): Promise<void>;
}

/** What a request is limited to; an empty list does not limit. All that is given must hold. */
export interface Scope {
  readonly classes: readonly string[];
  readonly regions: readonly string[];
  readonly functions: readonly string[];
}

export const everything: Scope = { classes: [], regions: [], functions: [] };

export interface RunRequest {
  readonly signal: AbortSignal;
  readonly onEvent?: (event: DeploymentEvent) => void;
}

export interface PreviewRequest extends RunRequest {
  readonly scope: Scope;
  /** Compares with what is really there, and not with what the last deployment left. */
  readonly refresh: boolean;
  /**
   * Functions that may be deleted and made anew, with what hangs on them, where nothing else helps. Nothing else is that
   * loses anything by it: a preview has a failure for it, and a deployment is refused.
   */
  readonly allowReplace?: readonly string[];
}

export interface DeployRequest extends PreviewRequest {}

export interface AdoptRequest extends RunRequest {
  /** Reads again what was adopted before; false where that has only just been done. Left out: true. */
  readonly lookAgain?: boolean;
}

export interface DestroyRequest extends RunRequest {
  readonly includeAdopted: boolean;
}

export interface Preview {
  readonly changes: readonly Change[];
  /** What is not as it was deployed; empty where nobody looked (`refresh`). Part of the changes, or decided by now. */
  readonly drifts: readonly Drift[];
  /** Some of it was adopted and not deployed since: there, changes are differences to what another tool has made. */
  readonly adopted?: boolean;
  readonly unchanged: number;
  /** Why it could not be deployed as it is: broken policies, what the outside refuses to show. */
  readonly failures: readonly Failure[];
  readonly notes: readonly string[];
}

export interface Outcome {
  /** What has been done. */
  readonly changes: readonly Change[];
  readonly unchanged: number;
  /** What has not; everything else has been tried. */
  readonly failures: readonly Failure[];
  readonly notes: readonly string[];
}

/** What is live, as far as it can be adopted. */
export interface LiveFleet {
  /** Regions that could not be looked at in full: nothing of them is here, and nothing is concluded of them. */
  readonly unseen: readonly string[];
  readonly functions: readonly LiveCopy[];
  readonly jobs: readonly { readonly name: string; readonly region: string }[];
  readonly queues: readonly { readonly name: string; readonly region: string }[];
}

export interface LiveCopy {
  readonly name: string;
  readonly region: string;
  readonly generation: Generation;
  readonly trigger: TriggerKind;
  /** Everybody may call it. */
  readonly isPublic: boolean;
}

export interface Adoption {
  readonly adopted: readonly Change[];
  /** Copies that were in the state before. */
  readonly present: number;
  readonly failures: readonly Failure[];
  /** What the next deployment would change, field by field: where manifest and cloud differ. */
  readonly differences: readonly Change[];
  /** What that deployment would be refused for, before it changed anything. */
  readonly refusals: readonly Failure[];
  readonly notes: readonly string[];
}

export interface DeploymentState {
  readonly copies: readonly {
    readonly function: string;
    readonly region: string;
    readonly generation: Generation;
    /** Taken over as it was live, and not decided on: nothing changes or deletes it. */
    readonly adopted: boolean;
  }[];
  /** Parts that a killed deployment had begun; the next one settles them. */
  readonly interrupted: number;
}
