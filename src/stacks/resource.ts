import type { Generation, TriggerKind } from "../model/deployed.ts";

/** Every type of resource that a fleet consists of; the sandbox's provider serves exactly these. */
export const resourceTypes = [
  "gcp:storage/bucket:Bucket",
  "gcp:storage/bucketObject:BucketObject",
  "gcp:serviceaccount/account:Account",
  "gcp:serviceaccount/iAMMember:IAMMember",
  "gcp:projects/iAMMember:IAMMember",
  "gcp:secretmanager/secretIamMember:SecretIamMember",
  "gcp:cloudfunctionsv2/function:Function",
  "gcp:cloudfunctions/function:Function",
  "gcp:cloudfunctions/functionIamMember:FunctionIamMember",
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
  "gcp:cloudscheduler/job:Job",
  "gcp:cloudtasks/queue:Queue",
  "gcp:pubsub/topic:Topic",
  "gcp:monitoring/alertPolicy:AlertPolicy",
  "gcp:monitoring/dashboard:Dashboard",
] as const;

export type ResourceType = (typeof resourceTypes)[number];

/** An input: JSON, where undefined means "not set". A local file is written as `{ asset: path }`. */
export type Input = string | number | boolean | undefined | readonly Input[] | { readonly [key: string]: Input };
export type Inputs = Readonly<Record<string, Input>>;

/** One copy of a function. */
export interface Copy {
  readonly function: string;
  readonly region: string;
}

/** One resource as data: what the program hands to the engine, and what tests and checks look at. */
export interface ResourceSpec {
  readonly type: ResourceType;
  /** Logical name, unique in the fleet. */
  readonly name: string;
  /** Its component. */
  readonly parent: ComponentName;
  readonly inputs: Inputs;
  /** Logical names of what must be there first. Nothing else orders a deployment: inputs hold no outputs. */
  readonly dependsOn: readonly string[];
  /** The copy it belongs to; null where it belongs to a class or to the fleet. */
  readonly of: Copy | null;
  readonly options: ResourceOptions;
}

export interface ResourceOptions {
  /** Inputs whose changes are passed over once it is there. */
  readonly ignoreChanges?: readonly string[];
  /** It is forgotten and not deleted when it leaves the program. */
  readonly retainOnDelete?: boolean;
  /** Nothing deletes or replaces it. */
  readonly protect?: boolean;
}

export type ComponentType =
  | "regions:fleet:Class"
  | "regions:fleet:Region"
  | "regions:fleet:Sources"
  | "regions:fleet:Watch";

export interface ComponentName {
  readonly type: ComponentType;
  readonly name: string;
}

export interface ComponentSpec extends ComponentName {
  /** The component it stands in; null at the top. */
  readonly parent: ComponentName | null;
}

/** What a copy is, for checks of quotas and moves and for whoever is asked to agree. */
export interface PlannedCopy extends Copy {
  readonly class: string;
  readonly codebase: string;
  readonly generation: Generation;
  readonly trigger: TriggerKind;
  /** vCPU of one instance; of generation 1, what its memory brings. */
  readonly cpu: number;
  /** Null = without a ceiling of its own; then Google's 100 per revision holds. */
  readonly maxInstances: number | null;
  /** It is the copy that a declared move leaves. */
  readonly leaving: boolean;
}

/** Everything an environment is to consist of, as data. */
export interface FleetPlan {
  readonly environment: string;
  readonly project: string;
  /** Parents first. */
  readonly components: readonly ComponentSpec[];
  readonly resources: readonly ResourceSpec[];
  readonly copies: readonly PlannedCopy[];
  /** What is not wrong and still worth knowing, as sentences. */
  readonly notes: readonly string[];
}
