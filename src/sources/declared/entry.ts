import { safeJson } from "../code/json.ts";
import type { Project } from "../code/project.ts";
import { asRecord, join } from "../code/tsconfig.ts";

/** What a codebase's package.json says of how it is loaded. */
export interface Entry {
  /** File the runtime would load, as source; null when there is none in the tree. */
  readonly file: string | null;
  readonly packageType: string | null;
  /** From firebase-functions 6 on, the package's root is generation 2. */
  readonly rootIsGen2: boolean;
}

/** Finds the source of a codebase's main module: `main` mapped from its output, else index. */
export function entryOf(project: Project, named: string): Entry {
  const source = sourceFolder(project, named);
  const manifest = asRecord(safeJson(project.text(join(source, "package.json")))) ?? {};
  const dependencies = { ...asRecord(manifest.devDependencies), ...asRecord(manifest.dependencies) };
  const version = dependencies["firebase-functions"];
  const major = typeof version === "string" ? /(\d+)/.exec(version.replace(/^npm:[^@]*@/, ""))?.[1] : undefined;
  const candidates = [...(typeof manifest.main === "string" ? [manifest.main] : []), "index", "src/index", "src/main"];
  let file: string | null = null;
  for (const candidate of candidates) {
    file = project.resolver.entry(join(source, candidate), source);
    if (file !== null) break;
  }
  return {
    file,
    packageType: typeof manifest.type === "string" ? manifest.type : null,
    rootIsGen2: major === undefined || Number(major) >= 6,
  };
}

/** firebase.json may name the build's output (`functions/dist`), which no checkout holds: its package lies above. */
function sourceFolder(project: Project, named: string): string {
  const output = /^(?:(.*)\/)?(?:dist|lib|build|out)$/.exec(named);
  if (output === null || project.list.files.some((file) => file.startsWith(`${named}/`))) return named;
  return output[1] ?? "";
}
