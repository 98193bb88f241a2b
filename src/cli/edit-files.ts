import { readFileSync, realpathSync } from "node:fs";
import { sep } from "node:path";
import { ActionError, InputError } from "../model/problem.ts";
import { reasonOf } from "../sources/code/text.ts";
import { inputError } from "./input-error.ts";
import { withinRoot } from "./wire/files.ts";
import { writeWhole } from "./write-file.ts";

const mark = "\uFEFF";

export interface FileChange {
  /** Relative to the root, with "/". */
  readonly file: string;
  /** Texts without their byte order mark, which stays where there is one. */
  readonly before: string;
  readonly after: string;
}

/** Why a file cannot be edited in place; null when it can. */
export function whyNotWritable(root: string, file: string): string | null {
  const read = readPlain(root, file);
  return "problem" in read ? read.problem : null;
}

/**
 * Writes all files, or none: each is checked for being what was read before the first is written, and what was
 * written is put back when a later one fails. Gives a function that puts everything back. Throws ActionError.
 * @param command what to type again where a file has changed meanwhile
 */
export function writeChanges(root: string, changes: readonly FileChange[], command = "regions fix"): () => void {
  const plans = changes.map(({ file, before, after }) => {
    const read = readPlain(root, file);
    if ("problem" in read) throw notDone(`${file} ${read.problem}.`, "Nothing was changed.");
    if (read.text !== before)
      throw notDone(`${file} has changed since it was read.`, `Nothing was changed; run \`${command}\` again.`);
    return { file, path: read.path, old: read.mark + before, fresh: read.mark + after };
  });
  const targets = new Map<string, string>();
  for (const { file, path } of plans) {
    const target = realpathSync(path);
    const other = targets.get(target);
    if (other !== undefined)
      throw notDone(`${file} and ${other} are one file under two names.`, "Nothing was changed; name one of them.");
    targets.set(target, file);
  }
  const done: typeof plans = [];
  const undo = () => {
    for (const { path, old, file } of done.toReversed()) writeWhole(path, old, file);
  };
  try {
    for (const plan of plans) {
      writeWhole(plan.path, plan.fresh, plan.file);
      done.push(plan);
    }
  } catch (error) {
    undo();
    if (error instanceof InputError) throw new ActionError(error.problems);
    throw notDone(`${reasonOf(error)}.`, "Nothing was changed.");
  }
  return undo;
}

function notDone(message: string, mend: string): ActionError {
  return new ActionError(inputError(message, mend).problems);
}

/** A file that becomes the same bytes again when its text is written; links must not lead out of the root. */
function readPlain(
  root: string,
  file: string,
): { readonly path: string; readonly text: string; readonly mark: string } | { readonly problem: string } {
  const path = withinRoot(root, file);
  if (path === null) return { problem: "lies outside the folder that is looked at" };
  try {
    const base = realpathSync(root);
    if (!realpathSync(path).startsWith(base.endsWith(sep) ? base : base + sep))
      return { problem: "is a link that leads out of the folder that is looked at" };
    const bytes = readFileSync(path);
    const text = bytes.toString("utf8");
    if (!Buffer.from(text, "utf8").equals(bytes)) return { problem: "is not UTF-8, so it cannot be edited in place" };
    return text.startsWith(mark) ? { path, text: text.slice(1), mark } : { path, text, mark: "" };
  } catch (error) {
    return { problem: `cannot be read: ${reasonOf(error)}` };
  }
}
