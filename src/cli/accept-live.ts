import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Deployer } from "../deployers/port.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { ParsedManifest } from "../manifest/parsed.ts";
import type { FileEdit } from "../manifest/remove-function.ts";
import type { AcceptedValue, LeftValue, LiveSizes } from "../model/deployment.ts";
import { InputError } from "../model/problem.ts";
import type { FileChange } from "./edit-files.ts";
import { inputError } from "./input-error.ts";

export interface AcceptAsk {
  /** Absolute folder that the manifest's paths are relative to. */
  readonly root: string;
  readonly parsed: ParsedManifest;
  readonly manifest: Manifest;
  readonly deployer: Deployer;
  readonly deployerFor: (manifest: Manifest) => Deployer;
  /** Whether every region was looked at. */
  readonly whole: boolean;
}

/** The manifest with what is live in it, not written yet. */
export interface AcceptDraft {
  readonly changes: readonly FileChange[];
  readonly accepted: readonly AcceptedValue[];
  readonly left: readonly LeftValue[];
  /** For the manifest as it would be. */
  readonly deployer: Deployer;
}

/** Values hang on each other (cpu comes with memory where nobody names it), and some are refused: one round brings up another. */
const rounds = 6;

/**
 * Drafts what `--accept-live` writes: edits the manifest's files in memory, reads and resolves the result again, and plans
 * by it. What a file has no room for, and what does not go together with the code, is left, with the reason. Throws
 * InputError, with the place of everything that is wrong, where the result would not hold all the same.
 */
export async function draftOfLive(ask: AcceptAsk): Promise<AcceptDraft> {
  const [{ acceptLive }, { parseManifest }, { resolveManifest }] = await Promise.all([
    import("../generate/accept-live.ts"),
    import("../manifest/parse.ts"),
    import("../manifest/resolve.ts"),
  ]);
  const before = new Map(ask.parsed.files.map((file) => [file, textOf(ask.root, file)]));
  const refused = new Map<string, string>();
  const begin = () => ({ ...ask, texts: new Map(before), accepted: new Map<string, AcceptedValue>() });
  let draft = begin();
  let tried: readonly AcceptedValue[] = [];
  for (let round = 0; round < rounds; round++) {
    const { texts } = draft;
    const whole = ask.whole && ![...refused.keys()].some((key) => key.startsWith(inDefaults));
    const proposal = acceptLive({ ...draft, sizes: await draft.deployer.compareSizes(), whole });
    tried = [...tried, ...proposal.accepted];
    const rows = proposal.accepted.flatMap((value, index) => {
      const edit = proposal.edits[index];
      return edit === undefined || refused.has(keyOf(value)) ? [] : [{ edit, value, key: keyOf(value) }];
    });
    if (rows.length === 0) break;
    for (const [file, own] of Map.groupBy(rows, ({ edit }) => edit.file)) {
      const done = await edited(texts.get(file) ?? "", file, own);
      texts.set(file, done.text);
      for (const [key, reason] of done.refused) refused.set(key, reason);
    }
    for (const { key, value } of rows) {
      const from = draft.accepted.get(key)?.from ?? value.from;
      if (!refused.has(key)) draft.accepted.set(key, { ...value, from });
    }
    const parsed = parseManifest(texts.get(ask.parsed.file) ?? "", ask.parsed.file, (file) => texts.get(file) ?? null);
    const manifest = resolveManifest(parsed, ask.manifest.environment.name);
    try {
      draft = { ...draft, parsed, manifest, deployer: ask.deployerFor(manifest) };
    } catch (error) {
      // Without what does not go together with the code, and from the start: the rest may look otherwise then.
      for (const [key, reason] of refusalsOf(error, manifest, draft.accepted)) refused.set(key, reason);
      draft = begin();
    }
  }
  const { texts, accepted, deployer } = draft;
  const changes = [...before].flatMap(([file, text]): FileChange[] => {
    const after = texts.get(file) ?? text;
    return after === text ? [] : [{ file, before: text, after }];
  });
  const sizes = await deployer.compareSizes();
  const { left } = acceptLive({ ...draft, sizes, whole: false });
  return {
    changes,
    accepted: [...accepted.values()],
    left: [...left, ...leftBecause(refused, tried, sizes)],
    deployer,
  };
}

/**
 * What a plan by the edited manifest complained of, as reasons to leave values: of the function at whose line there is a
 * problem, or, where it has none of its own, of `defaults`. Throws the error where it is of another kind.
 */
function refusalsOf(
  error: unknown,
  manifest: Manifest,
  accepted: ReadonlyMap<string, AcceptedValue>,
): Map<string, string> {
  if (!(error instanceof InputError)) throw error;
  const found = new Map<string, string>();
  for (const { place, message } of error.problems) {
    const at = [...manifest.functions.values()].filter((entry) => {
      return place !== null && entry.place.file === place.file && entry.place.line === place.line;
    });
    const names = new Set<string | null>(at.map(({ name }) => name));
    const own = [...accepted].filter(([, value]) => names.has(value.function));
    const blamed = own.length > 0 ? own : [...accepted].filter(([, value]) => value.function === null);
    if (at.length === 0 || blamed.length === 0) throw error;
    for (const [key] of blamed) found.set(key, `with it, ${message.replace(/[.]$/, "")}`);
  }
  return found;
}

interface Row {
  readonly edit: FileEdit;
  readonly key: string;
}

/** All edits in one go; where one of them is refused, one after the other, without those that are. */
async function edited(text: string, file: string, rows: readonly Row[]) {
  const { editManifest } = await import("../manifest/edit.ts");
  const refused = new Map<string, string>();
  try {
    const edits = rows.map(({ edit }) => edit.edit);
    return { text: editManifest(text, file, edits), refused };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
  let current = text;
  for (const { edit, key } of rows) {
    try {
      current = editManifest(current, file, [edit.edit]);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const [{ place, message } = { place: null, message: "" }] = error.problems;
      const where = place === null ? "" : `${place.file}:${place.line}:${place.column ?? 1}: `;
      refused.set(key, `${where}${message.replace(/[.]$/, "")}`);
    }
  }
  return { text: current, refused };
}

/** Values that were refused, as the copies have them. What went into no `defaults` was tried line by line. */
function leftBecause(
  refused: ReadonlyMap<string, string>,
  tried: readonly AcceptedValue[],
  sizes: readonly LiveSizes[],
): LeftValue[] {
  const values = new Map(tried.map((value) => [keyOf(value), value]));
  return [...values].flatMap(([key, { function: name, field, to }]) => {
    const reason = refused.get(key);
    const copy = sizes.find((one) => one.function === name && one.live[field] === to);
    if (reason === undefined || name === null || copy === undefined) return [];
    return [{ function: name, region: copy.region, field, live: to, next: copy.next[field], reason }];
  });
}

const inDefaults = " ";

function keyOf({ function: name, field }: Pick<AcceptedValue, "function" | "field">): string {
  return `${name ?? ""}${inDefaults}${field}`;
}

const mark = "\uFEFF";

/** Without its byte order mark; a file in another encoding would be changed all over by an edit. */
function textOf(root: string, file: string): string {
  const bytes = readFileSync(resolve(root, file));
  const text = bytes.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(bytes))
    throw inputError(`${file} is not UTF-8, so it cannot be edited in place.`, "Save it as UTF-8 first.");
  return text.startsWith(mark) ? text.slice(1) : text;
}
