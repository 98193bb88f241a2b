import type { Node } from "oxc-parser";
import type { Caller } from "../model/callers.ts";
import { bindingAt, type Module, type Site } from "../sources/code/module.ts";
import type { Binding } from "../sources/code/scope.ts";
import { callAt } from "./call-at.ts";
import { bestOf, clientOf, exportedClients, visibleClients } from "./clients.ts";
import { type ImportList, importListOf, namesEdits, renamedSource } from "./import-list.ts";
import { addClient } from "./new-client.ts";
import { nodesOf } from "./nodes.ts";
import { type Attempt, type Bench, type Client, type Proposal, rowsOf, spot, type Task } from "./task.ts";
import type { TextEdit } from "./text-edit.ts";

/** Where a call names its client, and what that name is. */
interface Use {
  readonly task: Task;
  readonly row: Caller;
  readonly module: Module;
  /** The identifier or member to be replaced. */
  readonly node: Node;
  readonly client: Client;
}

/**
 * Gives calls another client: one that their file knows already, one that is exported beside theirs, or else a new one
 * beside theirs. Calls of one file that use one name go together, since they share its import.
 */
export function switchClients(bench: Bench, tasks: readonly Task[]): Attempt {
  const reasons = new Map<Task, string>();
  const asides = new Map<Task, string>();
  const groups = new Map<string, Use[]>();
  for (const task of tasks) {
    const uses = rowsOf(task, bench.reading).map((row) => useIn(bench, task, row));
    const failed = uses.find((use) => typeof use === "string");
    if (failed !== undefined) asides.set(task, failed);
    for (const use of failed === undefined ? uses : []) {
      if (typeof use === "string") continue;
      const text = use.module.text.slice(use.node.start, use.node.end);
      const key = [use.module.file, text, task.region, scopeStart(use)].join("\0");
      const group = groups.get(key) ?? [];
      group.push(use);
      groups.set(key, group);
    }
  }
  const proposals: Proposal[] = [];
  for (const uses of groups.values()) {
    const own = [...new Set(uses.map((use) => use.task))].filter((task) => !asides.has(task));
    const [first] = uses;
    if (first === undefined || own.length === 0) continue;
    const outcome = switchGroup(bench, first, uses);
    if (typeof outcome === "string") for (const task of own) reasons.set(task, outcome);
    else proposals.push({ tasks: own, ...outcome });
  }
  return { proposals, reasons, asides };
}

function scopeStart({ module, node }: Use): number {
  const root = rootOf(node);
  return root.type === "Identifier" ? (bindingAt(module, root, root.name)?.identifier.start ?? -1) : -1;
}

function useIn(bench: Bench, task: Task, row: Caller): Use | string {
  if (row.how !== "callable") return `the call at ${spot(row)} takes its region from no client`;
  const site = callAt(bench, row);
  if (site === null) return `the call at ${spot(row)} cannot be rewritten in its language`;
  const found = clientNames(bench, site, row);
  const [only, ...others] = found;
  if (only === undefined) {
    const inner = row.via.at(0);
    const where = inner === undefined ? "" : ` at ${spot(inner)}`;
    return `the region is not chosen at the call, but inside what it calls${where}, which others share`;
  }
  if (others.length > 0) return `the call at ${spot(row)} names more than one client`;
  return { task, row, module: site.module, ...only };
}

/** Names within a call that are clients of a region the row has: `functions`, `clients.payments`. */
function clientNames(bench: Bench, { module, node }: Site, row: Caller): { node: Node; client: Client }[] {
  if (node.type !== "CallExpression") return [];
  const regions = new Set(row.targets.map((target) => target.region));
  const found: { node: Node; client: Client }[] = [];
  const visit = (at: Node): void => {
    switch (at.type) {
      case "Identifier":
      case "MemberExpression": {
        const client = clientAt(bench, module, at);
        if (client !== null && regions.has(client.region)) found.push({ node: at, client });
        return;
      }
      case "ObjectExpression":
        for (const property of at.properties) if (property.type === "Property") visit(property.value);
        return;
      case "ArrayExpression":
        for (const element of at.elements) if (element !== null) visit(element);
        return;
      case "TSAsExpression":
      case "TSNonNullExpression":
      case "TSSatisfiesExpression":
        visit(at.expression);
        return;
      case "AwaitExpression":
        visit(at.argument);
        return;
      case "CallExpression":
        // `functions.httpsCallable("x")` and `inner(functions)("x")`.
        visit(at.callee.type === "MemberExpression" ? at.callee.object : at.callee);
        for (const argument of at.arguments) visit(argument);
    }
  };
  visit(node);
  return found;
}

function clientAt(bench: Bench, module: Module, node: Node): Client | null {
  const { evaluator } = bench;
  return clientOf(
    bench,
    evaluator.ask(new Map(), () => evaluator.evaluate(node, { module, frame: null })),
  );
}

function rootOf(node: Node): Node {
  let at = node;
  while (at.type === "MemberExpression") at = at.object;
  return at;
}

function switchGroup(bench: Bench, first: Use, uses: readonly Use[]): { edits: TextEdit[]; what: string } | string {
  const { module, node, client, task } = first;
  const wanted: Client = { ...client, region: task.region };
  const old = module.text.slice(node.start, node.end);
  const replace = (name: string): TextEdit[] =>
    uses.map((use) => ({ file: module.file, start: use.node.start, end: use.node.end, text: name }));
  if (node.type === "MemberExpression") {
    const sibling = bestOf(visibleClients(bench, module, node), wanted);
    if (sibling === null) return `no client for ${task.region} stands beside ${old}`;
    return { edits: replace(sibling.name), what: `${old} → ${sibling.name}` };
  }
  if (node.type !== "Identifier") return `${old} cannot be replaced`;
  const known = bestOf(visibleClients(bench, module, node), wanted);
  const binding = bindingAt(module, node, node.name);
  const list = binding === null ? null : importListOf(module, binding);
  if (known !== null) {
    const dropped =
      list === null ? [] : namesEdits(module, list, { drop: unusedAfter(module, binding, uses), add: null });
    return { edits: [...replace(known.name), ...dropped], what: `${old} → ${known.name}` };
  }
  if (binding === null) return `${old} is set when the program runs`;
  if (list === null) {
    const added = addClient(bench, { module, binding, name: node.name }, wanted, null);
    if (typeof added === "string") return added;
    return { edits: [...replace(added.name), ...added.edits], what: `${old} → ${added.name}, which is new` };
  }
  return throughImport(bench, first, uses, binding, list, wanted, replace);
}

function throughImport(
  bench: Bench,
  { module, node }: Use,
  uses: readonly Use[],
  binding: Binding,
  list: ImportList,
  wanted: Client,
  replace: (name: string) => TextEdit[],
): { edits: TextEdit[]; what: string } | string {
  const old = module.text.slice(node.start, node.end);
  const home = bench.project.resolve(module.file, list.source);
  if (home === null) return `${old} comes from "${list.source}", which is not part of the tree`;
  const drop = unusedAfter(module, binding, uses);
  const found = bestOf(exportedClients(bench, home), wanted);
  const added = found === null ? addClient(bench, { home, exported: list.exportedName }, wanted, module) : null;
  if (typeof added === "string") return added;
  const name = found?.name ?? added?.name ?? "";
  const renamed = drop ? renamedSource(module, list, binding.name, name) : null;
  if (renamed !== null) return { edits: [renamed, ...(added?.edits ?? [])], what: `${list.exportedName} → ${name}` };
  if (
    uses.some((use) => bindingAt(module, use.node, name) !== null) ||
    bindingAt(module, module.program, name) !== null
  )
    return `${name} is the client to use, and the name is taken in ${module.file}`;
  return {
    edits: [...replace(name), ...namesEdits(module, list, { drop, add: name }), ...(added?.edits ?? [])],
    what: `${old} → ${name}${found === null ? ", which is new" : ""}`,
  };
}

/** Nothing else in the file uses the name once these uses are gone. Templates count as users. */
function unusedAfter(module: Module, binding: Binding | null, uses: readonly Use[]): boolean {
  if (binding === null || /\.(vue|svelte|astro|html?)$/.test(module.file)) return false;
  const replaced = new Set(uses.map((use) => rootOf(use.node).start));
  return nodesOf(module, "Identifier").every((one) => {
    if (one.name !== binding.name || replaced.has(one.start)) return true;
    if (bindingAt(module, one, one.name) !== binding) return true;
    return isIn(module, one, binding.declaration) || isNameOnly(module, one);
  });
}

function isIn(module: Module, node: Node, outer: Node): boolean {
  for (let at: Node | undefined = node; at !== undefined; at = module.parents.get(at)) if (at === outer) return true;
  return false;
}

/** `x.functions`, `{ functions: 1 }`: the same word, and no use of the variable. */
function isNameOnly(module: Module, node: Node): boolean {
  const parent = module.parents.get(node);
  if (parent?.type === "MemberExpression") return parent.property === node && !parent.computed;
  return parent?.type === "Property" && parent.key === node && !parent.shorthand && !parent.computed;
}
