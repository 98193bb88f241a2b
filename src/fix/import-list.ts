import type { Node } from "oxc-parser";
import type { Module } from "../sources/code/module.ts";
import type { Binding } from "../sources/code/scope.ts";
import { indentAt, lineEndAt, type TextEdit } from "./text-edit.ts";

/** A list of names taken from a module, in an import, an export or around a `require`. */
export interface ImportList {
  /** The module as the file names it. */
  readonly source: string;
  /** The name that the module gives to what the file calls otherwise, or the same. */
  readonly exportedName: string;
  readonly own: Node;
  readonly items: readonly Node[];
}

/** The list that brings a name into its file; null where it comes in another way. */
export function importListOf(module: Module, binding: Binding): ImportList | null {
  const { declaration } = binding;
  if (declaration.type === "ImportSpecifier") {
    const around = module.parents.get(declaration);
    if (around?.type !== "ImportDeclaration" || around.importKind === "type") return null;
    const items = around.specifiers.filter((one) => one.type === "ImportSpecifier");
    const { imported } = declaration;
    const exportedName = imported.type === "Identifier" ? imported.name : imported.value;
    return { source: around.source.value, exportedName, own: declaration, items };
  }
  if (declaration.type !== "VariableDeclarator" || declaration.id.type !== "ObjectPattern") return null;
  const { init } = declaration;
  const call = init?.type === "AwaitExpression" ? init.argument : init;
  const named =
    call?.type === "CallExpression" && call.callee.type === "Identifier" && call.callee.name === "require"
      ? call.arguments[0]
      : call?.type === "ImportExpression"
        ? call.source
        : null;
  if (named?.type !== "Literal" || typeof named.value !== "string") return null;
  const items = declaration.id.properties.filter((one) => one.type === "Property");
  const own = items.find((one) => one.value === binding.identifier);
  if (own?.key.type !== "Identifier") return null;
  return { source: named.value, exportedName: own.key.name, own, items };
}

/**
 * Keeps a name that the file gave by itself and takes it from another export: `other as name`. Null where the file uses
 * the module's own name.
 */
export function renamedSource(module: Module, { own, exportedName }: ImportList, local: string, other: string) {
  if (exportedName === local) return null;
  const { file, text } = module;
  const joint = text.slice(own.start, own.end).slice(exportedName.length, -local.length);
  return { file, start: own.start, end: own.end, text: other === local ? local : other + joint + local };
}

/**
 * Edits that take the own name out, bring another in, or both. A new name goes where the order of a sorted list has
 * it, else behind the own one, in the list's own layout.
 */
export function namesEdits(
  module: Module,
  { own, items }: ImportList,
  { drop, add }: { drop: boolean; add: string | null },
): TextEdit[] {
  const { text, file } = module;
  if (drop && add !== null) return [{ file, start: own.start, end: own.end, text: add }];
  if (add !== null) return [insertion(file, text, items, own, add)];
  if (!drop || items.length < 2) return [];
  const index = items.indexOf(own);
  const next = items[index + 1];
  const previous = items[index - 1];
  if (next !== undefined) return [{ file, start: own.start, end: next.start, text: "" }];
  return previous === undefined ? [] : [{ file, start: previous.end, end: own.end, text: "" }];
}

/** Puts a name into a list of names. */
export function insertion(file: string, text: string, items: readonly Node[], own: Node, name: string): TextEdit {
  const names = items.map((item) => text.slice(item.start, item.end));
  const isSorted = names.every((one, index) => index === 0 || compare(names[index - 1] ?? "", one) <= 0);
  const before =
    isSorted && items.length > 1 ? items.findLast((_, index) => compare(names[index] ?? "", name) <= 0) : own;
  const first = items[0] ?? own;
  if (before === undefined) return { file, start: first.start, end: first.start, text: `${name},${gap(first)}` };
  return { file, start: before.end, end: before.end, text: `,${gap(before)}${name}` };

  /** What stands between two names of the list. */
  function gap(item: Node): string {
    const line = text.slice(text.lastIndexOf("\n", item.start - 1) + 1, item.start);
    return line.trim() === "" && text.lastIndexOf("\n", item.start - 1) >= 0
      ? lineEndAt(text, item.start) + indentAt(text, item.start)
      : " ";
  }
}

function compare(one: string, other: string): number {
  return one.localeCompare(other, "en", { sensitivity: "base", numeric: true });
}
