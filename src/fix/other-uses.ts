import type { Node } from "oxc-parser";
import type { Caller } from "../model/callers.ts";
import { bindingAt, type Module, placeOf, type Site } from "../sources/code/module.ts";
import { nodesOf } from "./nodes.ts";
import { type Bench, spot } from "./task.ts";

/**
 * Says where something of this name is used for anything but these callers: a value that is changed moves that use,
 * too. Careful rather than clever: a use that cannot be told apart counts. Null where there is none.
 */
export function otherUse(bench: Bench, home: Module, name: string, rows: readonly Caller[]): string | null {
  const { project } = bench;
  const unclear = unresolvedUse(bench, name);
  if (unclear !== null) return unclear;
  const word = wordOf(name);
  for (const file of project.sources) {
    const text = project.text(file);
    if (text === null || !word.test(text)) continue;
    const module = project.module(file);
    if (module === null) continue;
    if ("kind" in module) return `${file}, which cannot be read as source, has ${name} in it`;
    const whole = module.text === text ? 0 : countOf(text, word) - countOf(module.text, word);
    if (whole > 0) return `the template of ${file} has ${name} in it`;
    for (const node of nodesOf(module, "Identifier")) {
      if (node.name !== name || isDeclaration(module, node) || isElsewhere(bench, module, home, node, name)) continue;
      const place = placeOf({ module, node });
      if (!rows.some((row) => touches(row, place)) && !isEmulator(module, node))
        return `${spot(place)} uses ${name} for something else`;
    }
  }
  return null;
}

/** A call that nobody could resolve may hang on the name as well. */
export function unresolvedUse(bench: Bench, name: string): string | null {
  const word = wordOf(name);
  const site = bench.reading.callers.unresolved.find(({ snippet }) => word.test(snippet));
  return site === undefined ? null : `${spot(site)} uses ${name} in a call that cannot be resolved`;
}

/** As `otherUse`, for whatever carries a text or a client on from where it is written. */
export function otherUseOfHolder(bench: Bench, site: Site, rows: readonly Caller[]): string | null {
  const { file, line } = placeOf(site);
  // Written at the call itself, it is nobody else's.
  if (rows.some((row) => row.file === file && row.line <= line && line <= row.endLine)) return null;
  const holder = holderOf(site);
  if (holder === null) return null;
  return holder.isValue ? otherUse(bench, site.module, holder.name, rows) : unresolvedUse(bench, holder.name);
}

/** The variable or member whose value a text makes, or the function that it stands in. */
function holderOf({ module, node }: Site): { name: string; isValue: boolean } | null {
  let isValue = true;
  for (let parent = module.parents.get(node); parent !== undefined; parent = module.parents.get(parent)) {
    switch (parent.type) {
      case "VariableDeclarator":
        return parent.id.type === "Identifier" ? { name: parent.id.name, isValue } : null;
      case "Property":
      case "PropertyDefinition":
      case "MethodDefinition":
        if (parent.key.type === "Identifier") return { name: parent.key.name, isValue };
        break;
      case "TSEnumMember":
        return parent.id.type === "Identifier" ? { name: parent.id.name, isValue } : null;
      case "FunctionDeclaration":
      case "FunctionExpression":
        if (parent.id !== null) return { name: parent.id.name, isValue: false };
        isValue = false;
        break;
      case "ArrowFunctionExpression":
        isValue = false;
        break;
    }
  }
  return null;
}

function wordOf(name: string): RegExp {
  return new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`);
}

function countOf(text: string, word: RegExp): number {
  return text.match(new RegExp(word.source, "g"))?.length ?? 0;
}

/** The caller's own lines, and those that its values came through. */
function touches(row: Caller, place: { file: string; line: number }): boolean {
  if (row.file === place.file && row.line <= place.line && place.line <= row.endLine) return true;
  return row.via.some((one) => one.file === place.file && one.line === place.line);
}

function isDeclaration(module: Module, node: Node): boolean {
  const parent = module.parents.get(node);
  switch (parent?.type) {
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
    case "ExportSpecifier":
      return true;
    case "VariableDeclarator":
      return parent.id === node;
    case "Property":
      // A key gives a name; in short form it is the value as well, or the name that a pattern takes out.
      return parent.key === node && (!parent.shorthand || module.parents.get(parent)?.type === "ObjectPattern");
    case "TSEnumMember":
      return parent.id === node;
    case "PropertyDefinition":
      return parent.key === node;
    case "FunctionDeclaration":
      return parent.id === node;
    default:
      return false;
  }
}

/** A variable of the same name that has nothing to do with the one at home. */
function isElsewhere(bench: Bench, module: Module, home: Module, node: Node, name: string): boolean {
  const parent = module.parents.get(node);
  if (parent?.type === "MemberExpression" && parent.property === node) return false;
  const binding = bindingAt(module, node, name);
  if (binding === null) return false;
  if (binding.kind === "import") {
    const declaration = module.parents.get(binding.declaration);
    return (
      declaration?.type === "ImportDeclaration" && bench.project.resolve(module.file, declaration.source.value) === null
    );
  }
  if (module.file !== home.file) {
    // Taken out of a module or a hook: it may be the one.
    const taken = binding.declaration.type === "VariableDeclarator" && binding.declaration.id.type === "ObjectPattern";
    return !taken && binding.parameter === null;
  }
  const own = bindingAt(home, home.program, name);
  return own !== null && own !== binding;
}

/** `connectFunctionsEmulator(functions, …)`, `functions.useEmulator(…)`: the region means nothing there. */
export function isEmulator(module: Module, node: Node): boolean {
  const parent = module.parents.get(node);
  if (parent?.type === "CallExpression" && parent.callee.type === "Identifier") {
    return parent.callee.name === "connectFunctionsEmulator" && parent.arguments[0] === node;
  }
  return (
    parent?.type === "MemberExpression" &&
    parent.object === node &&
    parent.property.type === "Identifier" &&
    /^use(Functions)?Emulator$/.test(parent.property.name)
  );
}
