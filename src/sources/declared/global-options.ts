import { posix } from "node:path";
import type { Node } from "oxc-parser";
import type { Evaluator } from "../code/evaluate.ts";
import { enclosingFunction, type Module, nodesOf, type Site } from "../code/module.ts";
import type { Project } from "../code/project.ts";
import { join } from "../code/tsconfig.ts";
import type { Argument } from "../code/value.ts";
import { chainOf } from "./trigger.ts";

/** A `setGlobalOptions(…)` of the codebase. */
export interface GlobalOptions {
  readonly site: Site;
  readonly options: Argument | null;
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
  readonly modules: Module[] = [];
  #clock = 0;

  constructor(project: Project, entry: string, commonJs: boolean) {
    this.#project = project;
    this.#commonJs = commonJs;
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
    if (!this.#commonJs) for (const statement of statements) for (const source of importsOf(statement)) follow(source);
    for (const statement of statements) {
      if (this.#commonJs) for (const source of importsOf(statement)) follow(source);
      for (const source of requiresIn(module, statement)) follow(source);
      times.set(statement, this.#clock++);
    }
  }

  /** When the top-level statement around a node runs, and where in it; null for a module that is not loaded. */
  timeOf(site: Site): { statement: number; offset: number } | null {
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

function requiresIn(module: Module, statement: Node): string[] {
  return nodesOf(module, "CallExpression").flatMap((node) => {
    if (node.start < statement.start || node.end > statement.end) return [];
    const [first] = node.arguments;
    if (node.callee.type !== "Identifier" || node.callee.name !== "require" || first?.type !== "Literal") return [];
    return typeof first.value === "string" && enclosingFunction(module, node) === null ? [first.value] : [];
  });
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
    for (const node of nodesOf(module, "CallExpression")) {
      const isIt = evaluator.ask(
        new Map(),
        () =>
          lastName(node.callee) !== null &&
          evaluator.evaluate(node.callee, { module, frame: null }).some(({ value }) => {
            const chain = chainOf(value);
            return (
              chain !== null &&
              /^firebase-functions(?:\/v2.*)?$/.test(chain.source) &&
              chain.steps.at(-1)?.name === "setGlobalOptions"
            );
          }),
      );
      if (!isIt) continue;
      const [options] = evaluator.argumentsOf(node.arguments, { module, frame: null });
      found.push({ site: { module, node }, options: options ?? null, plain: isPlain(module, node) });
    }
  }
  return found;
}

function lastName(callee: Node): string | null {
  if (callee.type === "Identifier") return callee.name;
  return callee.type === "MemberExpression" && callee.property.type === "Identifier" ? callee.property.name : null;
}

/** A statement of its own at the top of the file. */
function isPlain(module: Module, node: Node): boolean {
  const statement = module.parents.get(node);
  return statement?.type === "ExpressionStatement" && module.parents.get(statement) === module.program;
}

/** The options that hold for something defined at `site`. */
export function globalFor(
  all: readonly GlobalOptions[],
  order: LoadOrder,
  site: Site,
  late: boolean,
): { options: GlobalOptions | null; certain: boolean } {
  if (all.length === 0) return { options: null, certain: true };
  const at = order.timeOf(site);
  let latest: { options: GlobalOptions; time: { statement: number; offset: number } } | null = null;
  let certain = true;
  for (const options of all) {
    const time = order.timeOf(options.site);
    if (time === null) continue;
    if (!options.plain) certain = false;
    const before =
      late ||
      (at !== null && (time.statement < at.statement || (time.statement === at.statement && time.offset < at.offset)));
    if (!before) continue;
    if (latest === null || time.statement > latest.time.statement) latest = { options, time };
  }
  return { options: latest?.options ?? null, certain: certain && at !== null };
}
