import type { Scope } from "../deployers/port.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { didYouMean } from "../manifest/nearest.ts";
import { InputError, type Problem } from "../model/problem.ts";
import { value } from "./command.ts";

/** Options by which a deployment is limited. */
export const scopeOptions = {
  classes: value("--class <names>", "only functions of these classes, set apart by commas"),
  regions: value("--region <names>", "only copies in these regions, set apart by commas"),
  functions: value("--function <names>", "only these functions, set apart by commas"),
  allowReplace: value(
    "--allow-replace <names>",
    "let these functions be deleted and made anew, with what hangs on them, though events are lost by it",
  ),
};

export interface Limits {
  readonly scope: Scope;
  /** Functions that may be deleted and made anew. */
  readonly allowReplace: readonly string[];
}

/** Throws InputError with every name that the manifest does not have. A function may be gone from it on purpose. */
export function scopeOf(
  options: Readonly<Record<keyof typeof scopeOptions, string | null>>,
  manifest: Manifest,
): Limits {
  const problems: Problem[] = [];
  const known = (option: string, text: string | null, names: Iterable<string>): readonly string[] => {
    const all = [...names];
    const list = (text ?? "").split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
    if (text !== null && list.length === 0) problems.push(problem(`${option} names nothing.`, null));
    for (const name of list) {
      if (!all.includes(name))
        problems.push(problem(`${option}: the manifest has no "${name}".`, didYouMean(name, all)));
    }
    return list;
  };
  const scope = {
    classes: known("--class", options.classes, manifest.classes.keys()),
    regions: known("--region", options.regions, manifest.regions.keys()),
    functions: known("--function", options.functions, [...manifest.functions.keys(), ...manifest.excepted.keys()]),
  };
  const allowReplace = known("--allow-replace", options.allowReplace, manifest.functions.keys());
  if (problems.length > 0) throw new InputError(problems);
  return { scope, allowReplace };
}

function problem(message: string, mend: string | null): Problem {
  return { place: null, message, mend, excerpt: null };
}
