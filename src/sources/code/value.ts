// Longer than 300 lines: the vocabulary of the evaluator, whose kinds refer to one another.
import type { Class, Node, ObjectExpression, TSEnumDeclaration } from "oxc-parser";
import type { Place } from "../../model/place.ts";
import type { Module, Site } from "./module.ts";
import type { Binding } from "./scope.ts";

/** Stands in a text for a part that is not known; `holes` says what each one is, in order. */
export const hole = "\uE000";

/** Nobody writes a region or a URL longer than this; texts that grow past it are cut with a reason. */
export const maxText = 4_096;
/** More values than this and the set says nothing to a reader. */
export const maxAlternatives = 64;

/** Parameter values by function; innermost call first. */
export interface Frame {
  readonly fn: Node;
  readonly args: readonly Argument[];
  readonly self: Value | null;
  readonly next: Frame | null;
  /** The call; absent where no call of the tree leads in. */
  readonly at?: Site;
}

/** Where an expression is evaluated: the file, and the calls that led into its function. */
export interface Scene {
  readonly module: Module;
  readonly frame: Frame | null;
}

export interface Argument {
  readonly spread: boolean;
  readonly values: () => readonly Alternative[];
}

/**
 * What an expression can be. Everything that is not a constant of the tree stays a term (`member`, `call`, `external`)
 * which those who know an SDK can read.
 */
export type Value =
  | { readonly kind: "text"; readonly text: string; readonly holes: readonly Value[] }
  | { readonly kind: "plain"; readonly value: number | boolean | bigint | null | undefined }
  | { readonly kind: "pattern"; readonly source: string; readonly flags: string }
  | {
      readonly kind: "object";
      readonly node: ObjectExpression;
      readonly scene: Scene;
      readonly writes: readonly Write[];
    }
  | {
      readonly kind: "record";
      readonly members: ReadonlyMap<string, Argument>;
      readonly spreads: readonly Argument[];
      /** What is done to it after it was made. */
      readonly writes?: readonly Write[];
    }
  /** A `Map`: what it was made with, as a record, and what is set later. */
  | { readonly kind: "map"; readonly entries: Value; readonly writes: readonly Write[] }
  | {
      readonly kind: "list";
      readonly items: readonly Argument[];
      /** Something is done to it after it was made. */
      readonly changed: boolean;
      /** Every item is one of `items`, and nobody knows how many there are or in which order. */
      readonly loose?: true;
    }
  | {
      readonly kind: "data";
      readonly data: unknown;
      readonly file: string;
      /** What files that load it write into it. */
      readonly writes?: readonly Write[];
    }
  | { readonly kind: "function"; readonly node: Node; readonly scene: Scene; readonly self: Value | null }
  | { readonly kind: "class"; readonly node: Class; readonly scene: Scene }
  | {
      readonly kind: "instance";
      readonly node: Class;
      readonly scene: Scene;
      readonly args: readonly Argument[] | null;
      /** Whoever made it is not seen: it may be of a class that extends this one. */
      readonly open?: true;
      /** `super`: the object whose class extends this one. */
      readonly as?: Value & { readonly kind: "instance" };
      /** What is done to it after it was made. */
      readonly writes?: readonly Write[];
    }
  | { readonly kind: "enum"; readonly node: TSEnumDeclaration; readonly scene: Scene }
  | { readonly kind: "module"; readonly file: string }
  | { readonly kind: "external"; readonly source: string; readonly name: string }
  | { readonly kind: "global"; readonly name: string }
  | { readonly kind: "member"; readonly object: Value; readonly name: string }
  | {
      readonly kind: "call";
      readonly callee: Value;
      readonly args: readonly Argument[];
      readonly constructed: boolean;
      readonly site: Site;
    }
  | { readonly kind: "parameter"; readonly fn: Node; readonly module: Module; readonly name: string }
  | {
      readonly kind: "unknown";
      readonly reason: string;
      readonly site: Site | null;
      readonly env: string | null;
      /** It is false, or empty, or nothing: the left side of `&&` where that decides. */
      readonly falsy?: true;
      /** It is what is being worked out: handed on as it is, it adds nothing to what that can be. */
      readonly itself?: true;
    };

/** A write into what an object holds, and the calls under which it is looked at. */
export interface Write {
  readonly node: Node;
  readonly scene: Scene;
  /** The name that it goes by, and where that is used: writes by one name are told apart by which comes last. */
  readonly by?: { readonly binding: Binding; readonly use: Node };
  /** How far inside of what the write names the object is: 1 for what `x.inner` holds, of `x.inner.name = …`. */
  readonly depth?: number;
}

/** A condition under which a value is the one. Two with one key and different `holds` exclude each other. */
export interface Condition {
  readonly key: string;
  /** Which way it went, or which item of a list it is about. */
  readonly holds: boolean | number;
  /** Empty: nothing to tell a reader. */
  readonly text: string;
}

/** The variable a value hangs on: its committed value was used, or the code's fallback since none is committed. */
export interface EnvUse {
  readonly name: string;
  readonly use: "committed" | "fallback" | "unset";
}

/** What a member is that is not there; told by identity from one that is set to undefined. */
export const absent: Value = { kind: "plain", value: undefined };

/** What a function gives that runs off its end, which it may never do; told by identity as well. */
export const nothing: Value = { kind: "plain", value: undefined };

/** Whether a call is not made at all, or fails, with such a value: `ready && name`, a name that was never found. */
export function isNever(value: Value): boolean {
  return value === nothing || (value.kind === "unknown" && value.falsy === true);
}

export type Spot = Site | { readonly place: Place };

export interface Alternative {
  readonly value: Value;
  readonly when: readonly Condition[];
  /** Where it came through, from the use inwards. */
  readonly via: readonly Spot[];
  /** Where it is written. */
  readonly written: Spot | null;
  readonly env: EnvUse | null;
  /** false: the reader over-approximated, so this may never be the value. */
  readonly sure: boolean;
}

/** A call that binds a function's parameters, chosen by whoever asks. */
export interface Opening {
  readonly site: Site;
  readonly args: readonly Argument[];
  readonly self: Value | null;
  /** Calls that the called function was made in: `makeCall("europe-west1")` in `makeCall("europe-west1")("name")`. */
  readonly captured: Frame | null;
}

/** What the parts of the evaluator ask of each other. */
export interface Engine {
  readonly libraries: Libraries | null;
  readonly heirs: HeirSource | null;
  readonly outside: OutsideSource | null;
  /** Answers without what libraries do: a condition that hangs on them is only known when the program runs. */
  plainly<T>(question: () => T): T;
  evaluate(node: Node, scene: Scene): readonly Alternative[];
  /** What a name means at a node, be it written there or not. */
  named(name: string, at: Node, scene: Scene): readonly Alternative[];
  member(value: Value, name: string, site: Site): readonly Alternative[];
  call(
    callee: Value,
    args: readonly Argument[],
    site: Site,
    constructed: boolean,
    self: Value | null,
  ): readonly Alternative[];
  /** Value of one export; null when the module has none of that name. */
  exported(file: string, name: string): readonly Alternative[] | null;
  resolveSpecifier(from: Module, specifier: string): Value;
  /** Text of a file as it is written, with its markup. */
  source(file: string): string | null;
}

/** Who extends which class; absent where one file is read by itself. */
export interface HeirSource {
  of(node: Class, module: Module): readonly { readonly node: Class; readonly module: Module }[] | null;
  isMade(node: Class, module: Module): boolean;
}

/** What other files do to an object that a file exports. */
export interface OutsideSource {
  of(binding: Binding, module: Module): readonly Write[];
  ofField(node: Class, module: Module, name: string, isStatic: boolean): readonly Write[];
  /** Writes into the one object that a JSON file is to all who load it. */
  ofData(file: string): readonly Write[];
}

/** What packages from outside the tree do with its values, asked before something of theirs stays a term. */
export interface Libraries {
  /** What a call gives back; null: nothing is known of it. */
  call(engine: Engine, callee: Value, args: readonly Argument[], site: Site): readonly Alternative[] | null;
  /** A name that no file declares. */
  global(engine: Engine, name: string, site: Site): readonly Alternative[] | null;
  /** A parameter of a function that a framework calls. */
  parameter(engine: Engine, fn: Node, index: number, pattern: Node, module: Module): readonly Alternative[] | null;
  /** `this` of a function that a framework calls. */
  self(engine: Engine, fn: Node, module: Module): Value | null;
}

export function one(value: Value, written: Spot | null): readonly Alternative[] {
  return [{ value, when: [], via: [], written, env: null, sure: true }];
}

export function unknown(reason: string, site: Site | null, env: string | null = null): readonly Alternative[] {
  return one({ kind: "unknown", reason, site, env }, site);
}

export function text(value: string, holes: readonly Value[] = []): Value {
  return { kind: "text", text: value, holes };
}

/** Applies a step to every alternative and joins what the alternative already carries to what the step gives. */
export function flatMap(
  alternatives: readonly Alternative[],
  step: (value: Value, alternative: Alternative) => readonly Alternative[],
): readonly Alternative[] {
  const joined: Alternative[] = [];
  for (const outer of alternatives) {
    for (const inner of step(outer.value, outer)) {
      const both = join(outer, inner);
      if (both !== null) joined.push({ ...both, value: inner.value, written: writtenIn(outer, inner) });
    }
    if (joined.length > maxAlternatives) return unknown(`it has more than ${maxAlternatives} possible values`, null);
  }
  return distinct(joined);
}

/** The inner place, but where the outer value came from an env file: what is made from it is mended there. */
function writtenIn(outer: Alternative, inner: Alternative): Spot | null {
  const fromEnv = outer.env?.use === "committed" && inner.env === null;
  return fromEnv ? (outer.written ?? inner.written) : (inner.written ?? outer.written);
}

/** Conditions, places and doubts of two alternatives that hold together; null when they exclude each other. */
export function join(one: Alternative, other: Alternative): Alternative | null {
  const when = [...one.when];
  for (const condition of other.when) {
    const same = when.find((known) => known.key === condition.key);
    if (same === undefined) when.push(condition);
    else if (same.holds !== condition.holds) return null;
  }
  return {
    value: other.value,
    when,
    via: one.via.length === 0 ? other.via : other.via.length === 0 ? one.via : [...one.via, ...other.via],
    written: other.written,
    env: other.env ?? one.env,
    sure: one.sure && other.sure,
  };
}

/** Equal texts under equal conditions are one alternative. */
function distinct(alternatives: readonly Alternative[]): readonly Alternative[] {
  if (alternatives.length < 2) return alternatives;
  const kept = new Map<string, Alternative>();
  const others: Alternative[] = [];
  for (const alternative of alternatives) {
    const { value } = alternative;
    if (value.kind !== "text" || value.holes.length > 0) others.push(alternative);
    else {
      const key = `${value.text}\0${alternative.when.map((at) => `${at.key}=${at.holds}`).join("&")}\0${alternative.env?.name}\0${alternative.sure}`;
      if (!kept.has(key)) kept.set(key, alternative);
    }
  }
  return [...kept.values(), ...others];
}

/** The parameter that a term hangs on: `props.functions`, `name.trim()` → `props`, `name`. */
export function parameterIn(value: Value): Extract<Value, { kind: "parameter" }> | null {
  switch (value.kind) {
    case "parameter":
      return value;
    case "member":
      return parameterIn(value.object);
    case "call":
      return parameterIn(value.callee);
    default:
      return null;
  }
}

/** Two texts, one after the other. */
export function concat(left: Value, right: Value): Value {
  const [one, two] = [asText(left), asText(right)];
  return { kind: "text", text: one.text + two.text, holes: [...one.holes, ...two.holes] };
}

export function asText(value: Value): Extract<Value, { kind: "text" }> {
  if (value.kind === "text") return value;
  if (value.kind === "plain") return { kind: "text", text: String(value.value), holes: [] };
  if (value.kind === "data" && typeof value.data !== "object")
    return { kind: "text", text: String(value.data), holes: [] };
  return { kind: "text", text: hole, holes: [value] };
}

/** Truth of a value in a condition; null when it cannot be told. */
export function truthOf(value: Value): boolean | null {
  switch (value.kind) {
    case "text":
      return value.holes.length === 0 ? value.text !== "" : value.text.replaceAll(hole, "") === "" ? null : true;
    case "plain":
      return Boolean(value.value);
    case "data":
      return Boolean(value.data);
    case "object":
    case "record":
    case "list":
    case "map":
    case "function":
    case "class":
    case "instance":
    case "enum":
    case "module":
    case "pattern":
      return true;
    case "external":
      // A package as a whole is there; what it exports may be anything.
      return value.name === "*" ? true : null;
    case "unknown":
      return value.falsy === true ? false : null;
    default:
      return null;
  }
}

export function isMissing(value: Value): boolean {
  return value.kind === "plain" && (value.value === undefined || value.value === null);
}

export type Primitive = string | number | boolean | bigint | null | undefined;

/** The constant that a value is; null where it is none, or not known. */
export function primitive(value: Value): { readonly of: Primitive } | null {
  if (value.kind === "text") return value.text.includes(hole) ? null : { of: value.text };
  return value.kind === "plain" ? { of: value.value } : null;
}

export function isItself(value: Value): boolean {
  return value.kind === "unknown" && value.itself === true;
}
