import type { Node } from "oxc-parser";
import type { Evaluator } from "../code/evaluate.ts";
import { bindingAt, type Module, nodesOf, type Site } from "../code/module.ts";
import type { Project } from "../code/project.ts";
import { callMakers, isClientPackage } from "./sdk.ts";

/**
 * Calls that may be an SDK's, in every file whose text names one. A file that renames one and exports it under the
 * new name makes that name worth looking for too.
 */
export function* callSites(project: Project, evaluator: Evaluator, files: readonly string[]): Generator<Site> {
  const wanted = new Set<string>(callMakers);
  const done = new Map<string, number>();
  for (let round = 0; round < 5; round++) {
    const before = wanted.size;
    const seen: Module[] = [];
    for (const file of project.sources) {
      const text = project.text(file);
      if (text === null || ![...wanted].some((name) => text.includes(name))) continue;
      const module = project.module(file);
      if (module === null || "kind" in module) continue;
      seen.push(module);
      for (const name of exportedAliases(module, evaluator, wanted)) wanted.add(name);
    }
    if (wanted.size > before) continue;
    const scope = new Set(files);
    for (const module of seen) {
      if (!scope.has(module.file) || done.has(module.file)) continue;
      done.set(module.file, 1);
      const local = localNames(module, wanted);
      for (const node of nodesOf(module, "CallExpression")) {
        const name = calleeName(node.callee);
        if (name !== null && local.has(name)) yield { module, node };
      }
    }
    return;
  }
}

function calleeName(callee: Node): string | null {
  switch (callee.type) {
    case "Identifier":
      return callee.name;
    case "MemberExpression":
      if (callee.property.type === "Identifier" && !callee.computed) return callee.property.name;
      return callee.property.type === "Literal" && typeof callee.property.value === "string"
        ? callee.property.value
        : null;
    case "TSNonNullExpression":
    case "TSInstantiationExpression":
    case "TSAsExpression":
    case "ChainExpression":
      return calleeName(callee.expression);
    case "SequenceExpression": {
      // What compilers make of a call of an import: (0, httpsCallable)(…).
      const last = callee.expressions.at(-1);
      return last === undefined ? null : calleeName(last);
    }
    default:
      return null;
  }
}

/** Names by which this file may mean one of the wanted: renamed imports, renamed members, plain aliases. */
function localNames(module: Module, wanted: ReadonlySet<string>): Set<string> {
  const names = new Set(wanted);
  for (const node of nodesOf(module, "ImportSpecifier")) {
    const imported = node.imported.type === "Identifier" ? node.imported.name : node.imported.value;
    if (wanted.has(imported)) names.add(node.local.name);
  }
  for (let round = 0; round < 3; round++) {
    for (const node of nodesOf(module, "VariableDeclarator")) {
      if (node.id.type === "Identifier" && node.init !== null) {
        const name = calleeName(node.init);
        if (name !== null && names.has(name)) names.add(node.id.name);
      } else if (node.id.type === "ObjectPattern") {
        for (const property of node.id.properties) {
          if (property.type !== "Property" || property.key.type !== "Identifier" || !names.has(property.key.name))
            continue;
          if (property.value.type === "Identifier") names.add(property.value.name);
        }
      }
    }
  }
  return names;
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
