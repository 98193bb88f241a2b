import type { Node } from "oxc-parser";
import { itemsOf } from "../../code/items.ts";
import type { Module, Site } from "../../code/module.ts";
import { type Alternative, type Engine, flatMap, isMissing, unknown } from "../../code/value.ts";
import type { Provisions } from "./provisions.ts";
import { optionsValue } from "./vue.ts";

const loops: ReadonlyMap<string, (name: string) => RegExp> = new Map([
  ["svelte", (name) => new RegExp(`\\{#each\\s+([^{}]*?)\\s+as\\s+${name}\\b`, "g")],
  ["vue", (name) => new RegExp(`v-for=["']\\s*\\(?\\s*${name}\\b[^"']*?\\s(?:in|of)\\s+([^"']+)["']`, "g")],
]);

/** A name that a loop of the markup gives: `{#each names as name}`, `v-for="name in names"`. */
export function markupVariable(engine: Engine, name: string, site: Site): readonly Alternative[] | null {
  const { module, node } = site;
  const loop = loops.get(module.file.slice(module.file.lastIndexOf(".") + 1));
  if (loop === undefined || !/^\w+$/.test(name)) return null;
  const source = engine.source(module.file);
  if (source === null) return null;
  let list: { from: number; text: string } | null = null;
  for (const match of source.matchAll(loop(name))) {
    if (match.index > node.start) break;
    const text = match[1] ?? "";
    list = { from: match.index + match[0].lastIndexOf(text), text };
  }
  if (list === null) return null;
  const scene = { module, frame: null };
  const over = listAt(module, list.from);
  const lists =
    over !== null
      ? engine.evaluate(over, scene)
      : /^\w+$/.test(list.text)
        ? engine.named(list.text, module.program, scene)
        : unknown("the list is only known when the program runs", site);
  return flatMap(
    lists,
    (value) => itemsOf(engine, value, site) ?? unknown("the list is only known when the program runs", site),
  );
}

/** The expression of the markup that begins at an offset. */
function listAt(module: Module, offset: number): Node | null {
  if (module.program.type !== "Program") return null;
  for (const statement of module.program.body) {
    if (statement.type === "ExpressionStatement" && statement.expression.start === offset) return statement.expression;
  }
  return null;
}

/** A name in a component's template that its options give: a method, a computed value, what `data` returns. */
export function markupMember(
  engine: Engine,
  provisions: Provisions,
  name: string,
  site: Site,
  globals: (name: string, site: Site) => readonly Alternative[],
): readonly Alternative[] | null {
  const { module } = site;
  if (!module.file.endsWith(".vue") || module.program.type !== "Program") return null;
  for (const statement of module.program.body) {
    if (statement.type !== "ExportDefaultDeclaration") continue;
    const { declaration } = statement;
    const given = declaration.type === "CallExpression" ? declaration.arguments[0] : declaration;
    if (given?.type !== "ObjectExpression") return null;
    const options = optionsValue(engine, provisions, given, module, globals);
    const values = engine.member(options, name, site).filter(({ value }) => !isMissing(value));
    return values.length === 0 ? null : values;
  }
  return null;
}
