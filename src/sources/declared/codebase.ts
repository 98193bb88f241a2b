import { posix } from "node:path";
import { safeJson } from "../code/json.ts";
import type { Project } from "../code/project.ts";
import { asRecord, join, parseJsonWithComments } from "../code/tsconfig.ts";

/** What firebase.json says of one codebase. */
export interface CodebaseConfig {
  /** Put before every id with a "-"; empty without one. */
  readonly prefix: string;
  /** "nodejs22", "python312"; null where only the package says it. */
  readonly runtime: string | null;
}

const nothing: CodebaseConfig = { prefix: "", runtime: null };

/**
 * The entry of a firebase.json whose source is `folder`. One source may be deployed as several codebases with a prefix
 * each, which are told apart by their names.
 */
export function codebaseConfig(project: Project, name: string, folder: string): CodebaseConfig {
  const entries = project.list.files
    .filter((file) => posix.basename(file) === "firebase.json")
    .flatMap((file) => entriesOf(project, file))
    .filter((entry) => entry.source === folder);
  const named = entries.find((entry) => entry.codebase === name) ?? (entries.length === 1 ? entries[0] : undefined);
  return named ?? nothing;
}

function entriesOf(project: Project, file: string): (CodebaseConfig & { source: string; codebase: string })[] {
  const functions = asRecord(parseJsonWithComments(project.text(file) ?? ""))?.functions;
  const home = posix.dirname(file) === "." ? "" : posix.dirname(file);
  return [functions].flat().flatMap((raw) => {
    const entry = asRecord(raw);
    if (entry === null) return [];
    const { source, codebase, prefix, runtime } = entry;
    return [
      {
        source: join(home, typeof source === "string" ? source : "functions"),
        codebase: typeof codebase === "string" && codebase !== "" ? codebase : "default",
        prefix: typeof prefix === "string" ? prefix : "",
        runtime: typeof runtime === "string" ? runtime : null,
      },
    ];
  });
}

/** Names and ids of projects, as .firebaserc files pair them: `.env.NAME` holds for a project as `.env.ID` does. */
export function aliasesIn(project: Project): readonly (readonly [alias: string, id: unknown])[] {
  return project.list.files
    .filter((file) => posix.basename(file) === ".firebaserc")
    .flatMap((file) => Object.entries(asRecord(asRecord(safeJson(project.text(file)))?.projects) ?? {}));
}
