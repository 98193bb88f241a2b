import type { Evaluator } from "../code/evaluate.ts";
import { keyOf } from "../code/members.ts";
import { bindingAt, enclosingFunction, type Site } from "../code/module.ts";
import type { Alternative, Spot, Value } from "../code/value.ts";
import { isTaken } from "./taken.ts";
import { type Trigger, triggerOf } from "./trigger.ts";

/** A function found among the exports, with the top-level place that defines it. */
export interface Found {
  readonly name: string;
  readonly trigger: Trigger;
  readonly site: Site;
  /** Top-level place that runs when the function is made; it decides which global options hold. */
  readonly made: Site;
  /** Exported on every path, and under this name for sure. */
  readonly certain: boolean;
}

export interface Unclear {
  readonly site: Site;
  readonly reason: string;
}

const maxDepth = 6;

/** Walks everything a codebase's entry exports, groups included, and keeps what the SDK would deploy. */
export class ExportWalk {
  readonly found: Found[] = [];
  readonly unclear: Unclear[] = [];
  readonly #evaluator: Evaluator;
  readonly #rootIsGen2: boolean;
  readonly #seen = new Set<string>();

  constructor(evaluator: Evaluator, rootIsGen2: boolean) {
    this.#evaluator = evaluator;
    this.#rootIsGen2 = rootIsGen2;
  }

  module(file: string, prefix: string, depth: number): void {
    const key = `${file}\0${prefix}`;
    if (this.#seen.has(key) || depth > maxDepth) return;
    this.#seen.add(key);
    const names = this.#namesOf(file, new Set());
    for (const name of names) {
      const values = this.#evaluator.ask(new Map(), () => this.#evaluator.exported(file, name)) ?? [];
      const site = this.#siteOf(file, name);
      if (site === null) continue;
      const taken = isTaken(this.#evaluator, site);
      if (taken === false) continue;
      const settled = taken === true ? values : values.map((value) => ({ ...value, sure: false }));
      this.#values(settled, prefix === "" ? name : `${prefix}-${name}`, site, depth);
    }
    const loaded = this.#evaluator.exportsOf(file);
    if (loaded === null) return;
    const { module, exports } = loaded;
    if (exports.whole !== null) {
      const whole = exports.whole;
      const values = this.#evaluator.ask(new Map(), () => this.#evaluator.evaluate(whole, { module, frame: null }));
      const site = { module, node: whole };
      // `exports.x = require("./x")`, and ./x is one function: it is the function "x".
      if (prefix !== "") this.#values(values, prefix, site, depth + 1);
      else for (const { value, sure } of values) this.#group(value, prefix, site, depth, sure);
    }
    for (const node of exports.dynamic) {
      this.unclear.push({
        site: { module, node },
        reason: "it exports under names that are only known when the program runs",
      });
    }
  }

  /** Names a module exports by itself or through `export *`. */
  #namesOf(file: string, seen: Set<string>): Set<string> {
    const names = new Set<string>();
    const loaded = this.#evaluator.exportsOf(file);
    if (loaded === null || seen.has(file)) return names;
    seen.add(file);
    for (const name of loaded.exports.named.keys()) names.add(name);
    for (const star of loaded.exports.stars) {
      const target = this.#evaluator.project.resolve(file, star.source);
      if (target === null) {
        if (star.source.startsWith("."))
          this.unclear.push({
            site: { module: loaded.module, node: star.node },
            reason: `"${star.source}" was not found`,
          });
        continue;
      }
      const skipped = this.#evaluator.project.module(target);
      if (skipped !== null && "kind" in skipped) {
        this.unclear.push({ site: { module: loaded.module, node: star.node }, reason: `${target}: ${skipped.reason}` });
      }
      for (const name of this.#namesOf(target, seen)) if (name !== "default") names.add(name);
      const whole = this.#evaluator.exportsOf(target)?.exports.whole;
      if (whole !== null && whole !== undefined) this.module(target, "", 1);
    }
    return names;
  }

  /** Where an export is defined: its variable, or the expression that is exported, in whichever file that is. */
  #siteOf(file: string, name: string, seen = new Set<string>()): Site | null {
    const loaded = this.#evaluator.exportsOf(file);
    if (loaded === null || seen.has(`${file}\0${name}`)) return null;
    seen.add(`${file}\0${name}`);
    const { module, exports } = loaded;
    const entry = exports.named.get(name);
    const elsewhere = (source: string, other: string): Site | null => {
      const target = this.#evaluator.project.resolve(file, source);
      return target === null ? null : this.#siteOf(target, other, seen);
    };
    if (entry === undefined) {
      for (const star of exports.stars) {
        const found = elsewhere(star.source, name);
        if (found !== null) return found;
      }
      return null;
    }
    const here: Site = { module, node: entry.node };
    if (entry.kind === "from") return elsewhere(entry.source, entry.name) ?? here;
    let identifier = entry.kind === "local" ? entry.name : null;
    if (entry.kind === "value" && entry.node.type === "Identifier") identifier = entry.node.name;
    const binding = identifier === null ? null : bindingAt(module, module.program, identifier);
    if (binding === null) return here;
    const { declaration } = binding;
    if (binding.kind !== "import") return { module, node: declaration };
    const parent = module.parents.get(declaration);
    if (parent?.type !== "ImportDeclaration") return here;
    if (declaration.type === "ImportSpecifier") {
      const imported =
        declaration.imported.type === "Identifier" ? declaration.imported.name : declaration.imported.value;
      return elsewhere(parent.source.value, imported) ?? here;
    }
    return (declaration.type === "ImportDefaultSpecifier" ? elsewhere(parent.source.value, "default") : null) ?? here;
  }

  #values(values: readonly Alternative[], name: string, site: Site, depth: number): void {
    for (const alternative of values) this.#value(alternative, name, site, depth, values.length === 1);
  }

  #value(alternative: Alternative, name: string, site: Site, depth: number, only: boolean): void {
    const { value } = alternative;
    const trigger = triggerOf(value, this.#rootIsGen2);
    if (trigger !== null) {
      this.found.push({
        name,
        trigger,
        site,
        made: madeAt(alternative.via, trigger.site, site),
        certain: alternative.sure && only,
      });
      return;
    }
    if (value.kind === "unknown") {
      this.unclear.push({ site, reason: `what "${name}" exports cannot be told: ${value.reason}` });
      return;
    }
    if (value.kind === "call") {
      // A wrapper from outside the tree around a function of ours, or a list of functions made at run time.
      const inner = value.args.flatMap((arg) => this.#evaluator.ask(new Map(), () => arg.values()));
      const wraps = inner.some((arg) => triggerOf(arg.value, this.#rootIsGen2) !== null);
      if (wraps)
        this.unclear.push({ site, reason: `"${name}" is a function handed through something outside the tree` });
      else if (
        value.callee.kind === "member" &&
        value.callee.object.kind === "global" &&
        value.callee.object.name === "Object"
      ) {
        this.unclear.push({ site, reason: `what "${name}" exports is put together when the program runs` });
      }
      return;
    }
    this.#group(value, name, site, depth, alternative.sure && only);
  }

  /** Objects and modules whose members may be functions: their names are joined with "-". */
  #group(value: Value, prefix: string, site: Site, depth: number, certain: boolean): void {
    if (depth >= maxDepth) return;
    if (value.kind === "module") {
      this.module(value.file, prefix, depth + 1);
      return;
    }
    if (value.kind === "record") {
      for (const spread of value.spreads)
        for (const part of spread.values()) this.#group(part.value, prefix, site, depth + 1, certain);
      for (const [key, member] of value.members) {
        const values = this.#evaluator.ask(new Map(), () => member.values());
        this.#values(values, prefix === "" ? key : `${prefix}-${key}`, site, depth + 1);
      }
      return;
    }
    if (value.kind === "call" && prefix === "") {
      this.unclear.push({ site, reason: "what the module exports is put together when the program runs" });
      return;
    }
    if (value.kind !== "object") return;
    for (const property of value.node.properties) {
      const here: Site = { module: value.scene.module, node: property };
      if (property.type === "SpreadElement") {
        const parts = this.#evaluator.ask(new Map(), () => this.#evaluator.evaluate(property.argument, value.scene));
        for (const part of parts) {
          if (part.value.kind === "unknown" || part.value.kind === "call") {
            this.unclear.push({
              site: here,
              reason: "it exports a list of functions that is only known when the program runs",
            });
          } else this.#group(part.value, prefix, here, depth + 1, certain && parts.length === 1);
        }
        continue;
      }
      if (property.kind !== "init" || property.method) continue;
      const key = keyOf(this.#evaluator, property, value.scene);
      const values = this.#evaluator.ask(new Map(), () => this.#evaluator.evaluate(property.value, value.scene));
      if (key === null) {
        if (values.some((inner) => triggerOf(inner.value, this.#rootIsGen2) !== null)) {
          this.unclear.push({
            site: here,
            reason: "it exports a function under a name that is only known when the program runs",
          });
        }
        continue;
      }
      this.#values(values, prefix === "" ? key : `${prefix}-${key}`, here, depth + 1);
    }
    const isExported = value.writes.length > 0;
    if (isExported) this.unclear.push({ site, reason: "functions are added to what is exported after it was made" });
  }
}

/** A factory makes the function where it is called, not where the SDK's call is written. */
function madeAt(via: readonly Spot[], call: Site, exported: Site): Site {
  if (enclosingFunction(call.module, call.node) === null) return call;
  const callers = via.filter((spot): spot is Site => "module" in spot && spot.node.type === "VariableDeclarator");
  return callers.findLast(({ module, node }) => enclosingFunction(module, node) === null) ?? exported;
}
