import { posix } from "node:path";
import { envReader, isCommitted, parseEnv } from "../code/env-files.ts";
import type { EnvReader } from "../code/evaluate.ts";
import type { Project } from "../code/project.ts";
import { join } from "../code/tsconfig.ts";
import { aliasesIn } from "./codebase.ts";

/** What only a running function is told; while functions are discovered these are not set. */
const ofTheRuntime = new Set([
  "FUNCTION_NAME",
  "FUNCTION_TARGET",
  "FUNCTION_REGION",
  "FUNCTION_IDENTITY",
  "FUNCTION_SIGNATURE_TYPE",
  "K_SERVICE",
  "K_REVISION",
  "K_CONFIGURATION",
]);

/**
 * Variables as they are while the Firebase CLI discovers a codebase: `.env`, then the file of the project or of its
 * alias. Where the project is not known and its files differ, nobody can say.
 */
export function deployEnv(project: Project, folder: string, projectId: string | null): EnvReader {
  const reader = (of: string | null): EnvReader =>
    envReader(project, [{ folder, mode: null, kind: "functions", projectId: of }]);
  const names = projectId === null ? stagesIn(project, folder) : [fileNameFor(project, folder, projectId)];
  const readers = names.length === 0 ? [reader(null)] : names.map(reader);
  return (file, name, object) => {
    if (object === "process.env") {
      if (ofTheRuntime.has(name)) return { kind: "fixed", value: undefined };
      if (projectId !== null && (name === "GCLOUD_PROJECT" || name === "GCP_PROJECT"))
        return { kind: "fixed", value: projectId };
    }
    const answers = readers.map((read) => read(file, name, object));
    const [first] = answers;
    if (first === undefined) return { kind: "unset" };
    const values = new Set(answers.map((answer) => (answer.kind === "committed" ? answer.value : answer.kind)));
    return values.size === 1 ? first : { kind: "given" };
  };
}

/** What the committed env files set for a project, as the Firebase CLI hands it to a codebase. */
export function deployValues(project: Project, folder: string, projectId: string | null): Record<string, string> {
  const values: Record<string, string> = {};
  const stages = projectId === null ? [] : [`.env.${fileNameFor(project, folder, projectId)}`];
  for (const name of [".env", ...stages]) {
    const file = join(folder, name);
    if (!isCommitted(project, file)) continue;
    for (const line of parseEnv(file, project.text(file) ?? "")) values[line.name] = line.value;
  }
  return values;
}

function fileNameFor(project: Project, folder: string, projectId: string): string {
  const aliases = aliasesIn(project).flatMap(([alias, id]) => (id === projectId ? [alias] : []));
  return [projectId, ...aliases].find((name) => project.has(join(folder, `.env.${name}`))) ?? projectId;
}

const notProjects =
  /(?:^|\.)(?:local|example|sample|template|tmpl|skel|skeleton|defaults?|dist|secret|vault|test|bak|old|enc|gpg)$/i;

/** Projects, or aliases, that have an env file of their own. */
function stagesIn(project: Project, folder: string): string[] {
  const known = new Set(aliasesIn(project).flat());
  return project.list.files.flatMap((file) => {
    const dir = posix.dirname(file) === "." ? "" : posix.dirname(file);
    const stage = /^\.env\.(.+)$/.exec(posix.basename(file))?.[1];
    if (dir !== folder || stage === undefined || !isCommitted(project, file)) return [];
    if (known.size > 0) return known.has(stage) ? [stage] : [];
    return notProjects.test(stage) ? [] : [stage];
  });
}
