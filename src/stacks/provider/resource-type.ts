import type { Fields } from "./fields.ts";
import type { LabelRules } from "./labels.ts";
import type { Rest } from "./rest.ts";
import type { Values } from "./values.ts";

/** What the provider was configured with, and its way to Google. */
export interface Context {
  readonly rest: Rest;
  /** Project of resources that name none. */
  readonly project: string;
  /** Region of those resources that may leave it to the provider; null = it names none. */
  readonly region: string | null;
  readonly labels: LabelRules;
  /** The program's own limit for one step (`customTimeouts`); null = the type's usual one. Milliseconds. */
  readonly withinMs: number | null;
}

export interface Resource {
  readonly id: string;
  readonly state: Values;
}

export interface Change {
  readonly olds: Values;
  /** What the resource is to be. */
  readonly planned: Values;
  /** Top-level properties that are to change, outputs among them ("effectiveLabels"). */
  readonly changed: ReadonlySet<string>;
}

/** One resource type: its properties, and how it is created, read, changed and deleted at Google. */
export interface ResourceType {
  /** "gcp:cloudfunctionsv2/function:Function". */
  readonly token: string;
  readonly fields: Fields;
  /** Top-level properties that make up the id: as long as they stay, old and new cannot exist side by side. */
  readonly identity: readonly string[];
  /** Completes and adjusts a planned state; `olds` is {} for a creation. */
  readonly plan?: (context: Context, olds: Values, inputs: Values, planned: Values) => void;
  /** Further rules of the inputs: paths and reasons of what is wrong. Unknown values may be among them. */
  readonly rules?: (inputs: Values) => { readonly property: string; readonly reason: string }[];
  readonly create: (context: Context, planned: Values) => Promise<Resource>;
  /**
   * What is there; null when nothing is. `prior` is the state so far; {} for an import, when the id alone says what is
   * meant (rejects with UnreadableId for one of another form).
   */
  readonly read: (context: Context, id: string, prior: Values) => Promise<Resource | null>;
  readonly update: (context: Context, id: string, change: Change) => Promise<Values>;
  /** Resolves as well when it is gone already. */
  readonly remove: (context: Context, id: string, state: Values) => Promise<void>;
}

/** Something was created, or changed, and is not as it should be: the engine keeps it and tries again. */
export class PartialFailure extends Error {
  readonly resource: Resource;
  readonly reasons: readonly string[];
  constructor(resource: Resource, reasons: readonly string[]) {
    super(reasons.join("\n"));
    this.name = "PartialFailure";
    this.resource = resource;
    this.reasons = reasons;
  }
}

/** An id that does not name a resource of the type. */
export class UnreadableId extends Error {
  constructor(token: string, id: string, form: string) {
    super(`"${id}" is no id of ${token}: it must have the form ${form}.`);
    this.name = "UnreadableId";
  }
}
