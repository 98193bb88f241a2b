// Longer than 300 lines: one walk, whose ways of exporting lead into one another.
import { builtinModules } from "node:module";
import type { Node } from "oxc-parser";
import type { Evaluator } from "../code/evaluate.ts";
import { keyOf } from "../code/members.ts";
import type { Site } from "../code/module.ts";
import type { Alternative, Scene, Value } from "../code/value.ts";
import { isInFunction, madeAt, siteOf } from "./export-sites.ts";
import { roundsOf } from "./rounds.ts";
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

/** A module that is loaded under a name the code works out. */
export interface Load {
  readonly at: Site;
  readonly file: string;
}

const maxDepth = 6;

/** Walks everything a codebase's entry exports, groups included, and keeps what the SDK would deploy. */
export class ExportWalk {
  readonly found: Found[] = [];
  readonly unclear: Unclear[] = [];
  readonly loads: Load[] = [];
  #doubts = 0;
  readonly #evaluator: Evaluator;
  readonly #rootIsGen2: boolean;
  readonly #seen = new Set<string>();
  /** Modules that are being walked, outermost first. */
  readonly #within: string[] = [];

  constructor(evaluator: Evaluator, rootIsGen2: boolean) {
    this.#evaluator = evaluator;
    this.#rootIsGen2 = rootIsGen2;
  }

  module(file: string, prefix: string, depth: number): void {
    const key = `${file}\0${prefix}`;
    if (this.#seen.has(key) || depth > maxDepth) return;
    this.#seen.add(key);
    this.#within.push(file);
    this.#exportsOf(file, prefix, depth);
    this.#within.pop();
  }

  #exportsOf(file: string, prefix: string, depth: number): void {
    const names = this.#namesOf(file, new Set());
    for (const name of names) {
      const values = this.#evaluator.ask(new Map(), () => this.#evaluator.exported(file, name)) ?? [];
      const site = siteOf(this.#evaluator, file, name);
      if (site === null) continue;
      const taken = isTaken(this.#evaluator, site);
      if (taken === false) continue;
      const settled = taken === true && !isInFunction(site);
      this.#doubting(!settled, () => this.#values(values, under(prefix, name), site, depth));
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
    for (const node of exports.poured) this.#poured({ module, node }, { module, frame: null }, prefix, depth);
    for (const { path, node } of exports.deep) {
      const site = { module, node };
      const taken = isTaken(this.#evaluator, site);
      if (taken === false) continue;
      const values = this.#evaluator.ask(new Map(), () => this.#evaluator.evaluate(node, { module, frame: null }));
      const name = path.reduce(under, prefix);
      this.#doubting(taken === null || isInFunction(site), () => this.#values(values, name, site, depth + 1));
    }
    for (const node of exports.dynamic) this.#dynamic({ module, node }, { module, frame: null }, prefix, depth);
    for (const node of exports.handed) {
      const to = node.type === "CallExpression" ? module.text.slice(node.callee.start, node.callee.end) : "a function";
      const reason = `the exports are handed to ${to.slice(0, 60)}, which fills them when the program runs`;
      this.unclear.push({ site: { module, node }, reason });
    }
  }

  /** What is found meanwhile may not be exported at all. */
  #doubting(doubt: boolean, look: () => void): void {
    if (doubt) this.#doubts++;
    look();
    if (doubt) this.#doubts--;
  }

  /** `Object.assign(exports, require("./chat"), { … })`. */
  #poured(site: Site, scene: Scene, prefix: string, depth: number): void {
    const { module, node } = site;
    const taken = isTaken(this.#evaluator, site);
    if (taken === false) return;
    const rounds = node.type === "SpreadElement" ? null : roundsOf(this.#evaluator, site, scene);
    if (rounds === null) {
      this.unclear.push({ site, reason: "what is added to the exports is only known when the program runs" });
      return;
    }
    for (const round of rounds) {
      const values = this.#evaluator.ask(new Map(), () => this.#evaluator.evaluate(node, round));
      for (const { value, sure } of values) {
        this.#note(site, value);
        if (value.kind === "unknown" || value.kind === "call" || value.kind === "external") {
          const why = value.kind === "unknown" ? `: ${value.reason}` : "";
          this.unclear.push({ site, reason: `what is added to the exports is only known when the program runs${why}` });
        } else {
          const certain = sure && taken === true && values.length === 1;
          this.#group(value, prefix, { module, node }, depth, certain);
        }
      }
    }
  }

  /** `exports[name] = require("./" + name)`, once for each name of a list that the code spells out. */
  #dynamic(site: Site, scene: Scene, prefix: string, depth: number): void {
    const { node } = site;
    const taken = isTaken(this.#evaluator, site);
    if (taken === false || node.type !== "AssignmentExpression") return;
    const rounds = roundsOf(this.#evaluator, site, scene);
    let known = rounds !== null;
    for (const round of rounds ?? []) {
      const name = this.#evaluator.ask(new Map(), () => nameIn(this.#evaluator, node.left, round));
      if (name === null) {
        known = false;
        continue;
      }
      const values = this.#evaluator.ask(new Map(), () => this.#evaluator.evaluate(node.right, round));
      for (const { value } of values) this.#note(site, value);
      this.#doubting(taken === null, () => this.#values(values, under(prefix, name), site, depth));
    }
    if (!known) {
      this.unclear.push({ site, reason: "it exports under names that are only known when the program runs" });
    }
  }

  /** A module that is chosen by a value is loaded where it is chosen. */
  #note(at: Site, value: Value): void {
    const trigger = triggerOf(value, this.#rootIsGen2);
    const file = value.kind === "module" ? value.file : trigger?.site.module.file;
    if (file !== undefined && file !== at.module.file) this.loads.push({ at, file });
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
        const site = { module: loaded.module, node: star.node };
        if (star.source.startsWith(".")) this.unclear.push({ site, reason: `"${star.source}" was not found` });
        else if (mayHoldFunctions(star.source))
          this.unclear.push({
            site,
            reason: `what "${star.source}" exports cannot be told: it is not part of the tree`,
          });
        continue;
      }
      const skipped = this.#evaluator.project.module(target);
      if (skipped !== null && "kind" in skipped) {
        this.unclear.push({ site: { module: loaded.module, node: star.node }, reason: `${target}: ${skipped.reason}` });
      }
      for (const name of this.#namesOf(target, seen)) if (name !== "default") names.add(name);
      const inner = this.#evaluator.exportsOf(target)?.exports;
      const more = inner === undefined ? [] : [inner.poured, inner.dynamic, inner.handed, inner.deep].flat();
      if (inner?.whole || more.length > 0) this.module(target, "", 1);
    }
    return names;
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
        certain: alternative.sure && only && this.#doubts === 0,
      });
      return;
    }
    if (value.kind === "unknown") {
      this.unclear.push({ site, reason: `what "${name}" exports cannot be told: ${value.reason}` });
      return;
    }
    if (value.kind === "external" && mayHoldFunctions(value.source)) {
      const what = value.name === "*" ? `"${value.source}"` : `"${value.name}" of "${value.source}"`;
      this.unclear.push({ site, reason: `what "${name}" exports cannot be told: ${what} is not part of the tree` });
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
    if (depth >= maxDepth) this.unclear.push({ site, reason: "its groups are nested too deeply to follow" });
    else this.#doubting(!certain, () => this.#members(value, prefix, site, depth));
  }

  #members(value: Value, prefix: string, site: Site, depth: number): void {
    if (value.kind === "module") {
      if (this.#within.includes(value.file)) this.unclear.push({ site, reason: `${value.file} is a group of itself` });
      else this.module(value.file, prefix, depth + 1);
      return;
    }
    if (value.kind === "list" && !value.changed) {
      value.items.forEach((item, index) => {
        const at = under(prefix, String(index));
        const values = this.#evaluator.ask(new Map(), () => item.values());
        if (!item.spread) this.#values(values, at, site, depth + 1);
        else this.unclear.push({ site, reason: "it exports a list that is put together when the program runs" });
      });
      return;
    }
    if (value.kind === "instance") {
      this.#instance(value, prefix, depth);
      return;
    }
    if (value.kind === "record") {
      for (const spread of value.spreads)
        for (const part of spread.values()) this.#group(part.value, prefix, site, depth + 1, part.sure);
      for (const [key, member] of value.members) {
        const values = this.#evaluator.ask(new Map(), () => member.values());
        this.#values(values, under(prefix, key), site, depth + 1);
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
          } else this.#group(part.value, prefix, here, depth + 1, part.sure && parts.length === 1);
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
      this.#values(values, under(prefix, key), here, depth + 1);
    }
    for (const { node, scene } of value.writes)
      this.#written({ module: scene.module, node }, scene, prefix, site, depth);
  }

  /** What is added to a group after it was made: `group.send = …`, `group[name] = …`, `Object.assign(group, …)`. */
  #written(at: Site, scene: Scene, prefix: string, site: Site, depth: number): void {
    const { module, node } = at;
    if (node.type === "AssignmentExpression" && node.operator === "=" && node.left.type === "MemberExpression") {
      if (node.left.object.type === "Identifier") {
        this.#dynamic(at, scene, prefix, depth + 1);
        return;
      }
    }
    if (node.type === "CallExpression" && module.text.startsWith("Object.assign", node.callee.start)) {
      for (const argument of node.arguments.slice(1))
        this.#poured({ module, node: argument }, scene, prefix, depth + 1);
      return;
    }
    this.unclear.push({ site, reason: "functions are added to what is exported after it was made" });
  }

  /** The SDK looks into objects of classes, too: their fields are members of the group. */
  #instance(value: Extract<Value, { kind: "instance" }>, prefix: string, depth: number): void {
    for (const member of value.node.body.body) {
      if (member.type !== "PropertyDefinition" || member.static || member.value === null) continue;
      const name = member.key.type === "Identifier" && !member.computed ? member.key.name : null;
      if (name === null) continue;
      const at: Site = { module: value.scene.module, node: member };
      const values = this.#evaluator.ask(new Map(), () => this.#evaluator.member(value, name, at));
      this.#values(values, under(prefix, name), at, depth + 1);
    }
  }
}

/** What Node and the SDKs themselves export is deployed by nobody. */
function mayHoldFunctions(source: string): boolean {
  return (
    !/^(?:node:|firebase(?:-functions|-admin)?(?:\/|$)|@google-cloud\/)/.test(source) &&
    !builtinModules.includes(source)
  );
}

/** Names of a group and its members are joined with "-". */
function under(prefix: string, name: string): string {
  return prefix === "" ? name : `${prefix}-${name}`;
}

/** Name that a member expression has in one round of a loop. */
function nameIn(evaluator: Evaluator, target: Node, scene: Scene): string | null {
  if (target.type !== "MemberExpression") return null;
  if (!target.computed) return target.property.type === "Identifier" ? target.property.name : null;
  const keys = evaluator.evaluate(target.property, scene);
  const [only] = keys;
  if (keys.length !== 1 || only?.sure !== true) return null;
  return only.value.kind === "text" && only.value.holes.length === 0 ? only.value.text : null;
}
