import type { Evaluator } from "../code/evaluate.ts";
import { bindingAt, type Module, type Site } from "../code/module.ts";
import { callsOfAny, localNames } from "../code/named-calls.ts";
import type { Project } from "../code/project.ts";
import { callMakers, isClientPackage } from "./sdk.ts";

/**
 * Calls that may be an SDK's, in every file whose text names one. A file that renames one and exports it under the
 * new name makes that name worth looking for too.
 */
export function* callSites(project: Project, evaluator: Evaluator, files: readonly string[]): Generator<Site> {
  const wanted = new Set<string>(callMakers);
  for (let round = 0; round < maxRounds; round++) {
    const before = wanted.size;
    for (const file of project.holdingAny(wanted)) {
      const read = project.glance(file);
      if (read.kind !== "text" || !mayRename(read.text, wanted)) continue;
      const module = project.module(file);
      if (module === null || "kind" in module) continue;
      for (const name of exportedAliases(module, evaluator, wanted)) wanted.add(name);
    }
    if (wanted.size === before) break;
  }
  const scope = new Set(files);
  for (const file of project.holdingAny(wanted)) {
    const module = scope.has(file) ? project.module(file) : null;
    if (module === null || "kind" in module) continue;
    for (const node of callsOfAny(module, wanted)) yield { module, node };
  }
}

/** Names of names of names are followed so far. */
const maxRounds = 5;

/** Some name of these stands where it is given another one, and not in a call. */
function mayRename(text: string, names: ReadonlySet<string>): boolean {
  const any = [...names].map((name) => name.replaceAll("$", "\\$")).join("|");
  return new RegExp(`(?<![\\w$])(?:${any})(?![\\w$])\\s*(?:as\\b|[;,})\\n]|$)`, "m").test(withoutImports(text));
}

/** Names that an import brings in under their own name are renamed by what stands elsewhere. */
function withoutImports(text: string): string {
  return text.replace(/\bimport\s*\{[^}]*\}/g, (clause) => (/\bas\b/.test(clause) ? clause : ""));
}

/** Export names, unlike their own, of the wanted functions: `export { httpsCallable as callFn }`. */
function exportedAliases(module: Module, evaluator: Evaluator, wanted: ReadonlySet<string>): Set<string> {
  const names = new Set<string>();
  const local = localNames(module, wanted);
  for (const [name, entry] of evaluator.exportsOf(module.file)?.exports.named ?? []) {
    if (wanted.has(name) || name === "default") continue;
    if (entry.kind === "from") {
      if (
        wanted.has(entry.name) &&
        (isClientPackage(entry.source) || evaluator.project.resolve(module.file, entry.source) !== null)
      )
        names.add(name);
    } else if (entry.kind === "local" && local.has(entry.name)) {
      const binding = bindingAt(module, module.program, entry.name);
      if (binding?.kind === "import" || binding?.kind === "const") names.add(name);
    }
  }
  return names;
}
