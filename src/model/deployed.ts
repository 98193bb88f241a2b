/** Facts that Google says are there. Shapes are ours; adapters in sources/deployed translate. */

export type Generation = 1 | 2;

/** How a function is reached; the order of evidence is in sources/deployed/kind.ts. */
export type TriggerKind = "callable" | "https" | "scheduled" | "task" | "event" | "blocking" | "other";

export type FunctionState =
  | "ACTIVE"
  | "FAILED"
  | "DEPLOYING"
  | "DELETING"
  | "OFFLINE"
  | "DETACHING"
  | "DETACH_FAILED"
  | "UNKNOWN";

/** Who may call: "public" = allUsers is bound, "restricted" = bindings were read and allUsers is not among them. */
export type InvokerAccess = "public" | "restricted";

export interface EventTriggerFact {
  readonly eventType: string;
  /** Location of the trigger (gen 2), "global", or null where the listing does not show it. */
  readonly triggerRegion: string | null;
  /** Eventarc or gen 1 resource the events come from; kept as Google writes it. */
  readonly resource: string | null;
  /** `database` filter of a Firestore trigger, "(default)" when absent; null for others. */
  readonly database: string | null;
  /** `bucket` filter of a Storage trigger; null for others. */
  readonly bucket: string | null;
}

/** One copy: one function in one region. null = the listing does not show it (see DeployedFacts.lacks). */
export interface DeployedFunction {
  /** The function's ID with its own case. */
  readonly name: string;
  readonly project: string;
  readonly region: string;
  readonly generation: Generation | null;
  readonly trigger: TriggerKind;
  readonly state: FunctionState | null;
  /** First error message of the state, shortened; null where there is none. */
  readonly stateMessage: string | null;
  readonly runtime: string | null;
  readonly memoryMiB: number | null;
  /** vCPU per instance, e.g. 0.1666. */
  readonly cpu: number | null;
  readonly minInstances: number | null;
  readonly maxInstances: number | null;
  readonly concurrency: number | null;
  readonly timeoutSeconds: number | null;
  /** Every URL that reaches this copy, preferred first. */
  readonly urls: readonly string[];
  readonly invoker: InvokerAccess | null;
  readonly serviceAccount: string | null;
  /** Firebase codebase label; "default" when a firebase function carries none; null when not firebase's. */
  readonly codebase: string | null;
  /** "firebase" | "regions" | "gcloud" | ...: label deployment-tool, cut to its first word; null if absent. */
  readonly deployer: string | null;
  readonly eventTrigger: EventTriggerFact | null;
  /** RFC 3339, or null. */
  readonly updateTime: string | null;
}

/** A Cloud Run service that is no function: it takes part in quotas only. */
export interface RunService {
  readonly name: string;
  readonly project: string;
  readonly region: string;
  readonly cpu: number | null;
  readonly maxInstances: number | null;
}

export interface SchedulerJob {
  /** Last part of the resource name. */
  readonly name: string;
  readonly project: string;
  readonly region: string;
  readonly state: "ENABLED" | "PAUSED" | "DISABLED" | "UPDATE_FAILED" | "UNKNOWN";
  readonly schedule: string | null;
  readonly timeZone: string | null;
  /** httpTarget.uri without secrets; null for Pub/Sub targets. */
  readonly uri: string | null;
  /** Topic of a Pub/Sub target, full name; null for others. */
  readonly topic: string | null;
}

export interface TaskQueue {
  readonly name: string;
  readonly project: string;
  readonly region: string;
  readonly state: "RUNNING" | "PAUSED" | "DISABLED" | "UNKNOWN";
  /** Host every task is sent to, where the queue overrides it; null otherwise. */
  readonly uriOverride: string | null;
}

export interface EventarcTrigger {
  readonly name: string;
  readonly project: string;
  readonly region: string;
  readonly eventType: string | null;
  /** Function or Run service that receives the events, with its region; null for other destinations. */
  readonly destination: { readonly name: string; readonly region: string | null } | null;
}

export interface FunctionLocation {
  readonly region: string;
  readonly generations: readonly Generation[];
}

export interface RuntimeFact {
  readonly runtime: string;
  readonly region: string;
  readonly generation: Generation | null;
  /** YYYY-MM-DD, or null where Google gives none. */
  readonly deprecated: string | null;
  readonly decommissioned: string | null;
}

/** vCPU in use in a region: the highest mean of the window that was read. */
export interface VcpuUsage {
  readonly region: string;
  readonly vcpu: number;
  /** Start and end of the window, RFC 3339. */
  readonly from: string;
  readonly to: string;
}

/** A Firestore database or Storage bucket with its location id as Google writes it, lower case. */
export interface LocatedResource {
  readonly name: string;
  readonly location: string;
}

/** What stands beside functions in a project, and is listed by itself. */
const besideFunctions = [
  "services",
  "jobs",
  "queues",
  "triggers",
  "locations",
  "runtimes",
  "usage",
  "databases",
  "buckets",
] as const;

/** Parts of the deployed facts that may be asked for beside the functions, which are always read. */
export const deployedFacets = ["invokers", ...besideFunctions] as const;
export type DeployedFacet = (typeof deployedFacets)[number];

/** What no listing of functions holds. */
export const neverListed = ["invokers", "unreachable-regions", ...besideFunctions] as const;

/** What a listing of some origin cannot show at all. Rules that need it say "not checked"; it is no gap. */
export const deployedAspects = [
  "generation",
  "state",
  "runtime",
  "cpu",
  "max-instances",
  "urls",
  "event-triggers",
  ...neverListed,
] as const;
export type DeployedAspect = (typeof deployedAspects)[number];

export interface DeployedOrigin {
  readonly kind: "live" | "snapshot" | "firebase-json" | "firebase-table" | "gcloud-json";
  /** The file that was read, or null for a live look. */
  readonly file: string | null;
  /** When the listing was made (live: now; files: mtime), RFC 3339; null where unknown. */
  readonly takenAt: string | null;
}

export interface DeployedFacts {
  readonly origin: DeployedOrigin;
  readonly lacks: readonly DeployedAspect[];
  readonly functions: readonly DeployedFunction[];
  readonly services: readonly RunService[];
  readonly jobs: readonly SchedulerJob[];
  readonly queues: readonly TaskQueue[];
  readonly triggers: readonly EventarcTrigger[];
  readonly locations: readonly FunctionLocation[];
  readonly runtimes: readonly RuntimeFact[];
  readonly usage: readonly VcpuUsage[];
  readonly databases: readonly LocatedResource[];
  readonly buckets: readonly LocatedResource[];
}
