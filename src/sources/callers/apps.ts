import type { Evaluator } from "../code/evaluate.ts";
import { callsNamed } from "../code/named-calls.ts";
import { type Alternative, flatMap, type Value } from "../code/value.ts";

/** Firebase apps of a tree by the name they are initialised under; looked for when a call asks for one by name. */
export class Apps {
  readonly #evaluator: Evaluator;
  readonly #sources: readonly string[];
  #named: ReadonlyMap<string, readonly Alternative[]> | null = null;

  constructor(evaluator: Evaluator, sources: readonly string[]) {
    this.#evaluator = evaluator;
    this.#sources = sources;
  }

  /**
   * Project that an app argument names by a literal configuration; null when it is the default app, or its project is
   * decided at build time (then it is the environment's).
   */
  projectOf(app: Value | null): string | null {
    if (app?.kind !== "call") return null;
    const { callee, args, site } = app;
    const name = callee.kind === "external" || callee.kind === "member" ? callee.name : null;
    if (name === "initializeApp" || name === "initializeServerApp") {
      const isNamed = args[1]?.values().some(({ value }) => textOf(value) !== null) ?? false;
      return this.#projectIn(args[0]?.values() ?? [], isNamed);
    }
    if (name !== "getApp" && name !== "app") return null;
    const asked = args[0]?.values() ?? [];
    const [only, ...others] = asked;
    if (only === undefined || others.length > 0 || only.value.kind !== "text" || only.value.holes.length > 0)
      return null;
    this.#named ??= this.#look();
    const configs = this.#named.get(only.value.text);
    return configs === undefined
      ? null
      : this.#projectIn(
          flatMap(configs, (value) => [{ ...only, value, written: site }]),
          true,
        );
  }

  /** An app of its own name is another project's even where the build may set it; the default app is the environment's. */
  #projectIn(configs: readonly Alternative[], isNamed: boolean): string | null {
    const ids = configs.flatMap(({ value, written }) =>
      written !== null && "node" in written ? this.#evaluator.member(value, "projectId", written) : [],
    );
    const [only, ...others] = ids;
    if (only === undefined || others.some(({ value }) => textOf(value) !== textOf(only.value))) return null;
    if (only.env !== null) return isNamed && only.env.use === "fallback" ? textOf(only.value) : null;
    return only.sure ? textOf(only.value) : null;
  }

  #look(): ReadonlyMap<string, readonly Alternative[]> {
    const { project } = this.#evaluator;
    const named = new Map<string, readonly Alternative[]>();
    const holding = project.holding("initializeApp");
    for (const file of this.#sources) {
      if (!holding.has(file) || !namesAnApp(project.text(file) ?? "")) continue;
      const module = project.module(file);
      if (module === null || "kind" in module) continue;
      const scene = { module, frame: null };
      for (const node of callsNamed(module, "initializeApp")) {
        const [config, name] = node.arguments;
        if (config === undefined || name === undefined || config.type === "SpreadElement") continue;
        if (name.type === "SpreadElement") continue;
        for (const { value } of this.#evaluator.evaluate(name, scene)) {
          const text = textOf(value);
          if (text === null) continue;
          named.set(text, [...(named.get(text) ?? []), ...this.#evaluator.evaluate(config, scene)]);
        }
      }
    }
    return named;
  }
}

/** Some `initializeApp(…)` has a comma between its own brackets: the default app is given no name. */
function namesAnApp(text: string): boolean {
  for (const { index, 0: start } of text.matchAll(/\binitializeApp\s*\(/g)) {
    let depth = 1;
    for (let at = index + start.length; at < text.length && depth > 0; at++) {
      const char = text.charAt(at);
      if (char === '"' || char === "'" || char === "`") at = Math.max(at, text.indexOf(char, at + 1));
      else if (char === "(" || char === "[" || char === "{") depth++;
      else if (char === ")" || char === "]" || char === "}") depth--;
      else if (char === "," && depth === 1) return true;
    }
  }
  return false;
}

function textOf(value: Value): string | null {
  return value.kind === "text" && value.holes.length === 0 && value.text !== "" ? value.text : null;
}
