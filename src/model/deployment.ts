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
