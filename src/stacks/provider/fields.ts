import type { Value } from "./values.ts";

/**
 * One property of a resource type, under its name in the gcp package. What the fields of a type say about defaults,
 * about who sets a value and about replacement is what the real provider says.
 */
export interface Field {
  readonly kind: "text" | "number" | "flag" | "map" | "block" | "list" | "asset";
  readonly required: boolean;
  /**
   * Who sets it. "program": what the program does not set is cleared. "either": what the program does not set is the
   * server's choice and no difference. "server": an output.
   */
  readonly owner: "program" | "either" | "server";
  /** What it is where the program does not set it. */
  readonly default: Value | undefined;
  /** A change makes a new resource. */
  readonly replaces: boolean;
  /** The values it may have; null = any. */
  readonly choices: readonly string[] | null;
  /** Of a block, and of a list of blocks. */
  readonly fields: Fields | null;
  /** The order of a list means nothing. */
  readonly unordered: boolean;
  /** Two values that mean the same although they differ; `undefined` = not there. */
  readonly same: ((old: Value | undefined, next: Value | undefined) => boolean) | null;
  /** Its name at Google, where that is another one. */
  readonly api: string | null;
  /** Never sent to Google as it is. */
  readonly local: boolean;
  /** Sent even where it is empty. */
  readonly always: boolean;
}

export type Fields = Readonly<Record<string, Field>>;

type Options = Partial<Omit<Field, "kind" | "fields">>;

function field(kind: Field["kind"], options: Options, fields: Fields | null = null): Field {
  return {
    kind,
    required: false,
    owner: "program",
    default: undefined,
    replaces: false,
    choices: null,
    unordered: false,
    same: null,
    api: null,
    local: false,
    always: false,
    ...options,
    fields,
  };
}

export const text = (options: Options = {}): Field => field("text", options);
export const number = (options: Options = {}): Field => field("number", options);
export const flag = (options: Options = {}): Field => field("flag", options);
/** Texts by name. */
export const map = (options: Options = {}): Field => field("map", options);
export const block = (fields: Fields, options: Options = {}): Field => field("block", options, fields);
/** A list of texts. */
export const texts = (options: Options = {}): Field => field("list", options);
export const blocks = (fields: Fields, options: Options = {}): Field => field("list", options, fields);
export const asset = (options: Options = {}): Field => field("asset", options);

/** An output. */
export const output = (kind: "text" | "number" = "text", options: Options = {}): Field =>
  field(kind, { owner: "server", ...options });

/** Fields that nearly every type has. */
export const projectField = text({ owner: "either", replaces: true, local: true });
export const deletionPolicyField = text({ owner: "either", local: true, choices: ["DELETE", "ABANDON", "PREVENT"] });
