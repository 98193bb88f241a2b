import { parseJsonWithComments } from "../sources/code/tsconfig.ts";

/** How imports of TypeScript files are written in a project: with ".ts", with ".js", or without an ending. */
export type Ending = "ts" | "js" | "none";

/** What the texts of a front end's tsconfig files allow; of several the first that says something counts. */
export function endingOf(configs: readonly string[]): Ending {
  for (const text of configs) {
    const config = parseJsonWithComments(text) as { compilerOptions?: Record<string, unknown> } | null;
    const options = config?.compilerOptions ?? {};
    if (options.allowImportingTsExtensions === true) return "ts";
    if (/^node(?:16|18|20|next)$/i.test(String(options.moduleResolution ?? options.module ?? ""))) return "js";
  }
  return "none";
}

/** The specifier by which one file imports another; both relative to one folder, with "/". */
export function specifierOf(from: string, to: string, ending: Ending): string {
  const relative = relativePath(from, to);
  const [, stem = relative, kind = ""] = /^(.*?)(?:\.d)?\.([cm]?)[jt]sx?$/.exec(relative) ?? [];
  if (ending === "ts" || stem === relative) return relative;
  return ending === "js" || kind !== "" ? `${stem}.${kind}js` : stem;
}

function relativePath(from: string, to: string): string {
  const own = from.split("/").slice(0, -1);
  const other = to.split("/");
  let common = 0;
  while (common < own.length && common < other.length - 1 && own[common] === other[common]) common++;
  const up = "../".repeat(own.length - common);
  return `${up === "" ? "./" : up}${other.slice(common).join("/")}`;
}
