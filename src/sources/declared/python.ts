import type { Node } from "oxc-parser";
import type { DeclaredFunction, UnresolvedDeclaration } from "../../model/declared.ts";
import type { TriggerKind } from "../../model/deployed.ts";
import type { EnvReader } from "../code/evaluate.ts";
import { Evaluator } from "../code/evaluate.ts";
import { LanguageProject } from "../code/grammar/language-project.ts";
import { grammarLanguageOf } from "../code/grammar/languages.ts";
import { loadGrammar } from "../code/grammar/load.ts";
import { type Module, placeOf, type Site } from "../code/module.ts";
import type { Project } from "../code/project.ts";
import type { Argument, Value } from "../code/value.ts";
import { pythonSdk } from "./python-sdk.ts";
import { type NamedRegions, noRegions, readRegions } from "./regions.ts";

export interface PythonRead {
  readonly functions: readonly DeclaredFunction[];
  readonly unresolved: readonly UnresolvedDeclaration[];
  readonly unread: readonly { readonly file: string; readonly reason: string }[];
  readonly files: readonly string[];
}

const kinds: ReadonlyMap<string, TriggerKind> = new Map([
  ["https_fn.on_request", "https"],
  ["https_fn.on_call", "callable"],
  ["scheduler_fn.on_schedule", "scheduled"],
  ["tasks_fn.on_task_dispatched", "task"],
  ["identity_fn.before_user_created", "blocking"],
  ["identity_fn.before_user_signed_in", "blocking"],
]);

/** A function of the SDK, with the global options that held when its decorator ran. */
interface Decorated {
  readonly site: Site;
  readonly name: string;
  readonly kind: TriggerKind;
  readonly options: Argument | null;
  readonly global: GlobalOptions;
}

interface GlobalOptions {
  readonly call: { readonly options: Argument | null; readonly site: Site } | null;
  /** false: whether it ran by then hangs on a condition. */
  readonly certain: boolean;
}

/**
 * Reads what `main.py` of a codebase offers as functions, in the order in which Python runs it: the SDK takes functions
 * that are names of `main`, under the names of their `def`, with the global options set before their decorator ran.
 */
export async function readPython(
  project: Project,
  folder: string,
  codebase: string,
  env: EnvReader,
): Promise<PythonRead> {
  const inside = (file: string): boolean => folder === "" || file.startsWith(`${folder}/`);
  const files = project.list.files.filter(
    (file) => grammarLanguageOf(file) === "python" && inside(file) && !/(?:^|\/)venv\//.test(file),
  );
  const main = folder === "" ? "main.py" : `${folder}/main.py`;
  const grammar = await loadGrammar("python");
  if ("problem" in grammar) {
    return { functions: [], unresolved: [], unread: [{ file: main, reason: grammar.problem }], files: [] };
  }
  const python = new LanguageProject(project, "python", files, grammar, pythonSdk);
  const evaluator = new Evaluator(python, env);
  const run = new Run(python, evaluator);
  run.load(main);
  const functions: DeclaredFunction[] = [];
  const unresolved: UnresolvedDeclaration[] = [];
  const offered = run.offeredBy(main);
  for (const found of run.found) {
    if (!offered.has(found.site.node)) continue;
    const place = placeOf(found.site);
    const regions = evaluator.ask(new Map(), () => regionsOf(evaluator, found));
    const { module, node } = found.site;
    functions.push({
      ...place,
      name: found.name,
      codebase,
      project: null,
      regions: regions.regions,
      generation: 2,
      trigger: found.kind,
      certain: regions.certain,
      regionPlace: regions.place,
      regionSource: regions.source,
      snippet: module.text.slice(node.start, node.end).replace(/\s+/g, " ").slice(0, 200),
    });
    if (regions.problem === null) continue;
    const { file, line, column, endLine } = place;
    unresolved.push({
      file,
      line,
      column,
      endLine,
      codebase,
      reason: `the region of ${found.name} cannot be told: ${regions.problem}`,
    });
  }
  for (const { site, reason } of run.unclear) {
    const { file, line, column, endLine } = placeOf(site);
    unresolved.push({ file, line, column, endLine, codebase, reason });
  }
  return { functions, unresolved, unread: run.unread, files: [...run.loaded] };
}

function regionsOf(evaluator: Evaluator, { options, global, site }: Decorated): NamedRegions {
  const own = options === null ? noRegions : optionRegions(evaluator, options, site);
  if (own.regions.length > 0 || own.problem !== null) return own;
  if (global.call === null) return { ...noRegions, certain: global.certain };
  const given =
    global.call.options === null ? noRegions : optionRegions(evaluator, global.call.options, global.call.site);
  return { ...given, certain: given.certain && global.certain };
}

function optionRegions(evaluator: Evaluator, options: Argument, site: Site): NamedRegions {
  if (options.spread) return { ...noRegions, certain: false, problem: "its options are spread from a dictionary" };
  const values = options.values().flatMap(({ value }) => evaluator.member(value, "region", site));
  return readRegions(evaluator, values, site);
}

class Run {
  readonly found: Decorated[] = [];
  readonly unclear: { site: Site; reason: string }[] = [];
  readonly unread: { file: string; reason: string }[] = [];
  readonly loaded = new Set<string>();
  readonly #project: LanguageProject;
  readonly #evaluator: Evaluator;
  #global: GlobalOptions = { call: null, certain: true };

  constructor(project: LanguageProject, evaluator: Evaluator) {
    this.#project = project;
    this.#evaluator = evaluator;
  }

  /** Runs a file as its first import does. */
  load(file: string): void {
    if (this.loaded.has(file)) return;
    this.loaded.add(file);
    const module = this.#project.module(file);
    if (module === null) return;
    if ("kind" in module) {
      this.unread.push({ file, reason: `line ${module.line}: ${module.reason}` });
      return;
    }
    for (const { start, end } of this.#project.brokenIn(file)) {
      if (!/_fn\b|set_global_options|\bfirebase_functions\b/.test(module.text.slice(start, end))) continue;
      const node = { type: "EmptyStatement", start, end: Math.max(end, start + 1) } as Node;
      this.unclear.push({
        site: { module, node },
        reason: "the code here cannot be parsed, so functions in it were not looked for",
      });
    }
    if (module.program.type === "Program") this.#run(module.program.body, module, true);
  }

  /** Nodes of functions that are names of a file, its own or brought in. */
  offeredBy(file: string, seen = new Set<string>()): ReadonlySet<Node> {
    const offered = new Set<Node>();
    const module = this.#project.module(file);
    if (module === null || "kind" in module || seen.has(file)) return offered;
    seen.add(file);
    if (module.program.type !== "Program") return offered;
    for (const statement of module.program.body) {
      if (statement.type === "ExportNamedDeclaration") {
        for (const { exported } of statement.specifiers) {
          if (exported.type !== "Identifier") continue;
          for (const node of this.#declaredAs(file, exported.name)) offered.add(node);
        }
      }
      if (statement.type !== "ExportAllDeclaration") continue;
      const target = this.#project.resolve(file, statement.source.value);
      if (target !== null) for (const node of this.offeredBy(target, seen)) offered.add(node);
    }
    return offered;
  }

  #declaredAs(file: string, name: string): Node[] {
    const values = this.#evaluator.ask(new Map(), () => this.#evaluator.exported(file, name) ?? []);
    return values.flatMap(({ value }) => (value.kind === "call" ? [value.site.node] : []));
  }

  #run(statements: readonly Node[], module: Module, certain: boolean): void {
    for (const node of statements) this.#step(node, module, certain);
  }

  #step(node: Node, module: Module, certain: boolean): void {
    switch (node.type) {
      case "ImportDeclaration":
      case "ExportAllDeclaration": {
        const source = node.source.value;
        const target = this.#project.resolve(module.file, source);
        if (target !== null) this.load(target);
        if (node.type !== "ImportDeclaration") return;
        // `from payments import charge`: the name may be a file of its own.
        for (const specifier of node.specifiers) {
          if (specifier.type !== "ImportSpecifier" || specifier.imported.type !== "Identifier") continue;
          const inner = this.#project.resolve(
            module.file,
            `${source}${source.endsWith(".") ? "" : "."}${specifier.imported.name}`,
          );
          if (inner !== null) this.load(inner);
        }
        return;
      }
      case "VariableDeclaration":
        for (const { init } of node.declarations) if (init !== null) this.#decorated(init, module);
        return;
      case "ExpressionStatement":
        this.#globalOptions(node.expression, module, certain);
        return;
      case "IfStatement":
        this.#run([node.consequent, ...(node.alternate === null ? [] : [node.alternate])], module, false);
        return;
      case "BlockStatement":
        this.#run(node.body, module, certain);
        return;
      case "TryStatement":
        this.#run([node.block], module, certain);
        if (node.handler !== null) this.#run([node.handler.body], module, false);
        if (node.finalizer !== null) this.#run([node.finalizer], module, certain);
        return;
      default:
    }
  }

  #decorated(init: Node, module: Module): void {
    if (init.type !== "CallExpression") return;
    const fn = definitionIn(init);
    if (fn === null) return;
    const scene = { module, frame: null };
    const seen: { kind: TriggerKind; options: Argument | null }[] = [];
    let outer = false;
    for (let at: Node = init; at.type === "CallExpression"; at = at.arguments[0] ?? fn) {
      const decorator = at.callee;
      const trigger = this.#evaluator.ask(new Map(), () =>
        this.#evaluator
          .evaluate(decorator, scene)
          .map(({ value }) => triggerOf(value))
          .find((found) => found !== null),
      );
      if (trigger !== undefined && trigger !== null) seen.push(trigger);
      else if (seen.length === 0) outer = true;
    }
    const [trigger] = seen;
    if (trigger === undefined) return;
    const name = fn.type === "FunctionExpression" && fn.id !== null ? fn.id.name : "";
    const site = { module, node: init };
    if (outer)
      this.unclear.push({
        site,
        reason: `${name} is wrapped by another decorator, so whether it is deployed cannot be told`,
      });
    else this.found.push({ site, name, ...trigger, global: this.#global });
  }

  #globalOptions(node: Node, module: Module, certain: boolean): void {
    if (node.type !== "CallExpression") return;
    const scene = { module, frame: null };
    const evaluator = this.#evaluator;
    const isIt = evaluator.ask(new Map(), () =>
      evaluator.evaluate(node.callee, scene).some(({ value }) => pathOf(value)?.at(-1) === "set_global_options"),
    );
    if (!isIt) return;
    const [options] = evaluator.argumentsOf(node.arguments, scene);
    this.#global = { call: { options: options ?? null, site: { module, node } }, certain };
  }
}

/** The `def` under all its decorators; null where a call is no decorator. */
function definitionIn(node: Node): Node | null {
  let at: Node | undefined = node;
  for (let depth = 0; at?.type === "CallExpression" && depth < 40; depth++) at = at.arguments[0];
  return at?.type === "FunctionExpression" && at.id !== null ? at : null;
}

function triggerOf(value: Value): { kind: TriggerKind; options: Argument | null } | null {
  // Most decorators are called with their options; a bare one takes none.
  const callee = value.kind === "call" ? value.callee : value;
  const path = pathOf(callee);
  if (path === null || path[0] !== "firebase_functions" || path.length < 3) return null;
  const name = path.slice(-2).join(".");
  if (!/^\w+_fn\.(?:on|before)_\w+$/.test(name)) return null;
  const options = value.kind === "call" ? (value.args.at(-1) ?? null) : null;
  return { kind: kinds.get(name) ?? "event", options };
}

/** Words of a name of a package: `firebase_functions.https_fn.on_call`; null for anything else. */
function pathOf(value: Value): string[] | null {
  const words: string[] = [];
  let at: Value = value;
  for (let depth = 0; at.kind === "member" && depth < 20; depth++) {
    words.unshift(at.name);
    at = at.object;
  }
  if (at.kind !== "external") return null;
  return [...at.source.split("."), ...(at.name === "*" ? [] : [at.name]), ...words];
}
