import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Deployer } from "../deployers/port.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { ParsedManifest } from "../manifest/parsed.ts";
import type { FileEdit } from "../manifest/remove-function.ts";
import type { AcceptedValue, LeftValue, LiveSizes } from "../model/deployment.ts";
import { InputError } from "../model/problem.ts";
import { blameOf, type Tried } from "./accept-live-blame.ts";
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
  const begin = () => {
    const nothing = { accepted: new Map<string, AcceptedValue>(), made: new Map<string, FileEdit>() };
    return { ...ask, ...nothing, texts: new Map(before) };
  };
  const read = (texts: ReadonlyMap<string, string>) => {
    const { file } = ask.parsed;
    const parsed = parseManifest(texts.get(file) ?? "", file, (other) => texts.get(other) ?? null);
    return { parsed, manifest: resolveManifest(parsed, ask.manifest.environment.name) };
  };
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
    for (const [key, reason] of await editAll(texts, rows)) refused.set(key, reason);
    for (const { key, value, edit } of rows) {
      if (refused.has(key)) continue;
      draft.accepted.set(key, { ...value, from: draft.accepted.get(key)?.from ?? value.from });
      draft.made.set(key, edit);
    }
    const { parsed, manifest } = read(texts);
    try {
      draft = { ...draft, parsed, manifest, deployer: ask.deployerFor(manifest) };
    } catch (error) {
      // Without what does not go together with the code, and from the start: the rest may look otherwise then.
      const { accepted, made } = draft;
      const tryOut = (keys: readonly string[]) => tryEdits(keys, made);
      for (const [key, reason] of await blameOf(error, manifest, accepted, tryOut)) refused.set(key, reason);
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

  /** Plans with some of the edits alone. */
  async function tryEdits(keys: readonly string[], made: ReadonlyMap<string, FileEdit>): Promise<Tried | null> {
    const texts = new Map(before);
    await editAll(
      texts,
      [...made].flatMap(([key, edit]) => (keys.includes(key) ? [{ key, edit }] : [])),
    );
    let manifest: Manifest | null = null;
    try {
      manifest = read(texts).manifest;
      ask.deployerFor(manifest);
      return { manifest, problems: [] };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return manifest === null ? null : { manifest, problems: error.problems };
    }
  }
}

interface Row {
  readonly edit: FileEdit;
  readonly key: string;
}

/** Edits the texts of the files, and says what could not be edited, and why. */
async function editAll(texts: Map<string, string>, rows: readonly Row[]): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  for (const [file, own] of Map.groupBy(rows, ({ edit }) => edit.file)) {
    const done = await edited(texts.get(file) ?? "", file, own);
    texts.set(file, done.text);
    for (const [key, reason] of done.refused) refused.set(key, reason);
  }
  return refused;
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
