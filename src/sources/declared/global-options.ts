import { posix } from "node:path";
import type { Node } from "oxc-parser";
import type { Evaluator } from "../code/evaluate.ts";
import { enclosingFunction, identifiersNamed, isFunction, type Module, type Site } from "../code/module.ts";
import { callsNamed, callsOfAny } from "../code/named-calls.ts";
import type { Project } from "../code/project.ts";
import { join } from "../code/tsconfig.ts";
import type { Argument, Opening } from "../code/value.ts";
import type { Load } from "./exports.ts";
import { isTaken } from "./taken.ts";
import { chainOf } from "./trigger.ts";

/** A `setGlobalOptions(…)` of the codebase. */
export interface GlobalOptions {
  readonly site: Site;
  /** What runs it while the modules load: the call itself, or the call of the function it stands in. */
  readonly at: Site;
  readonly options: Argument | null;
  /** Binds the parameters of the function it stands in. */
  readonly openings: ReadonlyMap<Node, Opening>;
  /** Runs while the modules load, on every path. */
  readonly plain: boolean;
}

/**
 * The order in which a codebase's top-level statements run. Under ES modules imports run first; under CommonJS they
 * run where they stand. `setGlobalOptions` reaches only what is defined after it ran.
 */
export class LoadOrder {
  readonly #times = new Map<string, Map<Node, number>>();
  readonly #project: Project;
  readonly #commonJs: boolean;
  readonly #loads: readonly Load[];
  readonly modules: Module[] = [];
  #clock = 0;

  /** @param loads modules that are loaded under names the code works out */
  constructor(project: Project, entry: string, commonJs: boolean, loads: readonly Load[]) {
    this.#project = project;
    this.#commonJs = commonJs;
    this.#loads = loads;
    this.#visit(entry);
  }

  #visit(file: string): void {
    if (this.#times.has(file)) return;
    const module = this.#project.module(file);
    if (module === null || "kind" in module || module.program.type !== "Program") return;
    const times = new Map<Node, number>();
    this.#times.set(file, times);
    this.modules.push(module);
    const follow = (source: string): void => {
      const target = this.#project.resolve(file, source);
      if (target !== null) this.#visit(target);
    };
    const statements = module.program.body;
    const required = requiresIn(module);
    if (!this.#commonJs) for (const statement of statements) for (const source of importsOf(statement)) follow(source);
    for (const statement of statements) {
      if (this.#commonJs) for (const source of importsOf(statement)) follow(source);
      for (const source of required.filter(({ at }) => at >= statement.start && at < statement.end))
        follow(source.source);
      for (const { at, file: loaded } of this.#loads) {
        if (at.module === module && at.node.start >= statement.start && at.node.end <= statement.end)
          this.#visit(loaded);
      }
      times.set(statement, this.#clock++);
    }
  }

  /** When the top-level statement around a node runs, and where in it; null for a module that is not loaded. */
  timeOf(site: Site): Time | null {
    let node: Node | undefined = site.node;
    const times = this.#times.get(site.module.file);
    if (times === undefined) return null;
    for (; node !== undefined; node = site.module.parents.get(node)) {
      const statement = times.get(node);
      if (statement !== undefined) return { statement, offset: site.node.start };
    }
    return null;
  }
}

function importsOf(statement: Node): string[] {
  if (statement.type === "ImportDeclaration") return statement.importKind === "type" ? [] : [statement.source.value];
  if (statement.type === "ExportNamedDeclaration" && statement.source !== null)
    return statement.exportKind === "type" ? [] : [statement.source.value];
  return statement.type === "ExportAllDeclaration" ? [statement.source.value] : [];
}

/** `require("x")` and `import("x")` that run while the module loads. */
function requiresIn(module: Module): { readonly source: string; readonly at: number }[] {
  const texts = (source: Node | undefined, node: Node): { source: string; at: number }[] =>
    source?.type === "Literal" && typeof source.value === "string" && enclosingFunction(module, node) === null
      ? [{ source: source.value, at: node.start }]
      : [];
  const required = identifiersNamed(module, "require").flatMap((name) => {
    const node = module.parents.get(name);
    return node?.type === "CallExpression" && node.callee === name ? texts(node.arguments[0], node) : [];
  });
  if (!/\bimport\s*\(/.test(module.text)) return required;
  const imported = module
    .nodesWith("import")
    .flatMap((node) => (node.type === "ImportExpression" ? texts(node.source, node) : []));
  return [...required, ...imported];
}

/** Whether a codebase's output is CommonJS, by its tsconfig and package.json; TypeScript compiles imports in place then. */
export function isCommonJs(project: Project, source: string, entry: string, packageType: string | null): boolean {
  if (/\.c[jt]s$/.test(entry)) return true;
  if (/\.m[jt]s$/.test(entry)) return false;
  if (/\.tsx?$/.test(entry)) {
    const text = project.text(join(source, "tsconfig.json")) ?? "";
    const module = /"module"\s*:\s*"([^"]+)"/i.exec(text)?.[1]?.toLowerCase();
    if (module === "commonjs") return true;
    if (module !== undefined && !/^node/.test(module))
      return packageType !== "module" && posix.extname(entry) === ".cts";
  }
  return packageType !== "module";
}

/** Every call of the SDK's `setGlobalOptions` in loaded modules. */
export function globalOptionsIn(evaluator: Evaluator, order: LoadOrder): GlobalOptions[] {
  const found: GlobalOptions[] = [];
  for (const module of order.modules) {
    if (!module.text.includes("setGlobalOptions")) continue;
    for (const node of callsOfAny(module, new Set(["setGlobalOptions"]))) {
      const site = { module, node };
      if (!isSetGlobalOptions(evaluator, site, node.callee) || isTaken(evaluator, site) === false) continue;
      const [options = null] = evaluator.argumentsOf(node.arguments, { module, frame: null });
      const runs = runsOf(evaluator, order, site, 0);
      if (runs.length === 0) found.push({ site, at: site, options, openings: new Map(), plain: false });
      for (const { at, openings, plain } of runs) found.push({ site, at, options, openings, plain });
    }
  }
  return found;
}

function isSetGlobalOptions(evaluator: Evaluator, { module }: Site, callee: Node): boolean {
  if (nameOf(callee) === null) return false;
  const values = evaluator.ask(new Map(), () => evaluator.evaluate(callee, { module, frame: null }));
  return values.some(({ value }) => {
    const chain = chainOf(value);
    return (
      chain !== null &&
      /^firebase-functions(?:\/v2)?(?:\/options)?$/.test(chain.source) &&
      chain.steps.at(-1)?.name === "setGlobalOptions"
    );
  });
}

interface Run {
  readonly at: Site;
  readonly openings: ReadonlyMap<Node, Opening>;
  readonly plain: boolean;
}

const maxCallDepth = 4;

/** Where a place runs while the modules load: itself, or calls of the function around it. Empty: no such call is seen. */
function runsOf(evaluator: Evaluator, order: LoadOrder, site: Site, depth: number): Run[] {
  const fn = enclosingFunction(site.module, site.node);
  const plain = isPlain(site) && isTaken(evaluator, site) === true;
  if (fn === null) return [{ at: site, openings: new Map(), plain }];
  if (depth >= maxCallDepth) return [];
  return callsOf(evaluator, order, site.module, fn).flatMap((call) => {
    const { module, node } = call;
    if (node.type !== "CallExpression" || isTaken(evaluator, call) === false) return [];
    const args = evaluator.argumentsOf(node.arguments, { module, frame: null });
    return runsOf(evaluator, order, call, depth + 1).map((run) => ({
      at: run.at,
      openings: new Map([...run.openings, [fn, { site: call, args, self: null, captured: null }]]),
      plain: plain && run.plain,
    }));
  });
}

/** Calls, in loaded modules, of a function; those under another name than its own are not seen. */
function callsOf(evaluator: Evaluator, order: LoadOrder, home: Module, fn: Node): Site[] {
  const holder = home.parents.get(fn);
  const id = fn.type === "FunctionDeclaration" ? fn.id : holder?.type === "VariableDeclarator" ? holder.id : null;
  const name = id?.type === "Identifier" ? id.name : null;
  if (name === null) {
    // A function that is called where it is written.
    const isCalled = holder?.type === "CallExpression" && holder.callee === fn;
    return isCalled ? [{ module: home, node: holder }] : [];
  }
  return order.modules.flatMap((module) => {
    if (!module.text.includes(name)) return [];
    return callsNamed(module, name).flatMap((node): Site[] => {
      const values = evaluator.ask(new Map(), () => evaluator.evaluate(node.callee, { module, frame: null }));
      return values.some(({ value }) => value.kind === "function" && value.node === fn) ? [{ module, node }] : [];
    });
  });
}

function nameOf(callee: Node): string | null {
  // What compilers make of a call of an imported function: `(0, options_1.setGlobalOptions)(…)`.
  const last = callee.type === "SequenceExpression" ? callee.expressions.at(-1) : undefined;
  if (last !== undefined) return nameOf(last);
  if (callee.type === "Identifier") return callee.name;
  return callee.type === "MemberExpression" && callee.property.type === "Identifier" ? callee.property.name : null;
}

/** A statement of its own, in nothing but blocks and conditions. */
function isPlain({ module, node }: Site): boolean {
  for (let at = module.parents.get(node); at !== undefined; at = module.parents.get(at)) {
    if (at.type === "Program" || isFunction(at)) return true;
    if (!plainAround.has(at.type)) return false;
  }
  return false;
}

const plainAround = new Set(["ExpressionStatement", "BlockStatement", "IfStatement", "AwaitExpression"]);

/** The options that hold for something defined at `site`: those that were set last before it. */
export function globalFor<T extends { readonly call: GlobalOptions }>(
  all: readonly T[],
  order: LoadOrder,
  site: Site,
  late: boolean,
): { options: T | null; certain: boolean } {
  if (all.length === 0) return { options: null, certain: true };
  const at = order.timeOf(site);
  let latest: { options: T; time: Time } | null = null;
  let certain = true;
  for (const options of all) {
    const time = order.timeOf(options.call.at);
    if (time === null) continue;
    if (!options.call.plain) certain = false;
    if (!late && (at === null || !isBefore(time, at))) continue;
    if (latest === null || isBefore(latest.time, time)) latest = { options, time };
  }
  return { options: latest?.options ?? null, certain: certain && at !== null };
}

interface Time {
  readonly statement: number;
  readonly offset: number;
}

function isBefore(one: Time, other: Time): boolean {
  return one.statement < other.statement || (one.statement === other.statement && one.offset < other.offset);
}
