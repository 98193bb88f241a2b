import type { Place } from "../../model/place.ts";
import { type GitGround, git, stream } from "./git.ts";
import { PatchLines } from "./patch-lines.ts";

/** Lines from the first to the last one of each pair. */
export type Lines = "all" | readonly (readonly [first: number, last: number])[];

/** What differs between two sides of a folder. Paths are relative to it, with "/". */
export interface Changes {
  /** Lines of the later side that were added or rewritten, by file. */
  readonly after: ReadonlyMap<string, Lines>;
  /** Lines of the earlier side that were removed or rewritten, by file. */
  readonly before: ReadonlyMap<string, Lines>;
  /** Files that have another name now: the earlier one → the later one. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Folders of which nothing more is known than that they are not the same. */
  readonly folders: readonly string[];
}

const options = ["--find-renames", "--no-ext-diff", "--no-textconv", "--no-color"];

/**
 * What has changed since a commit.
 * @param to another commit, and the folder that is compared, from the top; null = the files as they lie where git is asked
 *   now, with those that git does not track
 */
export async function changesSince(
  ground: GitGround,
  from: string,
  to: { readonly commit: string; readonly prefix: string } | null,
): Promise<Changes> {
  // Git asks a submodule whether it is dirty by running in it, under its settings; what is in one is asked for by itself.
  const own = [
    ...options,
    to === null ? "--ignore-submodules=all" : "--ignore-submodules=none",
    to === null || to.prefix === "" ? "--relative" : `--relative=${to.prefix}`,
  ];
  const question = to === null ? ["diff-index"] : ["diff-tree", "-r"];
  const sides = to === null ? [from] : [from, to.commit];
  const list = await git(ground, [...question, "-z", "--raw", "--numstat", ...own, ...sides, "--"]);
  const { renamed, whole, modules } = parseList(list);
  const after = new Map<string, Lines>(whole.map((file) => [file, "all"]));
  const before = new Map<string, Lines>(whole.map((file) => [file, "all"]));
  const patch = new PatchLines();
  const layout = ["-p", "-U0", "--inter-hunk-context=0", "--src-prefix=a/", "--dst-prefix=b/"];
  if (list !== "") await stream(ground, [...question, ...layout, ...own, ...sides, "--"], (chunk) => patch.take(chunk));
  for (const [file, lines] of patch.after) if (!after.has(file)) after.set(file, lines);
  for (const [file, lines] of patch.before) if (!before.has(file)) before.set(file, lines);
  const folders = [...modules];
  if (to === null) {
    const untracked = await git(ground, ["ls-files", "-z", "-o", "--exclude-standard"]);
    for (const path of untracked.split("\0")) {
      // A repository inside of this one is named as a folder, and none of its files.
      if (path.endsWith("/")) folders.push(path.slice(0, -1));
      else if (path !== "") after.set(path, "all");
    }
  }
  return { after, before, renamed, folders };
}

/** Of `--raw --numstat -z`: renamed files, files whose lines nobody tells (binary, in conflict), and submodules. */
function parseList(text: string) {
  const renamed = new Map<string, string>();
  const whole: string[] = [];
  const modules: string[] = [];
  const words = text.split("\0");
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word.startsWith(":")) {
      const [, kind = ""] = / ([A-Z])\d*$/.exec(word) ?? [];
      const first = words[++at] ?? "";
      const last = kind === "R" || kind === "C" ? (words[++at] ?? "") : first;
      if (kind === "R") renamed.set(first, last);
      if (kind === "U") whole.push(first);
      if (word.startsWith(":160000") || word.startsWith("160000", 8)) modules.push(last);
    } else if (word.includes("\t")) {
      const [added, , path = ""] = word.split("\t");
      const names = path === "" ? [words[++at] ?? "", words[++at] ?? ""] : [path];
      if (added === "-") whole.push(...names);
    }
  }
  return { renamed, whole, modules };
}

/** Whether a place lies on lines that changed. */
export function isOn(lines: ReadonlyMap<string, Lines>, folders: readonly string[], place: Place): boolean {
  const changed = lines.get(place.file);
  if (changed === "all" || folders.some((folder) => place.file.startsWith(`${folder}/`))) return true;
  const last = place.endLine ?? place.line;
  return changed?.some(([from, to]) => from <= last && place.line <= to) ?? false;
}
