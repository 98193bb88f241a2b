// Longer than 300 lines: one switch over the kinds of expression, whose cases need one another.
import type { Node } from "oxc-parser";
import type { Place } from "../../model/place.ts";
import { evaluateBinding } from "./bindings.ts";
import { callValue } from "./calls.ts";
import { conditionKey } from "./condition-key.ts";
import { branchValues, isDoubted, truthOfCondition, variableOf } from "./conditions.ts";
import { isEnvModule } from "./env-tools.ts";
import { type Export, type Exports, exportsOf } from "./exports.ts";
import { fieldWrites } from "./field-writes.ts";
import { declaredAs, declaredClass } from "./grammar/declared-as.ts";
import { fromData, itemsOf } from "./items.ts";
import { safeJson } from "./json.ts";
import { memberOf } from "./members.ts";
import { bindingAt, enclosingFunction, type Module, placeOf, type Site } from "./module.ts";
import { assembled, bounded, givenReason, joined, unary } from "./operators.ts";
import { readPattern } from "./patterns.ts";
import type { Project } from "./project.ts";
import { starExport } from "./star-exports.ts";
import {
  type Alternative,
  type Argument,
  concat,
  type Engine,
  type Frame,
  flatMap,
  type HeirSource,
  hole,
  isMissing,
  type Libraries,
  type Opening,
  type OutsideSource,
  one,
  type Scene,
  text,
  unknown,
  type Value,
} from "./value.ts";

/** What a build-time variable is in the file that reads it. */
export type EnvAnswer =
  | { readonly kind: "committed"; readonly value: string; readonly place: Place }
  /** Set by the framework itself: MODE, PROD, NODE_ENV. */
  | { readonly kind: "fixed"; readonly value: string | boolean | undefined }
  /** The platform sets it wherever the code runs: it has a value, and nobody here knows which. */
  | { readonly kind: "given" }
  /** No committed file sets it: the machine that builds may. */
  | { readonly kind: "unset" };

export type EnvReader = (file: string, name: string, object: "import.meta.env" | "process.env") => EnvAnswer;

/** What compilers wrap around `require` so that `.default` is there: it hands on what was loaded. */
const interop =
  /^(?:\w+\.)?(?:__importDefault|__importStar|__toESM|_interopRequire(?:Default|Wildcard)|_interop_require_(?:default|wildcard))$/;

const maxDepth = 120;
const maxSteps = 60_000;

/**
 * Constant evaluation on demand: gives the set of values an expression can have, each with the places it came
 * through. Bounded in depth, steps, set size and text length; what is cut is an `unknown` with its reason.
 */
export class Evaluator implements Engine {
  readonly project: Project;
  /** Set by whoever knows which files count. */
  heirs: HeirSource | null = null;
  outside: OutsideSource | null = null;
  readonly #env: EnvReader;
  #libraries: Libraries | null = null;
  #plainly = false;
  readonly #exports = new Map<string, Exports | null>();
  readonly #exported = new Map<string, readonly Alternative[] | null>();
  readonly #active = new Map<Node, Frame | null>();
  #question = 0;
  #depth = 0;
  #steps = 0;
  #openings: ReadonlyMap<Node, Opening> = new Map();

  constructor(project: Project, env: EnvReader) {
    this.project = project;
    this.#env = env;
  }

  get libraries(): Libraries | null {
    return this.#plainly ? null : this.#libraries;
  }

  set libraries(libraries: Libraries | null) {
    this.#libraries = libraries;
  }

  plainly<T>(question: () => T): T {
    const before = this.#plainly;
    this.#plainly = true;
    try {
      return question();
    } finally {
      this.#plainly = before;
    }
  }

  /** Runs one question with parameters bound as `openings` say; each question has its own budget. */
  ask<T>(openings: ReadonlyMap<Node, Opening>, question: () => T): T {
    this.#openings = openings;
    this.#question++;
    this.#steps = 0;
    this.#depth = 0;
    this.#active.clear();
    return question();
  }

  opening(fn: Node): Opening | null {
    return this.#openings.get(fn) ?? null;
  }

  evaluate(node: Node, scene: Scene): readonly Alternative[] {
    const site = { module: scene.module, node };
    return this.#within(site, () => this.#evaluate(node, scene, site));
  }

  named(name: string, at: Node, scene: Scene): readonly Alternative[] {
    const site = { module: scene.module, node: at };
    return this.#within(site, () => this.#identifier(name, at, scene, site));
  }

  /** Every way back into the evaluator passes here, so that nothing that is made from itself is followed for ever. */
  #within(site: Site, follow: () => readonly Alternative[]): readonly Alternative[] {
    if (this.#depth >= maxDepth) return unknown("the expression is nested too deeply to follow", site);
    if (++this.#steps > maxSteps) return unknown("the expression takes too many steps to follow", site);
    this.#depth++;
    try {
      return follow();
    } finally {
      this.#depth--;
    }
  }

  #evaluate(node: Node, scene: Scene, site: Site): readonly Alternative[] {
    switch (node.type) {
      case "Literal":
        if (typeof node.value === "string") return one(text(node.value), site);
        if ("regex" in node && node.regex)
          return one({ kind: "pattern", source: node.regex.pattern, flags: node.regex.flags }, site);
        if (typeof node.value === "object" && node.value !== null) return unknown("it is no text", site);
        return one({ kind: "plain", value: node.value as number | boolean | bigint | null }, site);
      case "TemplateLiteral": {
        let parts = one(text(node.quasis[0]?.value.cooked ?? ""), site);
        node.expressions.forEach((expression, index) => {
          const tail = text(node.quasis[index + 1]?.value.cooked ?? "");
          const inner = this.evaluate(expression, scene);
          parts = flatMap(parts, (left) => flatMap(inner, (right) => bounded(concat(concat(left, right), tail), site)));
        });
        return assembled(parts, site);
      }
      case "Identifier":
      case "JSXIdentifier":
        return this.#identifier(node.name, node, scene, site);
      case "ThisExpression":
        return this.#self(node, scene, site);
      case "Super":
        return this.#parent(node, scene, site);
      case "MemberExpression": {
        const objects = this.evaluate(node.object, scene);
        if (!node.computed) {
          const name =
            node.property.type === "Identifier"
              ? node.property.name
              : `#${"name" in node.property ? node.property.name : ""}`;
          const members = flatMap(objects, (object) => this.member(object, name, site));
          // What a field holds may be filled by methods of its class.
          if (node.object.type !== "ThisExpression" && node.object.type !== "Identifier") return members;
          return members.map((member) => {
            const { value } = member;
            if (value.kind !== "map" && (value.kind !== "object" || objects[0]?.value.kind === "object")) return member;
            const writes = [...value.writes, ...fieldWrites(node, scene)];
            return { ...member, value: { ...value, writes } };
          });
        }
        const keys = this.evaluate(node.property, scene);
        return flatMap(objects, (object) => flatMap(keys, (key) => this.#computed(object, key, site)));
      }
      case "MetaProperty":
        return one({ kind: "global", name: `${node.meta.name}.${node.property.name}` }, site);
      case "TSAsExpression": {
        const values = this.evaluate(node.expression, scene);
        const name = declaredClass(node);
        return name === null ? values : declaredAs(values, () => this.#identifier(name, node, scene, site));
      }
      case "ChainExpression":
      case "TSSatisfiesExpression":
      case "TSNonNullExpression":
      case "TSTypeAssertion":
      case "TSInstantiationExpression":
      case "ParenthesizedExpression":
      case "JSXExpressionContainer":
        return this.evaluate(node.expression, scene);
      case "AwaitExpression":
        return this.evaluate(node.argument, scene);
      case "SequenceExpression": {
        const last = node.expressions.at(-1);
        return last === undefined ? unknown("it is empty", site) : this.evaluate(last, scene);
      }
      case "AssignmentExpression":
        return node.operator === "="
          ? this.evaluate(node.right, scene)
          : joined(this, node.operator.slice(0, -1), node.left, node.right, scene, site);
      case "LogicalExpression":
      case "BinaryExpression":
        return joined(this, node.operator, node.left, node.right, scene, site);
      case "ConditionalExpression": {
        const truth = truthOfCondition(this, node.test, scene);
        if (truth !== null) return this.evaluate(truth ? node.consequent : node.alternate, scene);
        const env = variableOf(this, node.test, scene);
        const doubted = env !== null || isDoubted(this, node.test, scene);
        const { key, reversed } = conditionKey(node.test, scene);
        const wording = scene.module.text.slice(node.test.start, node.test.end).replace(/\s+/g, " ").slice(0, 80);
        return [true, false].flatMap((holds) =>
          branchValues(this, node.test, holds, holds ? node.consequent : node.alternate, scene).map((branch) => ({
            ...branch,
            when: [...branch.when, { key, holds: holds !== reversed, text: holds ? wording : `not (${wording})` }],
            env: branch.env ?? (env === null ? null : { name: env, use: "fallback" as const }),
            sure: branch.sure && !doubted,
          })),
        );
      }
      case "UnaryExpression": {
        if (node.operator === "!") {
          const truth = truthOfCondition(this, node.argument, scene);
          return truth === null
            ? unknown("its condition is not known before it runs", site)
            : one({ kind: "plain", value: !truth }, site);
        }
        if (node.operator === "void") return one({ kind: "plain", value: undefined }, site);
        return flatMap(this.evaluate(node.argument, scene), (value) => {
          const result = unary(node.operator, value);
          const env = value.kind === "unknown" ? value.env : null;
          return result === null
            ? unknown(`"${node.operator}" is only known when the program runs`, site, env)
            : one(result, site);
        });
      }
      case "ObjectExpression":
        return one({ kind: "object", node, scene, writes: [] }, site);
      case "ArrayExpression":
        return one(
          {
            kind: "list",
            changed: false,
            items: node.elements.map((element) =>
              element === null
                ? { spread: false, values: () => one({ kind: "plain", value: undefined }, site) }
                : element.type === "SpreadElement"
                  ? { spread: true, values: () => this.evaluate(element.argument, scene) }
                  : { spread: false, values: () => this.evaluate(element, scene) },
            ),
          },
          site,
        );
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return one({ kind: "function", node, scene, self: null }, site);
      case "ClassDeclaration":
      case "ClassExpression":
        return one({ kind: "class", node, scene }, site);
      case "ImportExpression":
        return flatMap(this.evaluate(node.source, scene), (source) =>
          source.kind === "text" && source.holes.length === 0
            ? one(this.resolveSpecifier(scene.module, source.text), site)
            : unknown("the module is chosen when the program runs", site),
        );
      case "CallExpression":
      case "NewExpression": {
        const args = this.argumentsOf(node.arguments, scene);
        const constructed = node.type === "NewExpression";
        if (node.callee.type === "Super") return unknown("super() returns nothing", site);
        const [loaded] = args;
        if (loaded !== undefined && interop.test(scene.module.text.slice(node.callee.start, node.callee.end)))
          return loaded.values();
        if (
          node.callee.type === "MemberExpression" &&
          !node.callee.computed &&
          node.callee.property.type === "Identifier"
        ) {
          const name = node.callee.property.name;
          const calleeSite = { module: scene.module, node: node.callee };
          return flatMap(this.evaluate(node.callee.object, scene), (object) =>
            flatMap(this.member(object, name, calleeSite), (callee) =>
              this.call(callee, args, site, constructed, object),
            ),
          );
        }
        return flatMap(this.evaluate(node.callee, scene), (callee) => this.call(callee, args, site, constructed, null));
      }
      default:
        return unknown(`${describe(node)} is only known when the program runs`, site);
    }
  }

  argumentsOf(nodes: readonly Node[], scene: Scene): readonly Argument[] {
    return nodes.map((node) => {
      const inner = node.type === "SpreadElement" ? node.argument : node;
      let known: readonly Alternative[] | null = null;
      let question = this.#question;
      let plainly = this.#plainly;
      return {
        spread: node.type === "SpreadElement",
        values: () => {
          // Another question binds other parameters, so what was known then may not hold now.
          if (known === null || question !== this.#question || plainly !== this.#plainly) {
            question = this.#question;
            plainly = this.#plainly;
            known = this.evaluate(inner, scene);
          }
          return known;
        },
      };
    });
  }

  member(value: Value, name: string, site: Site): readonly Alternative[] {
    if (value.kind === "member" && value.name === "env" && value.object.kind === "global") {
      const object = `${value.object.name}.env`;
      if (object === "import.meta.env" || object === "process.env") return this.#variable(name, object, site);
    }
    if (value.kind === "external" && isEnvModule(value.source, value.name))
      return this.#variable(name, "process.env", site);
    return this.#within(site, () => memberOf(this, value, name, site));
  }

  call(
    callee: Value,
    args: readonly Argument[],
    site: Site,
    constructed: boolean,
    self: Value | null,
  ): readonly Alternative[] {
    return callValue(this, callee, args, site, constructed, self);
  }

  #variable(name: string, object: "import.meta.env" | "process.env", site: Site): readonly Alternative[] {
    const answer = this.#env(site.module.file, name, object);
    if (answer.kind === "fixed") {
      return one(typeof answer.value === "string" ? text(answer.value) : { kind: "plain", value: answer.value }, site);
    }
    if (answer.kind === "given") {
      return one(text(hole, [{ kind: "unknown", reason: givenReason, site, env: null }]), site);
    }
    if (answer.kind === "unset") return unknown(`${name} is set in no committed env file`, site, name);
    return [
      {
        value: text(answer.value),
        when: [],
        via: [site],
        written: { place: answer.place },
        env: { name, use: "committed" },
        sure: true,
      },
    ];
  }

  #computed(object: Value, key: Value, site: Site): readonly Alternative[] {
    if (key.kind === "text" && key.holes.length === 0) return this.member(object, key.text, site);
    if (key.kind === "plain" && typeof key.value === "number") return this.member(object, String(key.value), site);
    const all = itemsOf(this, object, site);
    if (all === null) {
      if (key.kind === "parameter" || key.kind === "member" || key.kind === "call") return one(key, site);
      return key.kind === "unknown" ? one(key, site) : unknown("the key is only known when the program runs", site);
    }
    // A key nobody knows picks one of the members; a parameter is opened first, since a call may name it.
    if (key.kind === "parameter" || (key.kind === "member" && key.object.kind === "parameter")) return one(key, site);
    return all;
  }

  #identifier(name: string, node: Node, scene: Scene, site: Site): readonly Alternative[] {
    const binding = bindingAt(scene.module, node, name);
    if (binding === null) {
      if (name === "undefined") return one({ kind: "plain", value: undefined }, site);
      return this.libraries?.global(this, name, site) ?? one({ kind: "global", name }, site);
    }
    // Another use of the name is no circle: `name = name.trim()` reads what was there before.
    const key = node === scene.module.program ? binding.identifier : node;
    const before = this.#active.get(key);
    if (before !== undefined && before === scene.frame)
      return one({ kind: "unknown", reason: `"${name}" is made from itself`, site, env: null, itself: true }, site);
    this.#active.set(key, scene.frame);
    try {
      return evaluateBinding(this, binding, scene, site);
    } finally {
      if (before === undefined) this.#active.delete(key);
      else this.#active.set(key, before);
    }
  }

  /** `this` inside a class is an instance of it, made by whoever; inside a plain function nobody can tell. */
  #self(node: Node, scene: Scene, site: Site): readonly Alternative[] {
    let at: Node | undefined = node;
    let isStatic = false;
    for (; at !== undefined; at = scene.module.parents.get(at)) {
      if (at.type === "FunctionDeclaration" || at.type === "FunctionExpression") {
        for (let frame = scene.frame; frame !== null; frame = frame.next) {
          if (frame.fn === at && frame.self !== null) return one(frame.self, site);
        }
        const self = this.#openings.get(at)?.self ?? this.libraries?.self(this, at, scene.module) ?? null;
        if (self !== null) return one(self, site);
      }
      if (at.type === "ClassDeclaration" || at.type === "ClassExpression") {
        for (let frame = scene.frame; frame !== null; frame = frame.next) {
          const isOwn = frame.fn === at || (frame.self?.kind === "instance" && frame.self.node === at);
          if (isOwn && frame.self?.kind === "instance") return one(frame.self, site);
        }
        const home: Scene = { module: scene.module, frame: null };
        if (isStatic) return one({ kind: "class", node: at, scene: home }, site);
        return one({ kind: "instance", node: at, scene: home, args: null, open: true }, site);
      }
      const parent = scene.module.parents.get(at);
      if (parent?.type === "ClassBody") isStatic = at.type === "StaticBlock" || ("static" in at && at.static);
    }
    return unknown('"this" is only known when the program runs', site);
  }

  /** `super` in a method: what the parent class says of the same object. */
  #parent(node: Node, scene: Scene, site: Site): readonly Alternative[] {
    let at: Node | undefined = node;
    while (at !== undefined && at.type !== "ClassDeclaration" && at.type !== "ClassExpression")
      at = scene.module.parents.get(at);
    if (at === undefined || at.superClass === null) return unknown('"super" is only known when the program runs', site);
    const parents = this.evaluate(at.superClass, scene);
    return flatMap(this.#self(node, scene, site), (self) =>
      flatMap(parents, (parent) => {
        if (parent.kind !== "class") return unknown("its parent class is not part of the tree", site);
        if (self.kind !== "instance") return one(parent, site);
        return one({ kind: "instance", node: parent.node, scene: parent.scene, args: null, as: self }, site);
      }),
    );
  }

  resolveSpecifier(from: Module, specifier: string): Value {
    const file = this.project.resolve(from.file, specifier);
    if (file === null) return { kind: "external", source: specifier, name: "*" };
    if (!file.endsWith(".json")) return { kind: "module", file };
    const data = fromData(safeJson(this.project.text(file)), file);
    const writes = data.kind === "data" ? (this.outside?.ofData(file) ?? []) : [];
    return data.kind === "data" && writes.length > 0 ? { ...data, writes } : data;
  }

  source(file: string): string | null {
    return this.project.text(file);
  }

  exportsOf(file: string): { module: Module; exports: Exports } | null {
    const module = this.project.module(file);
    if (module === null || "kind" in module) return null;
    let exports = this.#exports.get(file);
    if (exports === undefined) {
      exports = exportsOf(module);
      this.#exports.set(file, exports);
    }
    return exports === null ? null : { module, exports };
  }

  exported(file: string, name: string): readonly Alternative[] | null {
    const key = `${file}\0${name}`;
    const known = this.#plainly ? undefined : this.#exported.get(key);
    if (known !== undefined) return known;
    const stepsBefore = this.#steps;
    const found = this.#findExport(file, name, new Set());
    // What a spent budget or a cycle cut short may be whole the next time.
    if (
      !this.#plainly &&
      this.#steps < maxSteps &&
      this.#depth < maxDepth / 2 &&
      this.#active.size <= 1 &&
      stepsBefore <= this.#steps
    ) {
      this.#exported.set(key, found);
    }
    return found;
  }

  #findExport(file: string, name: string, seen: Set<string>): readonly Alternative[] | null {
    const key = `${file}\0${name}`;
    if (seen.has(key) || seen.size > 200) return null;
    seen.add(key);
    const loaded = this.exportsOf(file);
    if (loaded === null) {
      const skipped = this.project.module(file);
      if (skipped !== null && "kind" in skipped) return unknown(`${file} could not be read: ${skipped.reason}`, null);
      return null;
    }
    const { module, exports } = loaded;
    const scene: Scene = { module, frame: null };
    const found = exports.named.get(name);
    // The last to fill the exports stays.
    for (const node of exports.poured.toReversed()) {
      if (found !== undefined && node.start < found.node.start) break;
      const poured = this.#poured({ module, node }, name, seen);
      if (poured !== null) return poured;
    }
    if (found !== undefined) return this.#exportedAs(found, module, seen);
    if (exports.whole !== null) {
      const whole = this.evaluate(exports.whole, scene);
      return name === "default"
        ? whole
        : flatMap(whole, (value) => this.member(value, name, { module, node: exports.whole ?? module.program }));
    }
    if (name === "default") return null;
    const { from, rival, outside } = starExport(this, file, exports, name);
    if (from !== null && rival !== null) {
      return unknown(`${from} and ${rival} both export "${name}", so ${file} exports neither`, null);
    }
    if (from !== null) return this.#findExport(from, name, seen);
    const [source] = outside;
    // A name that no file of the tree gives comes from the one package that is re-exported whole.
    if (outside.length === 1 && source !== undefined) return one({ kind: "external", source, name }, null);
    return null;
  }

  #exportedAs(found: Export, module: Module, seen: Set<string>): readonly Alternative[] | null {
    const scene: Scene = { module, frame: null };
    const site = { module, node: found.node };
    if (found.kind === "local") return this.#identifier(found.name, module.program, scene, site);
    if (found.kind === "value") {
      const { earlier = [] } = found;
      if (earlier.length === 0) return this.evaluate(found.node, scene);
      const all = [...earlier, found.node].flatMap((node) => this.evaluate(node, scene));
      const filled = all.filter(({ value }) => !isMissing(value));
      return (filled.length > 0 ? filled : all).map((one) => ({ ...one, sure: one.sure && filled.length === 1 }));
    }
    const target = this.project.resolve(module.file, found.source);
    if (target === null) return one({ kind: "external", source: found.source, name: found.name }, site);
    if (found.name === "*") return one({ kind: "module", file: target }, site);
    return this.#findExport(target, found.name, seen);
  }

  /** `Object.assign(exports, …)`: what one of its sources gives under a name; null where it gives none. */
  #poured(site: Site, name: string, seen: Set<string>): readonly Alternative[] | null {
    const poured = this.evaluate(site.node, { module: site.module, frame: null }).flatMap(
      (alternative): readonly Alternative[] => {
        const { value } = alternative;
        if (value.kind === "module") return this.#findExport(value.file, name, new Set(seen)) ?? [];
        return flatMap([alternative], () => this.member(value, name, site));
      },
    );
    return poured.some(({ value }) => !(value.kind === "plain" && value.value === undefined)) ? poured : null;
  }

  /** Names a pattern takes out of a value, for those who hold a value of their own. */
  pattern(pattern: Node, identifier: Node, values: readonly Alternative[], scene: Scene): readonly Alternative[] {
    return readPattern(this, pattern, identifier, values, scene);
  }

  placeOf(site: Site): Place {
    return placeOf(site);
  }

  functionAround(site: Site): Node | null {
    return enclosingFunction(site.module, site.node);
  }
}

function describe(node: Node): string {
  switch (node.type) {
    case "JSXElement":
    case "JSXFragment":
      return "a component's output";
    case "YieldExpression":
      return "what a generator is sent";
    case "TaggedTemplateExpression":
      return "a tagged template";
    default:
      return "this expression";
  }
}
