/** Functions that `--only` of the Firebase CLI names: a codebase, or in it one function and the group of that name. */
export interface Selection {
  readonly codebase: string;
  /** A function's ID, or the name of a group, whose functions are `NAME-…`; null = all of the codebase. */
  readonly name: string | null;
}

const usualCodebase = "default";

/**
 * What `--only` selects of the functions, by the CLI's own reading: a word that is a codebase's name is that codebase,
 * any other is a function of the codebase "default"; dots and dashes are the same.
 * @param only As typed: "functions:payments:stripeWebhook,hosting"; null = not given
 * @returns null where nothing narrows the functions down; an empty list where they are not deployed at all
 */
export function selectionsOf(only: string | null, codebases: readonly string[]): readonly Selection[] | null {
  if (only === null) return null;
  const targets = only.split(",").map((target) => target.trim());
  const named = targets.filter((target) => target.startsWith("functions:") && target.length > "functions:".length);
  if (named.length === 0) return targets.some((target) => /^functions:?$/.test(target)) ? null : [];
  return named.map((target) => selectionOf(target.slice("functions:".length), codebases));
}

function selectionOf(selector: string, codebases: readonly string[]): Selection {
  const [first = "", second] = selector.split(":");
  if (second === undefined) {
    if (codebases.includes(first)) return { codebase: first, name: null };
    return { codebase: usualCodebase, name: idOf(first) };
  }
  return { codebase: first, name: idOf(second) };
}

function idOf(text: string): string {
  return text.replaceAll(".", "-");
}

/** Whether functions of a codebase are deployed at all. */
export function selectsCodebase(selections: readonly Selection[] | null, codebase: string): boolean {
  return selections === null || selections.some((one) => one.codebase === codebase);
}

/** Whether a function is among those selected. `NAME` selects `NAME-other`, too: the CLI takes it for a group. */
export function isSelected(selections: readonly Selection[] | null, codebase: string, id: string): boolean {
  if (selections === null) return true;
  return selections.some(
    (one) => one.codebase === codebase && (one.name === null || id === one.name || id.startsWith(`${one.name}-`)),
  );
}
