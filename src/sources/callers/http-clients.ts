import type { Node } from "oxc-parser";
import type { Evaluator } from "../code/evaluate.ts";
import { identifiersNamed, type Module, type Site } from "../code/module.ts";
import { type Alternative, asText, flatMap, isMissing, one, text, type Value } from "../code/value.ts";

/** An expression that completes an address, and how its whole value is read where it is not the address itself. */
export interface AddressUse extends Site {
  readonly values?: (evaluator: Evaluator) => readonly Alternative[];
}

type Call = Extract<Node, { type: "CallExpression" }>;

type Bases = (evaluator: Evaluator) => readonly Alternative[];

const baseKeys = new Set(["baseURL", "baseUrl", "prefixUrl", "prefix"]);
const methods = ["get", "post", "put", "patch", "delete", "head", "options", "request", "getUri", "postForm"];

/** A client that was given a base address: how it is told apart, and what its base is. */
interface Client {
  readonly is: (value: Value) => boolean;
  readonly bases: (evaluator: Evaluator, value: Value) => readonly Alternative[];
  /** Name by which the client itself may be called. */
  readonly name: string | null;
}

/**
 * Calls of an HTTP client that an address is given to as its base (`axios.create({ baseURL })`, `ky.create({ prefixUrl
 * })`, `axios.defaults.baseURL = …`), or the request that is given it. Null: the address is no client's base.
 */
export function clientUses(
  evaluator: Evaluator,
  head: Site,
  files: (home: string) => readonly string[],
): AddressUse[] | null {
  const { module, node } = head;
  const parent = module.parents.get(node);
  if (parent?.type === "AssignmentExpression" && parent.right === node) {
    const client = defaultsOf(evaluator, module, parent.left, node);
    return client === null ? null : usesOf(evaluator, client, files(""));
  }
  if (parent?.type !== "Property" || parent.value !== node) return null;
  const key = parent.key.type === "Identifier" ? parent.key.name : "";
  const options = module.parents.get(parent);
  const call = options === undefined ? undefined : module.parents.get(options);
  if (!baseKeys.has(key) || call?.type !== "CallExpression" || options?.type !== "ObjectExpression") return null;
  const base: Bases = (reader) => reader.evaluate(node, { module, frame: null });
  if (call.arguments[0] !== options) {
    const use = requestUse({ module, node: call }, base);
    return use === null ? null : [use];
  }
  const hasUrl = options.properties.some(
    (property) => property.type === "Property" && property.key.type === "Identifier" && property.key.name === "url",
  );
  if (hasUrl) {
    const use = requestUse({ module, node: call }, base);
    return use === null ? null : [use];
  }
  const holder = module.parents.get(call);
  const client: Client = {
    is: (value) => value.kind === "call" && value.site.node === call,
    bases: (reader, value) =>
      value.kind !== "call"
        ? []
        : flatMap(value.args[0]?.values() ?? [], (given) => reader.member(given, key, { module, node: call })),
    name: holder?.type === "VariableDeclarator" && holder.id.type === "Identifier" ? holder.id.name : null,
  };
  return usesOf(evaluator, client, files(module.file));
}

/** `axios.defaults.baseURL = …`: every call of axios, or of the client it is set on. */
function defaultsOf(evaluator: Evaluator, module: Module, left: Node, node: Node): Client | null {
  if (left.type !== "MemberExpression" || left.property.type !== "Identifier" || !baseKeys.has(left.property.name))
    return null;
  const { object } = left;
  if (object.type !== "MemberExpression" || object.property.type !== "Identifier") return null;
  if (object.property.name !== "defaults") return null;
  const scene = { module, frame: null };
  const owners = evaluator.ask(new Map(), () => evaluator.evaluate(object.object, scene)).map(({ value }) => value);
  return {
    is: (value) => owners.some((owner) => isSame(owner, value)),
    bases: (reader) => reader.evaluate(node, scene),
    name: null,
  };
}

function isSame(one: Value, other: Value): boolean {
  if (one.kind === "call" && other.kind === "call") return one.site.node === other.site.node;
  return one.kind === "external" && other.kind === "external" && one.source === other.source;
}

function usesOf(evaluator: Evaluator, client: Client, files: readonly string[]): AddressUse[] {
  const uses = new Map<Node, AddressUse>();
  const words = client.name === null ? methods : [...methods, client.name];
  for (const file of files) {
    const source = evaluator.project.text(file);
    if (source === null || !methods.some((word) => source.includes(`${word}`))) continue;
    const module = evaluator.project.module(file);
    if (module === null || "kind" in module) continue;
    for (const word of words) {
      for (const identifier of identifiersNamed(module, word)) {
        const call = requestOf(module, identifier);
        if (call === null) continue;
        const object = call.callee.type === "MemberExpression" ? call.callee.object : call.callee;
        const scene = { module, frame: null };
        const values = evaluator.ask(new Map(), () => evaluator.evaluate(object, scene));
        if (!values.some(({ value }) => client.is(value))) continue;
        const bases: Bases = (reader) =>
          flatMap(reader.evaluate(object, scene), (value) => (client.is(value) ? client.bases(reader, value) : []));
        const use = requestUse({ module, node: call }, bases);
        if (use !== null) uses.set(use.node, use);
      }
    }
  }
  return [...uses.values()];
}

/** `client.get(…)` for the word "get", `client(…)` for the client's own name. */
function requestOf(module: Module, identifier: Node): Call | null {
  const parent = module.parents.get(identifier);
  if (parent?.type === "CallExpression" && parent.callee === identifier) return parent;
  if (parent?.type !== "MemberExpression" || parent.property !== identifier) return null;
  const call = module.parents.get(parent);
  return call?.type === "CallExpression" && call.callee === parent ? call : null;
}

/** The address of one request: its base and its path, unless the path is an address, or the request has its own base. */
function requestUse({ module, node }: Site, bases: Bases): AddressUse | null {
  if (node.type !== "CallExpression") return null;
  const [first] = node.arguments;
  if (first === undefined || first.type === "SpreadElement") return null;
  const scene = { module, frame: null };
  const site = { module, node: first };
  const last = node.arguments.at(-1);
  return {
    ...site,
    values: (evaluator) => {
      const paths = flatMap(evaluator.evaluate(first, scene), (value) =>
        value.kind === "object" || value.kind === "record" ? evaluator.member(value, "url", site) : one(value, site),
      );
      const own =
        last === undefined || last === first || last.type === "SpreadElement"
          ? []
          : flatMap(evaluator.evaluate(last, scene), (config) =>
              config.kind === "object" ? evaluator.member(config, "baseURL", site) : [],
            ).filter(({ value }) => !isMissing(value));
      const base = own.length > 0 ? own : bases(evaluator);
      // What is to be mended stands in the base, unless the path is an address by itself.
      return flatMap(paths, (path) =>
        isWhole(path) ? one(path, site) : flatMap(base, (head) => one(joined(head, path), null)),
      );
    },
  };
}

function isWhole(path: Value): boolean {
  return path.kind === "text" && /^https?:\/\//i.test(path.text);
}

function joined(base: Value, path: Value): Value {
  const [head, tail] = [asText(base), asText(path)];
  const start = head.text.replace(/\/+$/, "");
  return text(`${start}/${tail.text.replace(/^\/+/, "")}`, [...head.holes, ...tail.holes]);
}
