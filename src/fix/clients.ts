import type { Node } from "oxc-parser";
import { bindingAt, enclosingFunction, type Module } from "../sources/code/module.ts";
import type { Binding } from "../sources/code/scope.ts";
import type { Alternative } from "../sources/code/value.ts";
import { nodesOf } from "./nodes.ts";
import type { Bench, Client } from "./task.ts";

/** A client under the name that a place would use for it. */
export interface NamedClient {
  readonly name: string;
  readonly client: Client;
}

/** Clients that a module exports by name, also through barrels, in the order in which they are written. */
export function exportedClients(bench: Bench, file: string): NamedClient[] {
  const named: NamedClient[] = [];
  for (const name of exportedNames(bench, file, new Set())) {
    const client = clientOf(
      bench,
      bench.evaluator.ask(new Map(), () => bench.evaluator.exported(file, name)),
    );
    if (client !== null) named.push({ name, client });
  }
  return named;
}

function exportedNames(bench: Bench, file: string, seen: Set<string>): string[] {
  if (seen.has(file) || seen.size > 50) return [];
  seen.add(file);
  const loaded = bench.evaluator.exportsOf(file);
  if (loaded === null) return [];
  const stars = loaded.exports.stars.flatMap(({ source }) => {
    const target = bench.project.resolve(file, source);
    return target === null ? [] : exportedNames(bench, target, seen);
  });
  return [...new Set([...loaded.exports.named.keys(), ...stars])].filter((name) => name !== "default");
}

/**
 * Clients that a place can name as it stands: other variables in sight of an identifier, other members of the object
 * that a member is taken from.
 */
export function visibleClients(bench: Bench, module: Module, node: Node): NamedClient[] {
  const { evaluator } = bench;
  if (node.type === "MemberExpression") {
    if (node.computed) return [];
    const object = module.text.slice(node.object.start, node.object.end);
    const dot = module.text.slice(node.object.end, node.property.start);
    const ask = () => evaluator.evaluate(node.object, { module, frame: null });
    return evaluator.ask(new Map(), ask).flatMap(({ value }, _, all) => {
      if (all.length > 1) return [];
      const keys =
        value.kind === "module"
          ? exportedNames(bench, value.file, new Set())
          : value.kind === "object"
            ? value.node.properties.flatMap((one) =>
                one.type === "Property" && !one.computed && one.key.type === "Identifier" ? [one.key.name] : [],
              )
            : [];
      return keys.flatMap((key) => {
        const found = clientOf(
          bench,
          evaluator.ask(new Map(), () => evaluator.member(value, key, { module, node })),
        );
        return found === null ? [] : [{ name: object + dot + key, client: found }];
      });
    });
  }
  return bindingsInSight(module, node).flatMap((binding) => {
    const ask = () => evaluator.evaluate(binding.identifier, { module, frame: null });
    const client = clientOf(bench, evaluator.ask(new Map(), ask));
    return client === null ? [] : [{ name: binding.name, client }];
  });
}

/** Imported names and constants that a node can use and that have their value by then. */
function bindingsInSight(module: Module, node: Node): Binding[] {
  const names = new Set<string>();
  for (const type of ["ImportSpecifier", "ImportDefaultSpecifier"] as const) {
    for (const one of nodesOf(module, type)) names.add(one.local.name);
  }
  for (const { id } of nodesOf(module, "VariableDeclarator")) {
    if (id.type === "Identifier") names.add(id.name);
    for (const one of id.type === "ObjectPattern" ? id.properties : [])
      if (one.type === "Property" && one.value.type === "Identifier") names.add(one.value.name);
  }
  const isLater = enclosingFunction(module, node) !== null;
  return [...names].flatMap((name) => {
    const binding = bindingAt(module, node, name);
    if (binding === null || (binding.kind !== "import" && binding.kind !== "const")) return [];
    const isAtTop = enclosingFunction(module, binding.identifier) === null;
    return binding.identifier.start < node.start || (isLater && isAtTop) ? [binding] : [];
  });
}

/** The one client that a value surely is; null where it is none, one of several, or hangs on a build's variables. */
export function clientOf(bench: Bench, values: readonly Alternative[] | null): Client | null {
  const [value, ...more] = values ?? [];
  if (value === undefined || more.length > 0 || !value.sure) return null;
  if (value.value.kind === "text") {
    const { text, holes } = value.value;
    const isRegion = holes.length === 0 && /^[a-z]+-[a-z]+\d{1,2}$/.test(text);
    return isRegion ? { region: text, app: asText, isCommitted: value.env !== null, isSure: true } : null;
  }
  const [client, ...others] = bench.evaluator.ask(new Map(), () => bench.clientsOf(bench.evaluator, value.value)) ?? [];
  return client === undefined || others.length > 0 ? null : client;
}

/** Stands for the app where a name holds the region itself. */
const asText = "region";

/**
 * The client to use instead: of the same app, and no less sure of its region; rather one from source than from an env
 * file, and rather from a committed one than from one that only the build has.
 */
export function bestOf(candidates: readonly NamedClient[], wanted: Client): NamedClient | null {
  const fit = candidates.filter(
    ({ client }) => client.region === wanted.region && client.app === wanted.app && (client.isSure || !wanted.isSure),
  );
  const rank = ({ isSure, isCommitted }: Client): number => (isSure ? 0 : 2) + (isCommitted ? 1 : 0);
  return fit.sort((one, other) => rank(one.client) - rank(other.client))[0] ?? null;
}
