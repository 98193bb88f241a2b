import { statSync } from "node:fs";
import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import type { Manifest } from "../../manifest/manifest.ts";
import { InputError, type Problem } from "../../model/problem.ts";
import type { Layout } from "../../sources/code/layout.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";

interface CodebaseAt {
  readonly name: string;
  readonly source: string;
}

/**
 * Codebases that `--source` names, each under the name it has elsewhere; null where the option is not given. Folders
 * are relative to the root. Throws InputError with every folder that is none.
 */
export function namedCodebases(
  root: string,
  folders: readonly string[],
  manifest: Manifest | null,
  layout: Layout | null,
): readonly CodebaseAt[] | null {
  if (folders.length === 0) return null;
  const known: readonly CodebaseAt[] = manifest === null ? (layout?.codebases ?? []) : [...manifest.codebases.values()];
  const problems: Problem[] = [];
  const codebases: CodebaseAt[] = [];
  for (const typed of folders) {
    const inside = relative(root, resolve(root, typed));
    const source = inside.split(sep).join("/");
    if (source === ".." || source.startsWith("../") || isAbsolute(inside)) {
      problems.push(problem(`--source ${typed} lies outside ${root}.`, "Choose a --root above it."));
    } else if (!isFolder(resolve(root, typed))) {
      problems.push(problem(`--source ${typed} is no folder of ${root}.`, "It is taken relative to --root."));
    } else if (!codebases.some((one) => one.source === source)) {
      const same = known.find((one) => normal(one.source) === source);
      const name = same?.name ?? (folders.length === 1 ? "default" : basename(source) || "default");
      codebases.push({ name, source });
    }
  }
  if (problems.length > 0) throw new InputError(problems);
  return codebases;
}

function normal(source: string): string {
  return source.replace(/^\.(?:\/|$)/, "").replace(/\/+$/, "");
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function problem(message: string, mend: string): Problem {
  return { place: null, message, mend, excerpt: null };
}

const defaultPatienceMs = 10_000;

/** How long discovery may take, by the variable that the Firebase CLI reads, too. */
export function discoveryPatience(io: Io): number {
  const told = io.env.FUNCTIONS_DISCOVERY_TIMEOUT;
  if (told === undefined || told === "") return defaultPatienceMs;
  const seconds = Number(told);
  if (!(seconds > 0) || seconds > 3_600) {
    throw inputError(
      `FUNCTIONS_DISCOVERY_TIMEOUT is "${told}", which is no time limit.`,
      "Write a number of seconds, at most 3600.",
    );
  }
  return seconds * 1_000;
}
