/** What a deployment does, in words that hold for every tool that deploys. */

/** Parts that a fleet consists of; `function` is the function itself, the others are what hangs on it or on its class. */
export const partKinds = [
  "function",
  "invoker",
  "job",
  "queue",
  "topic",
  "account",
  "role",
  "secret-access",
  "bucket",
  "archive",
  "alert",
  "dashboard",
  "other",
] as const;
export type PartKind = (typeof partKinds)[number];

/** One part, and where in the fleet it belongs. */
export interface Part {
  readonly kind: PartKind;
  /** The function it belongs to, and the region of that copy; null for parts of a class or of the fleet. */
  readonly function: string | null;
  readonly region: string | null;
  /** Class it belongs to; null for parts of the fleet, and where nobody knows. */
  readonly class: string | null;
  /** What tells it from others of its kind: a member, a role, a secret, a topic; null where nothing need. */
  readonly detail: string | null;
}

export type Operation = "create" | "update" | "delete" | "replace" | "adopt" | "forget";

/** One field that differs. Values are shown as text; null = not set, or not to be shown. */
export interface FieldChange {
  /** In the manifest's words where it has one: "memory", "cpu", "runtime", "variable ZONE". */
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
  /** It cannot change in place: for its sake the part is deleted and made anew. */
  readonly replaces?: true;
}

export interface Change {
  readonly part: Part;
  readonly operation: Operation;
  /** Empty for what is created or deleted whole. */
  readonly fields: readonly FieldChange[];
}

export interface Failure {
  readonly part: Part | null;
  readonly operation: Operation | null;
  /** What the outside answered, one or a few lines, without secrets. */
  readonly message: string;
}

/** What happens while a deployment runs. */
export type DeploymentEvent =
  | { readonly kind: "begun"; readonly change: Change }
  | { readonly kind: "done"; readonly change: Change }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "warning"; readonly part: Part | null; readonly message: string };

/** What a line of regions.yaml can say of how a function runs. */
export const sizeFields = ["runtime", "memory", "cpu", "minInstances", "maxInstances"] as const;
export type SizeField = (typeof sizeFields)[number];

/**
 * Values of one copy. Memory as regions.yaml writes it ("512Mi", "1Gi") where that is possible, else as Google has it;
 * cpu in vCPU. Null = not set; of cpu also: nobody may set it, as in generation 1.
 */
export type Sizes = Readonly<Record<SizeField, SizeValue>>;
export type SizeValue = string | number | null;

/** A copy that was adopted, and what a deployment by the manifest and the code would give the function. */
export interface LiveSizes {
  readonly function: string;
  /** Where the copy is live. */
  readonly region: string;
  /** False: the function is live in none of its regions, and this copy is one that it has elsewhere. */
  readonly inPlace: boolean;
  readonly live: Sizes;
  readonly next: Sizes;
}

/** One value that is live and goes into the manifest. */
export interface AcceptedValue {
  /** Null = into `defaults`, for every function that says nothing of its own. */
  readonly function: string | null;
  readonly field: SizeField;
  /** What a deployment would have set; of `defaults`, what they said. Null = nothing. */
  readonly from: SizeValue;
  readonly to: SizeValue;
}

/** One value that is live and that the manifest cannot have. */
export interface LeftValue {
  readonly function: string;
  readonly region: string;
  readonly field: SizeField;
  readonly live: SizeValue;
  readonly next: SizeValue;
  /** A clause: "regions.yaml cannot say …". */
  readonly reason: string;
}
