// Longer than 300 lines: under which names a function goes, who calls it and who is handed it ask one another.
import type { Node } from "oxc-parser";
import type { Evaluator } from "./evaluate.ts";
import { Importers } from "./importers.ts";
import { itemsOf } from "./items.ts";
import { enclosingFunction, identifiersNamed, isFunction, type Module, type Site } from "./module.ts";
import {
  calledThrough,
  isConstructor,
  isHandedOn,
  isKeptIn,
  isMember,
  isPassing,
  lastName,
  namedIn,
  type Through,
  wholeOf,
  withLocalNames,
} from "./named-uses.ts";
import { namesIn } from "./pattern-names.ts";
import type { Project } from "./project.ts";
import { Replay } from "./replay.ts";
import { type Alternative, type Argument, type Frame, isMissing, type Opening, unknown, type Value } from "./value.ts";

/** How a file uses a function: calls that bind its parameters, and places where it is handed on unseen. */
export interface Uses {
  readonly calls: readonly Opening[];
  /** Places where the function is passed or stored as a value, so that others may call it. */
  readonly handed: readonly Site[];
}

/** Functions through which one is handed on at most. */
const maxHands = 5;

/** A function is given other names so many times at most. */
const maxRenames = 4;

/** `import name from "x"`, `import name, { … } from "x"`, `const name = require("x")`. */
const defaultImports =
  /\b(?:import\s+|const\s+|let\s+|var\s+)([A-Za-z_$][\w$]*)\s*(?:,\s*(?:\{[^}]*\}|\*\s*as\s+[\w$]+)\s*)?(?:from\s*|=\s*require\s*\(\s*)["']([^"'\n]+)["']/g;

/** Every `export { … }` of a text. */
function exportLists(text: string): string[] {
  const lists: string[] = [];
  for (let at = text.indexOf("export"); at !== -1; at = text.indexOf("export", at + 1)) {
    let open = at + "export".length;
    while (/\s/.test(text.charAt(open))) open++;
    if (text.charAt(open) === "{") lists.push(text.slice(open, text.indexOf("}", open) + 1));
  }
  return lists;
}

function escaped(name: string): string {
  return name.replaceAll("$", "\\$");
}

/**
 * Finds the calls of a function of the tree, in its own file and wherever its name is imported. Names only choose
 * which places to look at; that a place means this function is decided by evaluating it.
 */
export class References {
  readonly #project: Project;
  readonly #sources: readonly string[];
  readonly #importers: Importers;
  readonly #evaluator: Evaluator;
  readonly #sees: (home: string, file: string) => boolean;
  readonly #known = new Map<Node, Replay<Uses>>();
  readonly #renames = new Map<string, ReadonlyMap<string, readonly string[]>>();
  readonly #defaults = new Map<string, readonly { readonly name: string; readonly specifier: string }[]>();

  /** `sources`: the files whose calls count. `sees`: a file uses another one's exports without importing it. */
  constructor(
    project: Project,
    evaluator: Evaluator,
    sources: readonly string[],
    importers: Importers = new Importers(project, sources),
    sees: (home: string, file: string) => boolean = () => false,
  ) {
    this.#project = project;
    this.#evaluator = evaluator;
    this.#sources = sources;
    this.#importers = importers;
    this.#sees = sees;
  }

  /** File by file, its own first: what is wanted of a call is best asked for while the file's tree is at hand. */
  of(fn: Node, module: Module): Iterable<Uses> {
    const known = this.#known.get(fn) ?? new Replay(this.#find(fn, module));
    this.#known.set(fn, known);
    return known;
  }

  *#find(fn: Node, home: Module): Generator<Uses> {
    const names = this.#namesOf(fn, home);
    if (names.size === 0) {
      yield this.#inPlace(fn, home);
      return;
    }
    const seen = new Set<Node>();
    // Other names that somebody gives it are looked for in their turn.
    for (let round = 0, wanted: ReadonlySet<string> = names; wanted.size > 0 && round < maxRenames; round++) {
      const further = new Set<string>();
      for (const module of this.#modulesNaming(fn, wanted, home)) {
        const local = withLocalNames(module, wanted);
        for (const name of local) if (!names.has(name)) further.add(name);
        yield this.#gather(fn, module, local, seen);
      }
      for (const name of further) names.add(name);
      wanted = further;
    }
  }

  /** Uses of the function in one module, where it goes by these names. */
  #gather(fn: Node, module: Module, names: ReadonlySet<string>, seen: Set<Node>): Uses {
    const calls: Opening[] = [];
    const handed: Site[] = [];
    const isNew = (node: Node): boolean => !seen.has(node) && seen.add(node) !== undefined;
    const { called, elements, alone } = namedIn(module, names);
    for (const node of called.filter(isNew)) {
      const args = this.#evaluator.argumentsOf(node.arguments, { module, frame: null });
      for (const made of this.#meant(node.callee, module, fn)) calls.push({ site: { module, node }, args, ...made });
    }
    for (const node of elements.filter(isNew)) {
      if (this.#meant(node.name, module, fn).length === 0) continue;
      calls.push({ site: { module, node }, args: [this.#props(node, module)], self: null, captured: null });
    }
    for (const mention of alone.filter(isNew)) {
      const node = wholeOf(module, mention);
      const through = calledThrough(module, node);
      if (through !== null) calls.push(...this.#through(through, node, module, fn));
      if (!isHandedOn(module, node)) continue;
      const [made] = this.#meant(node, module, fn);
      if (made === undefined) continue;
      const items = this.#itemsFor(module, node);
      if (items !== null) calls.push({ site: { module, node }, args: [items], ...made });
      else if (!this.#received({ module, node }, fn, new Map(), calls)) handed.push({ module, node });
    }
    return { calls, handed };
  }

  /**
   * Calls of the function inside a function or component of the tree that it is handed to, and inside those that hand
   * it on; false where it goes somewhere that cannot be followed. `bound`: the calls that led here.
   */
  #received(handed: Site, fn: Node, bound: ReadonlyMap<Node, Opening>, calls: Opening[]): boolean {
    const taker = this.#takerOf(handed, bound);
    if (taker === null || bound.size >= maxHands || bound.has(taker.fn)) return false;
    const { module, names, opening } = taker;
    const openings = new Map([...bound, [taker.fn, opening]]);
    const inside = (node: Node): boolean => node.start >= taker.fn.start && node.end <= taker.fn.end;
    const { called, elements, alone } = namedIn(module, names);
    for (const node of called.filter(inside)) {
      const args = this.#evaluator.argumentsOf(node.arguments, { module, frame: null });
      for (const made of this.#meant(node.callee, module, fn, openings))
        calls.push({ site: { module, node }, args, ...made });
    }
    for (const node of elements.filter(inside)) {
      for (const made of this.#meant(node.name, module, fn, openings))
        calls.push({ site: { module, node }, args: [this.#props(node, module)], ...made });
    }
    for (const mention of alone.filter(inside)) {
      const node = wholeOf(module, mention);
      if (!isHandedOn(module, node) || this.#meant(node, module, fn, openings).length === 0) continue;
      if (!this.#received({ module, node }, fn, openings, calls)) return false;
    }
    return true;
  }

  /** `fn.call(self, …)`: a call with what `this` is in front of its arguments. */
  #through({ call, name }: Through, node: Node, module: Module, fn: Node): Opening[] {
    const all = this.#evaluator.argumentsOf(call.arguments, { module, frame: null });
    const [given, second] = all;
    const args = name === "call" ? all.slice(1) : second === undefined ? [] : [{ ...second, spread: true }];
    return this.#meant(node, module, fn).flatMap((made): Opening[] => {
      const selves = given === undefined ? [] : this.#evaluator.ask(new Map(), () => given.values());
      const [self] = selves.filter(({ value }) => !isMissing(value));
      return [{ site: { module, node: call }, args, ...made, self: self?.value ?? made.self }];
    });
  }

  /** The function of the tree that gets what stands at a place, the names it may use for it, and the call. */
  #takerOf(
    { module, node }: Site,
    bound: ReadonlyMap<Node, Opening>,
  ): { fn: Node; module: Module; names: Set<string>; opening: Opening } | null {
    const parent = module.parents.get(node);
    const above = parent === undefined ? undefined : module.parents.get(parent);
    const names = new Set<string>();
    let callee: Node;
    let at: Node;
    let args: readonly Argument[];
    let index = 0;
    if (parent?.type === "JSXExpressionContainer" && above?.type === "JSXAttribute") {
      const element = module.parents.get(above);
      if (element?.type !== "JSXOpeningElement" || above.name.type !== "JSXIdentifier") return null;
      names.add(above.name.name);
      [callee, at, args] = [element.name, element, [this.#props(element, module)]];
    } else if (parent?.type === "CallExpression" || parent?.type === "NewExpression") {
      index = parent.arguments.indexOf(node as never);
      [callee, at, args] = [
        parent.callee,
        parent,
        this.#evaluator.argumentsOf(parent.arguments, { module, frame: null }),
      ];
    } else return null;
    const [only, ...others] = this.#evaluator.ask(bound, () =>
      this.#evaluator.evaluate(callee, { module, frame: null }),
    );
    if (only?.value.kind !== "function" || others.length > 0 || !isFunction(only.value.node)) return null;
    const taker = only.value;
    const pattern = only.value.node.params[index];
    if (pattern === undefined || !isFunction(taker.node)) return null;
    for (const identifier of namesIn(pattern.type === "TSParameterProperty" ? pattern.parameter : pattern))
      if (identifier.type === "Identifier") names.add(identifier.name);
    const opening = { site: { module, node: at }, args, self: taker.self, captured: taker.scene.frame };
    return { fn: taker.node, module: taker.scene.module, names, opening };
  }

  /** `names.map(call)`: the function gets every item. */
  #itemsFor(module: Module, node: Node): Argument | null {
    const call = module.parents.get(node);
    if (call?.type !== "CallExpression" || call.arguments[0] !== node) return null;
    const { callee } = call;
    if (callee.type !== "MemberExpression" || (lastName(callee) !== "map" && lastName(callee) !== "forEach"))
      return null;
    const site = { module, node };
    const itemsOfList = (): readonly Alternative[] | null => {
      const lists = this.#evaluator.evaluate(callee.object, { module, frame: null });
      const items = lists.map(({ value }) => itemsOf(this.#evaluator, value, site));
      return items.some((known) => known === null) ? null : items.flatMap((known) => known ?? []);
    };
    if (this.#evaluator.ask(new Map(), itemsOfList) === null) return null;
    return { spread: false, values: () => itemsOfList() ?? unknown("the list is not known", site) };
  }

  /** A function without a name: called where it stands, or handed to something. */
  #inPlace(fn: Node, home: Module): Uses {
    const parent = home.parents.get(fn);
    if (parent?.type === "CallExpression" && parent.callee === fn) {
      const args = this.#evaluator.argumentsOf(parent.arguments, { module: home, frame: null });
      return { calls: [{ site: { module: home, node: parent }, args, self: null, captured: null }], handed: [] };
    }
    return { calls: [], handed: [{ module: home, node: parent ?? fn }] };
  }

  /** Names under which calls may reach the function: its own, and those it is exported or stored under. */
  #namesOf(fn: Node, home: Module): Set<string> {
    const names = new Set<string>();
    if (isFunction(fn) && fn.id !== null) names.add(fn.id.name);
    let at: Node | undefined = home.parents.get(fn);
    // const f = useCallback(function …), const f = wrap(function …): the outer name is how it is called.
    for (let steps = 0; at !== undefined && steps < 6; steps++, at = home.parents.get(at)) {
      if (at.type === "VariableDeclarator" && at.id.type === "Identifier") names.add(at.id.name);
      else if (at.type === "ClassDeclaration" || at.type === "ClassExpression") {
        if (steps > 2) break;
      } else if (at.type === "Property" || at.type === "PropertyDefinition" || at.type === "MethodDefinition") {
        if (at.key.type === "Identifier") {
          if (at.type === "MethodDefinition" && at.kind === "constructor") {
            const owner = home.parents.get(home.parents.get(at) ?? at);
            if (owner?.type === "ClassDeclaration" && owner.id !== null) names.add(owner.id.name);
          } else names.add(at.key.name);
        } else if (at.key.type === "PrivateIdentifier") names.add(`#${at.key.name}`);
        break;
      } else if (at.type === "AssignmentExpression") {
        if (at.left.type === "Identifier") names.add(at.left.name);
        else if (at.left.type === "MemberExpression" && at.left.property.type === "Identifier")
          names.add(at.left.property.name);
        break;
      } else if (at.type === "ExportDefaultDeclaration") {
        for (const name of this.#importNames(home, "default")) names.add(name);
      } else if (isFunction(at)) {
        for (const name of this.#resultNames(at, home)) names.add(name);
        break;
      }
      if (at.type === "VariableDeclarator" || at.type === "ExportDefaultDeclaration") break;
    }
    for (const name of [...names]) for (const alias of this.#aliases(home, name)) names.add(alias);
    return names;
  }

  /** Names under which what a function returns is kept or called: `const call = makeCall(…)`, `makeCall(…)(…)`. */
  #resultNames(fn: Node, home: Module): Set<string> {
    const names = new Set<string>();
    for (const { site } of [...this.of(fn, home)].flatMap(({ calls }) => calls)) {
      const { module } = site;
      let at: Node = site.node;
      for (let parent = module.parents.get(at); parent !== undefined; at = parent, parent = module.parents.get(at)) {
        if (parent.type === "CallExpression" && parent.callee === at) {
          const name = lastName(at);
          if (name !== null) names.add(name);
        } else if (parent.type === "VariableDeclarator") {
          for (const identifier of namesIn(parent.id)) if (identifier.type === "Identifier") names.add(identifier.name);
        } else if (parent.type === "AssignmentExpression") {
          const name = lastName(parent.left);
          if (name !== null) names.add(name);
        } else if (parent.type === "Property" || parent.type === "PropertyDefinition") {
          const name = parent.key.type === "Identifier" ? parent.key.name : null;
          if (name !== null) names.add(name);
        } else if (parent.type === "ExportDefaultDeclaration") {
          for (const name of this.#importNames(module, "default")) names.add(name);
        } else if (parent.type === "ReturnStatement" || isFunction(parent)) {
          const outer = isFunction(parent) ? parent : enclosingFunction(module, parent);
          for (const name of outer === null ? [] : this.#resultNames(outer, module)) names.add(name);
        } else if (isPassing(parent)) continue;
        break;
      }
    }
    for (const name of [...names]) for (const alias of this.#aliases(home, name)) names.add(alias);
    return names;
  }

  /** Names that exports and imports of the tree give to a local name of `home`. */
  #aliases(home: Module, local: string): Set<string> {
    const found = new Set<string>();
    const exports = this.#evaluator.exportsOf(home.file)?.exports;
    for (const [name, entry] of exports?.named ?? []) {
      const same = entry.kind === "local" && entry.name === local;
      const isDefault =
        name === "default" &&
        entry.kind === "value" &&
        "id" in entry.node &&
        entry.node.id?.type === "Identifier" &&
        entry.node.id.name === local;
      const byName =
        name === "default" && entry.kind === "value" && entry.node.type === "Identifier" && entry.node.name === local;
      if (!same && !isDefault && !byName) continue;
      if (name !== "default") found.add(name);
      for (const imported of this.#importNames(home, name)) found.add(imported);
    }
    for (const node of identifiersNamed(home, local)) {
      const parent = home.parents.get(node);
      // A local variable that is the function under another name; a member of an object that holds it.
      if (parent?.type === "VariableDeclarator" && parent.init === node && parent.id.type === "Identifier")
        found.add(parent.id.name);
      if (parent?.type === "Property" && parent.value === node && parent.key.type === "Identifier")
        found.add(parent.key.name);
    }
    return found;
  }

  /** Names that importers give to a module's export, as their texts say it. */
  #importNames(home: Module, exported: string): Set<string> {
    const found = new Set<string>();
    if (exported !== "default") this.#project.trace.words.add(exported);
    for (const file of this.#importers.of(home.file)) {
      const read = this.#project.glance(file);
      if (read.kind !== "text") continue;
      const { text } = read;
      for (const name of this.#renamesOf(file, text).get(exported) ?? []) if (name !== "default") found.add(name);
      if (exported !== "default") continue;
      for (const { name, specifier } of this.#defaultsOf(file, text)) {
        const target = this.#project.resolve(file, specifier);
        // Another module may hand the default on as its own.
        if (target !== null && (target === home.file || this.#importers.of(home.file).has(target))) found.add(name);
      }
    }
    return found;
  }

  /** Names that a file's text gives to others: `call as invoke`. */
  #renamesOf(file: string, text: string): ReadonlyMap<string, readonly string[]> {
    const known = this.#renames.get(file);
    if (known !== undefined) return known;
    const found = new Map<string, string[]>();
    const clauses = this.#importers.clausesOf(file)?.map((clause) => clause.text);
    // Casts are written with "as" as well: only lists of imports and exports give names.
    const lists = clauses === undefined ? [text] : [...clauses, ...exportLists(text)];
    for (const list of lists) {
      if (!list.includes(" as ")) continue;
      for (const [, from = "", to = ""] of list.matchAll(/(?<![\w$])([\w$]+)\s+as\s+([A-Za-z_$][\w$]*)/g)) {
        const others = found.get(from);
        if (others === undefined) found.set(from, [to]);
        else others.push(to);
      }
    }
    this.#renames.set(file, found);
    return found;
  }

  /** Default imports of a file, as its text says them. */
  #defaultsOf(file: string, text: string): readonly { readonly name: string; readonly specifier: string }[] {
    const known = this.#defaults.get(file);
    if (known !== undefined) return known;
    const clauses = this.#importers.clausesOf(file);
    const lines = clauses === null ? text : clauses.map((clause) => clause.text).join("\n");
    const found = [...lines.matchAll(defaultImports)].map(([, name = "", specifier = ""]) => ({ name, specifier }));
    this.#defaults.set(file, found);
    return found;
  }

  /**
   * Its own module and those that may name the function: they import it by a name, or a whole module. Where some
   * module keeps it in an object or under another name, any that has the word may reach it through that.
   */
  *#modulesNaming(fn: Node, names: ReadonlySet<string>, home: Module): Generator<Module> {
    yield home;
    const plain = [...names].map((name) => name.replace(/^#|\(\)/g, ""));
    for (const word of plain) this.#project.trace.words.add(word);
    const words = plain.map(escaped).join("|");
    const any = new RegExp(`(?<![\\w$])(?:${words})(?![\\w$])`, "g");
    const importers = this.#importers.of(home.file);
    // Other languages see names across files without naming them in an import.
    const shared = this.#project.importersOf(home.file) !== null;
    const waiting: string[] = [];
    let kept = isMember(fn, home) || isKeptIn(home, names);
    for (const file of this.#sources) {
      if (file === home.file) continue;
      const unimported = !importers.has(file);
      if (unimported && !this.#sees(home.file, file)) continue;
      if (!kept && !shared && !unimported && !this.#importers.mayBring(file, plain)) {
        waiting.push(file);
        continue;
      }
      if (!this.#has(file, plain, any)) continue;
      const module = this.#project.module(file);
      if (module === null || "kind" in module) continue;
      kept ||= isKeptIn(module, names);
      yield module;
    }
    for (const file of kept ? waiting : []) {
      if (!this.#has(file, plain, any)) continue;
      const module = this.#project.module(file);
      if (module !== null && !("kind" in module)) yield module;
    }
  }

  /** The file's text has one of the words as a whole word, and not only where it imports it. */
  #has(file: string, words: readonly string[], any: RegExp): boolean {
    const read = this.#project.glance(file);
    if (read.kind !== "text" || !words.some((word) => read.text.includes(word))) return false;
    const count = (text: string): number => text.match(any)?.length ?? 0;
    const imported = (this.#importers.clausesOf(file) ?? []).filter(({ text }) => text.startsWith("import"));
    return count(read.text) > imported.reduce((sum, { text }) => sum + count(text), 0);
  }

  /** What an expression is when it is this function: made in which calls, as a method of what. Empty: it is not. */
  #meant(
    callee: Node,
    module: Module,
    fn: Node,
    openings: ReadonlyMap<Node, Opening> = new Map(),
  ): { self: Value | null; captured: Frame | null }[] {
    const values = this.#evaluator.ask(openings, () => this.#evaluator.evaluate(callee, { module, frame: null }));
    return values.flatMap(({ value }) => {
      if (value.kind === "function" && value.node === fn) return [{ self: value.self, captured: value.scene.frame }];
      return isConstructor(value, fn) ? [{ self: null, captured: null }] : [];
    });
  }

  #props(node: Extract<Node, { type: "JSXOpeningElement" }>, module: Module): Argument {
    const scene = { module, frame: null };
    const members = new Map<string, Argument>();
    const spreads: Argument[] = [];
    for (const attribute of node.attributes) {
      if (attribute.type === "JSXSpreadAttribute") {
        spreads.push({ spread: true, values: () => this.#evaluator.evaluate(attribute.argument, scene) });
      } else if (attribute.name.type === "JSXIdentifier" && attribute.value !== null) {
        const { value } = attribute;
        members.set(attribute.name.name, { spread: false, values: () => this.#evaluator.evaluate(value, scene) });
      }
    }
    const value: Value = { kind: "record", members, spreads };
    return {
      spread: false,
      values: () => [{ value, when: [], via: [], written: { module, node }, env: null, sure: true }],
    };
  }
}
