import type { Node } from "oxc-parser";
import { bindingAt, type Module } from "../sources/code/module.ts";
import type { Binding } from "../sources/code/scope.ts";
import { clientOf } from "./clients.ts";
import { insertion } from "./import-list.ts";
import { nodesOf } from "./nodes.ts";
import { isEmulator } from "./other-uses.ts";
import type { Bench, Client } from "./task.ts";
import { applyEdits, indentAt, lineEndAt, type TextEdit } from "./text-edit.ts";

/** The client that a new one is made after: a variable of a file, or what a file exports under a name. */
type Model =
  | { readonly module: Module; readonly binding: Binding; readonly name: string }
  | { readonly home: string; readonly exported: string };

/**
 * Edits that declare a client for another region beside the one that is used so far, written as that one is: its
 * statement is copied with another name and region, and so is what connects it to the emulator. `user` is the file
 * that will import it. A text where that cannot be done safely: why not.
 */
export function addClient(
  bench: Bench,
  model: Model,
  wanted: Client,
  user: Module | null,
): { name: string; edits: TextEdit[] } | string {
  const place = "home" in model ? declarationOf(bench, model.home, model.exported, 0) : model;
  if (typeof place === "string") return place;
  const { module, binding, name } = place;
  const { file, text } = module;
  const declarator = binding.declaration;
  const declaration = module.parents.get(declarator);
  if (
    declarator.type !== "VariableDeclarator" ||
    declaration?.type !== "VariableDeclaration" ||
    declarator.init === null
  )
    return `${name} is not declared in a way that can be repeated`;
  if (declaration.declarations.length > 1 || declarator.id.type !== "Identifier")
    return `${name} is declared together with other names`;
  const around = module.parents.get(declaration);
  const statement = around?.type === "ExportNamedDeclaration" ? around : declaration;
  const region = regionEdit(module, declarator.init, wanted.region);
  if (region === null) return `${name} is made in a way that cannot be repeated for ${wanted.region}`;
  const fresh = newName(name, wanted.region);
  for (const one of [module, user]) {
    if (one !== null && nodesOf(one, "Identifier").some((node) => node.name === fresh))
      return `no client for ${wanted.region} is there, and ${fresh} is taken in ${one.file}`;
  }
  const connected = emulatorStatements(module, binding, statement, "home" in model);
  if (typeof connected === "string") return connected;
  const copy = (node: Node, changes: readonly TextEdit[]): string => {
    const own = changes.map((edit) => ({ ...edit, start: edit.start - node.start, end: edit.end - node.start }));
    return applyEdits(text.slice(node.start, node.end), own) ?? "";
  };
  const rename = { file, start: declarator.id.start, end: declarator.id.start + name.length, text: fresh };
  const behind = lastClient(bench, module, statement);
  const edits = [insertedAfter(module, behind, copy(statement, [rename, region]))];
  for (const { statement: one, name: node } of connected) {
    edits.push(insertedAfter(module, one, copy(one, [{ file, start: node.start, end: node.end, text: fresh }])));
  }
  if ("home" in model && statement === declaration) {
    const list = exportList(module, name);
    if (list === null) return `${name} is not exported in a way that can be repeated`;
    edits.push(insertion(file, text, list.items, list.own, fresh));
  }
  return { name: fresh, edits };
}

/** The variable behind an export, through barrels that re-export everything. */
function declarationOf(
  bench: Bench,
  file: string,
  name: string,
  depth: number,
): { module: Module; binding: Binding; name: string } | string {
  const loaded = depth > 5 ? null : bench.evaluator.exportsOf(file);
  if (loaded === null) return `${file} cannot be followed to where ${name} is declared`;
  const { module, exports } = loaded;
  const entry = exports.named.get(name);
  if (entry?.kind === "local") {
    const binding = bindingAt(module, module.program, entry.name);
    if (binding !== null && entry.name === name) return { module, binding, name };
  }
  if (entry === undefined) {
    for (const { source } of exports.stars) {
      const target = bench.project.resolve(file, source);
      const found = target === null ? null : declarationOf(bench, target, name, depth + 1);
      if (found !== null && typeof found !== "string") return found;
    }
  }
  return `where ${name} is declared, no other client can be put beside it without changing what ${file} exports`;
}

/** `getFunctions(app, "europe-west1")` and `app.functions("europe-west1")` with another region, in their own quotes. */
export function regionEdit(module: Module, init: Node, region: string): TextEdit | null {
  const { file, text } = module;
  if (init.type !== "CallExpression" || init.arguments.some((one) => one.type === "SpreadElement")) return null;
  const isMember = init.callee.type === "MemberExpression";
  const named = init.arguments[isMember ? 0 : 1];
  if (named !== undefined) {
    const quote = named.type === "Literal" ? text[named.start] : quoteOf(text);
    return { file, start: named.start, end: named.end, text: `${quote}${region}${quote}` };
  }
  const quoted = quoteOf(text) + region + quoteOf(text);
  const [app] = init.arguments;
  const end = init.end - 1;
  if (init.callee.type !== "MemberExpression") {
    // Without an app the first argument stands for the default one.
    if (app === undefined) return { file, start: end, end, text: `undefined, ${quoted}` };
    return { file, start: app.end, end: app.end, text: `, ${quoted}` };
  }
  const { object } = init.callee;
  if (object.type === "CallExpression") return { file, start: end, end, text: quoted };
  // firebase.functions() takes an app; only an app's functions() takes a region.
  return { file, start: object.end, end: init.end, text: `.app().functions(${quoted})` };
}

/** The quotes of the file's first import, else double ones. */
function quoteOf(text: string): string {
  return /(?:from|require\()\s*(["'])/.exec(text)?.[1] ?? '"';
}

/** `functionsWest1` → `functionsWest3`, `FUNCTIONS_EUROPE_WEST1` → `FUNCTIONS_EUROPE_WEST3`, else the region behind. */
function newName(name: string, region: string): string {
  const [area = "", zone = ""] = region.split("-");
  const title = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const zones = "(?:north|south|east|west|central)+[0-9]+";
  const areas = "(?:africa|asia|australia|europe|me|northamerica|southamerica|us)";
  const camel = new RegExp(`^(.*?)(${areas})?(${zones})$`, "i").exec(name);
  if (camel?.[1] !== undefined && camel[1] !== "" && !name.includes("_")) {
    const [, stem, oldArea] = camel;
    return oldArea === undefined ? stem + title(zone) : stem + title(area) + title(zone);
  }
  if (name.includes("_")) {
    const upper = name === name.toUpperCase();
    const stem = name.replace(new RegExp(`_(?:${areas}_)?${zones}$`, "i"), "");
    const tail = `_${area}_${zone}`;
    return stem + (upper ? tail.toUpperCase() : tail);
  }
  return name + title(area) + title(zone);
}

/** Statements at the top that connect the client to the emulator; a text where it is used in another way. */
function emulatorStatements(
  module: Module,
  binding: Binding,
  own: Node,
  isShared: boolean,
): { statement: Node; name: Node }[] | string {
  const found: { statement: Node; name: Node }[] = [];
  for (const node of nodesOf(module, "Identifier")) {
    if (node.name !== binding.name || bindingAt(module, node, node.name) !== binding) continue;
    if (node.start >= own.start && node.end <= own.end) continue;
    const parent = module.parents.get(node);
    if (parent?.type === "ExportSpecifier") continue;
    if (!isEmulator(module, node)) {
      if (!isShared) continue;
      return `${module.file} does more with ${binding.name} than to export it, so a client beside it may lack something`;
    }
    let statement: Node | undefined = node;
    while (statement !== undefined && statement.type !== "ExpressionStatement")
      statement = module.parents.get(statement);
    if (statement === undefined)
      return `${module.file} connects ${binding.name} to the emulator in a way that cannot be repeated`;
    const block = module.parents.get(statement);
    if (block?.type !== "BlockStatement" && block?.type !== "Program")
      return `${module.file} connects ${binding.name} to the emulator in a way that cannot be repeated`;
    found.push({ statement, name: node });
  }
  return found;
}

/** The last of the clients that stand at the top beside the statement, so that a new one joins the others. */
function lastClient(bench: Bench, module: Module, statement: Node): Node {
  const list = module.parents.get(statement);
  if (list?.type !== "Program") return statement;
  let last: Node = statement;
  for (const one of list.body) {
    if (one.start < statement.start) continue;
    const declaration = one.type === "ExportNamedDeclaration" ? one.declaration : one;
    if (declaration?.type !== "VariableDeclaration" || one.type !== statement.type) continue;
    const isClient = declaration.declarations.every(
      ({ id }) =>
        clientOf(
          bench,
          bench.evaluator.ask(new Map(), () => bench.evaluator.evaluate(id, { module, frame: null })),
        ) !== null,
    );
    if (isClient) last = one;
  }
  return last;
}

/** A statement on a line of its own behind another, with what stands beside that one on its line left there. */
function insertedAfter(module: Module, behind: Node, statement: string): TextEdit {
  const { file, text } = module;
  const end = text.indexOf("\n", behind.end);
  const rest = text.slice(behind.end, end === -1 ? text.length : end);
  const isAlone = /^\s*(\/\/.*|\/\*.*\*\/\s*)?\r?$/.test(rest);
  const at = isAlone ? behind.end + rest.replace(/\r$/, "").length : behind.end;
  return { file, start: at, end: at, text: lineEndAt(text, behind.start) + indentAt(text, behind.start) + statement };
}

/** The `export { … }` that has the name. */
function exportList(module: Module, name: string): { items: readonly Node[]; own: Node } | null {
  for (const node of nodesOf(module, "ExportNamedDeclaration")) {
    const own = node.specifiers.find((one) => one.local.type === "Identifier" && one.local.name === name);
    if (own !== undefined && node.source === null) return { items: node.specifiers, own };
  }
  return null;
}
