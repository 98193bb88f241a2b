import type { Class, Node } from "oxc-parser";
import type { Importers } from "./importers.ts";
import { enclosingFunction, identifiersNamed, inOrder, isFunction, type Module } from "./module.ts";
import type { Project } from "./project.ts";
import type { Engine } from "./value.ts";

/** A class of the tree that may be made where one that it extends is meant. */
export interface Heir {
  readonly node: Class;
  readonly module: Module;
}

/** More classes than this and a reader is told nothing by their list. */
const maxHeirs = 40;

/** Classes that extend others, wherever in the tree they stand. */
export class Heirs {
  readonly #project: Project;
  readonly #engine: Engine;
  readonly #sources: ReadonlySet<string>;
  readonly #importers: Importers | null;
  readonly #known = new Map<Node, readonly Heir[]>();

  /** `sources`: the files whose classes count. `importers`: null where files see one another without importing. */
  constructor(project: Project, engine: Engine, sources: readonly string[], importers: Importers | null) {
    this.#project = project;
    this.#engine = engine;
    this.#sources = new Set(sources);
    this.#importers = importers;
  }

  /** Classes that extend one, be it through others; null where there are more than can be looked at. */
  of(node: Class, module: Module): readonly Heir[] | null {
    const found = new Map<Node, Heir>();
    const queue: Heir[] = [{ node, module }];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const heir of this.#direct(at.node, at.module)) {
        if (heir.node === node || found.has(heir.node)) continue;
        if (found.size === maxHeirs) return null;
        found.set(heir.node, heir);
        queue.push(heir);
      }
    }
    return [...found.values()];
  }

  /** Some place of the tree makes one of exactly this class. */
  isMade(node: Class, module: Module): boolean {
    const [name, ...others] = namesOf(node, module);
    if (name === undefined || others.length > 0) return name === undefined;
    const word = name.replaceAll("$", "\\$");
    // Most other languages make an object by calling its class; a heir names its parent in the same way.
    const making =
      this.#importers === null
        ? new RegExp(`(?<!\\b(?:class|struct|object|extends)\\s+|[:,]\\s*)\\b${word}\\s*\\(`)
        : new RegExp(`\\bnew\\s+(?:[\\w$]+\\.)*${word}(?![\\w$])`);
    return [...this.#filesNaming(name, node, module)].some((file) => making.test(this.#project.text(file) ?? ""));
  }

  #direct(node: Class, module: Module): readonly Heir[] {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    this.#known.set(node, []);
    const heirs = new Map<Node, Heir>();
    for (const name of namesOf(node, module)) {
      for (const file of this.#filesNaming(name, node, module)) {
        const inner = this.#project.module(file);
        if (inner === null || "kind" in inner) continue;
        for (const found of classesIn(inner, name)) {
          if (found === node || heirs.has(found) || !this.#isChild(found, inner, node)) continue;
          heirs.set(found, { node: found, module: inner });
        }
      }
    }
    this.#known.set(node, [...heirs.values()]);
    return [...heirs.values()];
  }

  /** Files whose text has the class's name; those that import a default export give it a name of their own. */
  #filesNaming(name: string, node: Class, module: Module): Set<string> {
    const files = new Set(this.#project.holding(name));
    if (this.#importers !== null && isDefault(node, module))
      for (const file of this.#importers.of(module.file)) files.add(file);
    files.add(module.file);
    return new Set([...files].filter((file) => this.#sources.has(file)));
  }

  /** A class made by a function that is given the parent (`class extends Base`) counts by what it extends in turn. */
  #isChild(found: Class, module: Module, parent: Class, depth = 0): boolean {
    if (found.superClass === null || depth > 8) return false;
    return this.#engine.evaluate(found.superClass, { module, frame: null }).some(({ value }) => {
      if (value.kind !== "class") return false;
      if (value.node === parent) return true;
      if (value.scene.frame === null || value.node.superClass === null) return false;
      return this.#engine
        .evaluate(value.node.superClass, value.scene)
        .some((inner) => inner.value.kind === "class" && inner.value.node === parent);
    });
  }
}

/** Names by which a class can be extended: its own, and those of the functions that make it (mixins). */
function namesOf(node: Class, module: Module): readonly string[] {
  const own = nameOf(node, module);
  const names = own === null ? [] : [own];
  for (let fn = enclosingFunction(module, node); fn !== null; fn = enclosingFunction(module, fn)) {
    const parent = module.parents.get(fn);
    if (isFunction(fn) && fn.id !== null) names.push(fn.id.name);
    else if (parent?.type === "VariableDeclarator" && parent.id.type === "Identifier") names.push(parent.id.name);
  }
  return names;
}

/** Name that a class goes by in its file; null for one that nobody can extend by name. */
function nameOf(node: Class, module: Module): string | null {
  if (node.id !== null) return node.id.name;
  const parent = module.parents.get(node);
  if (parent?.type === "VariableDeclarator" && parent.id.type === "Identifier") return parent.id.name;
  return parent?.type === "ExportDefaultDeclaration" ? "default" : null;
}

function isDefault(node: Class, module: Module): boolean {
  const parent = module.parents.get(node);
  if (parent?.type === "ExportDefaultDeclaration") return true;
  const name = nameOf(node, module);
  return (
    name !== null && new RegExp(`\\bexport\\s+default\\s+${name}\\b|\\b${name}\\s+as\\s+default\\b`).test(module.text)
  );
}

/** Classes of a file that extend something, found by that word, or by the name of what is extended. */
function classesIn(module: Module, name: string): readonly Class[] {
  const found = new Set<Class>();
  for (const node of module.nodesWith("extends")) {
    for (
      let at: Node | undefined = node, steps = 0;
      at !== undefined && steps < 2;
      at = module.parents.get(at), steps++
    )
      if (isClass(at)) found.add(at);
  }
  for (const node of identifiersNamed(module, name)) {
    let from: Node = node;
    for (
      let at = module.parents.get(node);
      at !== undefined && from.end <= at.end;
      from = at, at = module.parents.get(at)
    )
      if (isClass(at)) {
        if (at.superClass === from) found.add(at);
        break;
      }
  }
  return inOrder(found);
}

function isClass(node: Node): node is Class {
  return (node.type === "ClassDeclaration" || node.type === "ClassExpression") && node.superClass !== null;
}
