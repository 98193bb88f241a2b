import { InputError } from "../model/problem.ts";
import { type NewFunction, splicesOfNewFunctions } from "./edit-functions.ts";
import { splicesOfAppend, splicesOfRemove, splicesOfSet } from "./edit-splices.ts";
import type { EditSource, Splice } from "./edit-text.ts";
import { nearest } from "./nearest.ts";
import type { DefaultsData, FunctionData, IgnoreData } from "./schema.ts";
import { shorten } from "./schema-problems.ts";
import type { EditValue } from "./write-yaml.ts";
import { type Path, readYaml, valueAt, type YamlFile } from "./yaml-file.ts";
import { tokensOf } from "./yaml-tokens.ts";

/** One change of a manifest file, in words of the manifest. */
export type ManifestEdit =
  | { readonly kind: "add-function"; readonly name: string; readonly entry: string | FunctionData }
  | { readonly kind: "remove-function"; readonly name: string }
  /** Sets one key of a function, or removes it with null; shorthand becomes a map. */
  | {
      readonly [Key in keyof FunctionData]-?: {
        readonly kind: "set-function";
        readonly name: string;
        readonly key: Key;
        readonly value: Exclude<FunctionData[Key], undefined> | (Key extends "class" ? never : null);
      };
    }[keyof FunctionData]
  /** Sets the home region of a class: everywhere, or in one environment only. */
  | {
      readonly kind: "set-class-region";
      readonly class: string;
      readonly region: string;
      readonly environment: string | null;
    }
  /** Sets what functions have that say nothing else; the section is made where there is none. */
  | {
      readonly [Key in keyof DefaultsData]-?: {
        readonly kind: "set-default";
        readonly key: Key;
        readonly value: Exclude<DefaultsData[Key], undefined>;
      };
    }[keyof DefaultsData]
  | { readonly kind: "add-ignore"; readonly ignore: IgnoreData }
  /** Removes any entry: `["ignore", 0]`, `["classes", "calls", "why"]`. */
  | { readonly kind: "remove"; readonly path: Path };

/**
 * Applies edits to the text of one manifest file. Every byte that an edit does not concern stays: comments, order,
 * quoting, anchors, line ends, byte order mark. The result is read again and compared with what was asked for; an edit
 * that the text has no room for (a value shared through an anchor) is refused by InputError, never done halfway.
 */
export function editManifest(text: string, file: string, edits: readonly ManifestEdit[]): string {
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  let current = readForEdit(text.slice(mark.length), file);
  for (const batch of batches(edits)) current = applyBatch(current, file, batch);
  return mark + current.text;
}

interface Editable extends EditSource {
  readonly yaml: YamlFile;
}

function readForEdit(text: string, file: string): Editable {
  const yaml = readYaml(text, file);
  if (yaml.problems.length > 0) throw new InputError(yaml.problems);
  return editableOf(text, yaml);
}

function editableOf(text: string, yaml: YamlFile): Editable {
  const firstBreak = text.indexOf("\n");
  return {
    yaml,
    text,
    eol: firstBreak > 0 && text[firstBreak - 1] === "\r" ? "\r\n" : "\n",
    root: tokensOf(text),
    valueAt: (path) => yaml.rawAt(path) as EditValue | undefined,
  };
}

/**
 * What is alike and of different functions is done in one reading: `sync` brings additions and removals by the hundred,
 * `adopt --accept-live` values of one key.
 */
function batches(edits: readonly ManifestEdit[]): ManifestEdit[][] {
  const found: ManifestEdit[][] = [];
  let names = new Set<string>();
  let openKind: string | null = null;
  for (const edit of edits) {
    const kind = batchKindOf(edit);
    const name = "name" in edit ? edit.name : "";
    const open = found.at(-1);
    if (kind !== null && kind === openKind && open !== undefined && !names.has(name)) open.push(edit);
    else {
      found.push([edit]);
      names = new Set();
      openKind = kind;
    }
    names.add(name);
  }
  return found;
}

/** Edits of one kind can be done together; null = each by itself. */
function batchKindOf(edit: ManifestEdit): string | null {
  if (edit.kind === "add-function" || edit.kind === "remove-function") return "lines";
  return edit.kind === "set-function" ? "values" : null;
}

function applyBatch(source: Editable, file: string, batch: readonly ManifestEdit[]): Editable {
  for (const edit of batch) checkTarget(source, edit);
  const [edit] = batch;
  if (edit === undefined) return source;
  const splices = batch.length > 1 ? splicesOfBatch(source, batch) : splicesOf(source, edit);
  if (splices !== null) {
    const changed = splice(source.text, splices);
    const wanted = batch.reduce(applyToValue, source.yaml.value);
    const yaml = readYaml(changed, file);
    if (yaml.problems.length === 0 && sameValue(yaml.value, wanted)) return editableOf(changed, yaml);
  }
  if (batch.length === 1) throw refuse(source, edit);
  return batch.reduce((current, one) => applyBatch(current, file, [one]), source);
}

function splicesOfBatch(source: Editable, batch: readonly ManifestEdit[]): Splice[] | null {
  if (batch[0]?.kind !== "set-function") return splicesOfLines(source, batch);
  const each = batch.map((edit) => splicesOf(source, edit));
  return each.includes(null) ? null : each.flatMap((own) => own ?? []);
}

function splicesOfLines(source: Editable, batch: readonly ManifestEdit[]): Splice[] | null {
  const added: NewFunction[] = [];
  const splices: Splice[] = [];
  let left = Object.keys((source.valueAt(["functions"]) as object | null | undefined) ?? {}).length;
  for (const edit of batch) {
    if (edit.kind === "add-function") added.push({ name: edit.name, entry: entryOf(edit.entry) });
    if (edit.kind !== "remove-function") continue;
    const own = splicesOfRemove(source, ["functions", edit.name]);
    left -= 1;
    // Taking the last line away empties the section, which is a change of its own.
    if (own === null || own.length !== 1 || left < 1) return null;
    splices.push(...own);
  }
  const lines = added.length === 0 ? [] : splicesOfNewFunctions(source, added);
  return lines === null ? null : [...splices, ...lines];
}

function splicesOf(source: Editable, edit: ManifestEdit): Splice[] | null {
  if (edit.kind === "add-function") {
    const added = { name: edit.name, entry: entryOf(edit.entry) };
    return splicesOfNewFunctions(source, [added]) ?? splicesOfSet(source, ["functions", edit.name], added.entry);
  }
  if (edit.kind === "add-ignore") return splicesOfAppend(source, ["ignore"], entryOf(edit.ignore));
  const { path, value } = targetOf(source, edit);
  return value === undefined ? splicesOfRemove(source, path) : splicesOfSet(source, path, value);
}

/** Where an edit goes; `value` undefined means removal. */
function targetOf(
  source: EditSource,
  edit: Exclude<ManifestEdit, { kind: "add-ignore" }>,
): { path: Path; value: EditValue | undefined } {
  switch (edit.kind) {
    case "add-function":
      return { path: ["functions", edit.name], value: entryOf(edit.entry) };
    case "remove-function":
      return { path: ["functions", edit.name], value: undefined };
    case "set-function": {
      const shorthand = typeof source.valueAt(["functions", edit.name]) === "string";
      const path = shorthand && edit.key === "class" ? ["functions", edit.name] : ["functions", edit.name, edit.key];
      return { path, value: edit.value === null ? undefined : (edit.value as EditValue) };
    }
    case "set-class-region": {
      const own = edit.environment === null ? [] : ["environments", edit.environment];
      return { path: [...own, "classes", edit.class, "region"], value: edit.region };
    }
    case "set-default":
      return { path: ["defaults", edit.key], value: edit.value };
    case "remove":
      return { path: edit.path, value: undefined };
  }
}

/** What must be there (or must not) before an edit makes sense. */
function checkTarget(source: Editable, edit: ManifestEdit): void {
  if (edit.kind === "add-ignore" || edit.kind === "set-default") return;
  const must = (path: Path, what: string) => {
    if (source.yaml.rawAt(path) !== undefined) return;
    const siblings = source.yaml.rawAt(path.slice(0, -1));
    const names = typeof siblings === "object" && siblings !== null ? Object.keys(siblings) : [];
    const last = path.at(-1);
    const meant = typeof last === "string" ? nearest(last, names) : null;
    const message = `There is no ${what} to change in ${source.yaml.file}.`;
    throw new InputError([
      { place: null, message, mend: meant === null ? null : `did you mean ${meant}?`, excerpt: null },
    ]);
  };
  if (edit.kind === "add-function") {
    if (source.yaml.rawAt(["functions", edit.name]) === undefined) return;
    const place = source.yaml.keyPlace(["functions", edit.name]);
    throw new InputError([source.yaml.problemAt(place, `${edit.name} is declared already.`, null)]);
  }
  if (edit.kind === "remove-function" || edit.kind === "set-function") {
    must(["functions", edit.name], `function ${shorten(edit.name)}`);
    if (edit.kind === "set-function" && edit.value === null) {
      must(["functions", edit.name, edit.key], `${edit.key} of ${shorten(edit.name)}`);
    }
  }
  if (edit.kind === "set-class-region") {
    if (edit.environment === null) must(["classes", edit.class], `class ${shorten(edit.class)}`);
    else must(["environments", edit.environment], `environment ${shorten(edit.environment)}`);
  }
  if (edit.kind === "remove") must(edit.path, `entry ${shorten(edit.path.join("."))}`);
}

function refuse(source: Editable, edit: ManifestEdit): InputError {
  const path = edit.kind === "add-ignore" ? ["ignore"] : targetOf(source, edit).path;
  const message = `The file is written in a way that this cannot be changed in without touching more: ${path.join(".")}.`;
  return new InputError([source.yaml.problemAt(source.yaml.keyPlace(path), message, "change it by hand")]);
}

function splice(text: string, splices: readonly Splice[]): string {
  // Stable: what is inserted at one place keeps the order it came in, and goes before what is taken away there.
  const ordered = splices
    .map((one, index) => ({ ...one, index }))
    .sort((a, b) => a.from - b.from || a.to - b.to || a.index - b.index);
  let result = "";
  let at = 0;
  for (const { from, to, text: inserted } of ordered) {
    result += text.slice(at, from) + inserted;
    at = Math.max(at, to);
  }
  return result + text.slice(at);
}

function applyToValue(value: unknown, edit: ManifestEdit): unknown {
  if (edit.kind === "add-ignore") {
    const list = valueAt(value, ["ignore"]);
    return put(value, ["ignore"], [...(Array.isArray(list) ? list : []), entryOf(edit.ignore)]);
  }
  const source = { valueAt: (path: Path) => valueAt(value, path) as EditValue | undefined };
  const { path, value: wanted } = targetOf(source as EditSource, edit);
  return put(value, path, wanted);
}

/** A copy with one value set, or removed where it is undefined; shared parts stay shared. */
function put(value: unknown, path: Path, wanted: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return wanted;
  if (Array.isArray(value)) {
    const copy = [...value];
    if (rest.length === 0 && wanted === undefined) copy.splice(Number(key), 1);
    else copy[Number(key)] = put(copy[Number(key)], rest, wanted);
    return copy;
  }
  const shorthand = typeof value === "string" ? { class: value } : value;
  const copy: Record<string, unknown> = Object.assign(Object.create(null), shorthand);
  if (rest.length === 0 && wanted === undefined) delete copy[key];
  else copy[key] = put(copy[key], rest, wanted);
  return copy;
}

function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && sameValue(valueAt(a, [key]), valueAt(b, [key])));
}

/** Without the keys that are undefined, which YAML does not know. */
function entryOf(entry: string | FunctionData | IgnoreData): EditValue {
  if (typeof entry === "string") return entry;
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as EditValue;
}
