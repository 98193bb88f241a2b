import type { Evaluator } from "../code/evaluate.ts";
import { bindingAt, enclosingFunction, type Site } from "../code/module.ts";
import type { Spot } from "../code/value.ts";

/** Where an export is defined: its variable, or the expression that is exported, in whichever file that is. */
export function siteOf(evaluator: Evaluator, file: string, name: string, seen = new Set<string>()): Site | null {
  const loaded = evaluator.exportsOf(file);
  if (loaded === null || seen.has(`${file}\0${name}`)) return null;
  seen.add(`${file}\0${name}`);
  const { module, exports } = loaded;
  const entry = exports.named.get(name);
  const elsewhere = (source: string, other: string): Site | null => {
    const target = evaluator.project.resolve(file, source);
    return target === null ? null : siteOf(evaluator, target, other, seen);
  };
  if (entry === undefined) {
    for (const star of exports.stars) {
      const found = elsewhere(star.source, name);
      if (found !== null) return found;
    }
    return null;
  }
  const here: Site = { module, node: entry.node };
  if (entry.kind === "from") return elsewhere(entry.source, entry.name) ?? here;
  let identifier = entry.kind === "local" ? entry.name : null;
  if (entry.kind === "value" && entry.node.type === "Identifier") identifier = entry.node.name;
  const binding = identifier === null ? null : bindingAt(module, module.program, identifier);
  if (binding === null) return here;
  const { declaration } = binding;
  if (binding.kind !== "import") return { module, node: declaration };
  const parent = module.parents.get(declaration);
  if (parent?.type !== "ImportDeclaration") return here;
  if (declaration.type === "ImportSpecifier") {
    const imported =
      declaration.imported.type === "Identifier" ? declaration.imported.name : declaration.imported.value;
    return elsewhere(parent.source.value, imported) ?? here;
  }
  return (declaration.type === "ImportDefaultSpecifier" ? elsewhere(parent.source.value, "default") : null) ?? here;
}

/** A factory makes the function where it is called, not where the SDK's call is written. */
export function madeAt(via: readonly Spot[], call: Site, exported: Site): Site {
  if (enclosingFunction(call.module, call.node) === null) return call;
  const callers = via.filter((spot): spot is Site => "module" in spot && spot.node.type === "VariableDeclarator");
  return callers.findLast(({ module, node }) => enclosingFunction(module, node) === null) ?? exported;
}

/** An export that a function makes is made if something calls it; one that is called where it is written always is. */
export function isInFunction({ module, node }: Site): boolean {
  const fn = enclosingFunction(module, node);
  if (fn === null) return false;
  const around = module.parents.get(fn);
  // `Object.defineProperty(exports, "x", { get: function () { return y.x; } })`
  if (around?.type === "Property") return false;
  return around?.type !== "CallExpression" || around.callee !== fn;
}
