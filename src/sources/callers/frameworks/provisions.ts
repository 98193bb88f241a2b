import type { Node } from "oxc-parser";
import type { Importers } from "../../code/importers.ts";
import { identifiersNamed, type Module, type Site } from "../../code/module.ts";
import type { Project } from "../../code/project.ts";
import { type Alternative, type Argument, unknown, type Value } from "../../code/value.ts";

/** A place that hands a value to whoever asks for its key, somewhere else in the tree. */
export interface Provision {
  readonly site: Site;
  readonly values: readonly Alternative[];
}

/** Looks through the tree for the places that provide something; only where a call asks for it. */
export class Provisions {
  readonly #project: Project;
  readonly #sources: readonly string[];
  readonly #importers: Importers;
  readonly #calls = new Map<string, readonly Site[]>();
  readonly #remembered = new Map<Node, unknown>();

  constructor(project: Project, sources: readonly string[], importers: Importers) {
    this.#project = project;
    this.#sources = sources;
    this.#importers = importers;
  }

  /** What was found for a key before; looked for once, since many places ask. */
  remembered<T>(key: Node, look: () => T): T {
    if (!this.#remembered.has(key)) this.#remembered.set(key, look());
    return this.#remembered.get(key) as T;
  }

  /**
   * Modules whose text holds every one of the words; `near`: only that file and those that import it; `also`: what
   * else their text must be like.
   */
  *modules(
    words: readonly string[],
    near: string | null = null,
    also: (text: string) => boolean = () => true,
  ): Generator<Module> {
    const importers = near === null ? null : this.#importers.of(near);
    for (const file of this.#sources) {
      if (importers !== null && file !== near && !importers.has(file)) continue;
      if (!words.every((word) => this.#project.holding(word).has(file))) continue;
      if (!also(this.#project.text(file) ?? "")) continue;
      const module = this.#project.module(file);
      if (module !== null && !("kind" in module)) yield module;
    }
  }

  /** Calls of a function or method of this name. */
  calls(name: string): readonly Site[] {
    const known = this.#calls.get(name);
    if (known !== undefined) return known;
    const sites: Site[] = [];
    this.#calls.set(name, sites);
    for (const module of this.modules([name])) {
      for (const identifier of identifiersNamed(module, name)) {
        const node = callOf(module, identifier);
        if (node !== null) sites.push({ module, node });
      }
    }
    return sites;
  }

  /**
   * What `consumer` gets. Where several places provide the key, those count whose program also holds the consumer; if
   * that leaves more than one, each is possible.
   */
  choose(found: readonly Provision[], consumer: Site, what: string): readonly Alternative[] {
    if (found.length === 0) return unknown(`nothing in the tree provides ${what}`, consumer);
    const near = found.length === 1 ? found : found.filter(({ site }) => this.#together(site.module.file, consumer));
    const kept = near.length === 0 ? found : near;
    return kept.flatMap(({ site, values }) =>
      values.map((alternative) => ({
        ...alternative,
        via: [site, ...alternative.via],
        sure: alternative.sure && kept.length === 1,
      })),
    );
  }

  /** Some file of the tree leads to both. */
  #together(provider: string, consumer: Site): boolean {
    const above = new Set([consumer.module.file, ...this.#importers.of(consumer.module.file)]);
    return above.has(provider) || [...this.#importers.of(provider)].some((file) => above.has(file));
  }
}

/** The call whose callee ends in this identifier. */
export function callOf(module: Module, identifier: Node): Extract<Node, { type: "CallExpression" }> | null {
  const parent = module.parents.get(identifier);
  const callee = parent?.type === "MemberExpression" && parent.property === identifier ? parent : identifier;
  const call = module.parents.get(callee);
  return call?.type === "CallExpression" && call.callee === callee ? call : null;
}

/** Properties of object literals under a name. */
export function propertiesNamed(module: Module, name: string): Extract<Node, { type: "Property" }>[] {
  return identifiersNamed(module, name).flatMap((key) => {
    const property = module.parents.get(key);
    return property?.type === "Property" && property.key === key ? [property] : [];
  });
}

/** JSX attributes of a name with a value, and the elements they stand on. */
export function attributesNamed(
  module: Module,
  name: string,
): { element: Extract<Node, { type: "JSXOpeningElement" }>; value: Node }[] {
  return identifiersNamed(module, name).flatMap((key) => {
    const attribute = module.parents.get(key);
    if (attribute?.type !== "JSXAttribute" || attribute.value === null) return [];
    const element = module.parents.get(attribute);
    return element?.type === "JSXOpeningElement" ? [{ element, value: attribute.value }] : [];
  });
}

/** Two keys under which something is provided and asked for are the same one. */
export function sameKey(one: Value, other: Value): boolean {
  if (one.kind === "text" && other.kind === "text")
    return one.holes.length === 0 && other.holes.length === 0 && one.text === other.text;
  if (one.kind === "external" && other.kind === "external") return one.name === other.name && samePackage(one, other);
  if (one.kind === "call" && other.kind === "call") return one.site.node === other.site.node;
  if (one.kind === "class" && other.kind === "class") return one.node === other.node;
  return false;
}

function samePackage(one: { source: string }, other: { source: string }): boolean {
  const head = (source: string): string => source.split("/").slice(0, 2).join("/");
  return head(one.source) === head(other.source);
}

/** Values of an argument, or nothing where there is none. */
export function valuesOf(argument: Argument | undefined): readonly Alternative[] {
  return argument === undefined || argument.spread ? [] : argument.values();
}

/** The expression given to a call at an index. */
export function argumentAt(node: Node, index: number): Node | null {
  if (node.type !== "CallExpression" && node.type !== "NewExpression") return null;
  const argument = node.arguments[index];
  return argument === undefined || argument.type === "SpreadElement" ? null : argument;
}
