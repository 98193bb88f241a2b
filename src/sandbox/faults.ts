import { isObject, type JsonObject, numberAt, textAt } from "./state/json.ts";
import type { OperationFate } from "./state/operations.ts";

/** Which requests a fault takes hold of. Every key that is given must fit; none: every request but those of the admin. */
export interface FaultMatch {
  /** "cloudfunctions.googleapis.com". */
  readonly host?: string;
  readonly method?: string;
  /** Part of path and query. */
  readonly pathIncludes?: string;
  /**
   * Region in the path (`/locations/REGION`). For `unreachable` the region itself, in every list; for operations the
   * region of the function.
   */
  readonly region?: string;
}

export type FaultEffect =
  /** An error in the service's own shape. 429 and 503 may name `retryAfterSeconds`. */
  | { readonly kind: "status"; readonly status: number; readonly message?: string; readonly retryAfterSeconds?: number }
  /** A web page where JSON is expected, as proxies and captive portals send it. */
  | { readonly kind: "html"; readonly status?: number }
  /** The connection ends after this many bytes of the body (half of it unless told). */
  | { readonly kind: "drop"; readonly afterBytes?: number }
  /** The answer comes late. Real milliseconds. */
  | { readonly kind: "delay"; readonly ms: number }
  /** `match.region` is missing from lists and named in `unreachable`; single resources there answer 503. */
  | { readonly kind: "unreachable" }
  /** Lists give at most this many items a page. */
  | { readonly kind: "short-pages"; readonly size: number }
  /** Operations that start end in an error. `code` is the gRPC number, 8 = RESOURCE_EXHAUSTED (default 13). */
  | { readonly kind: "operation-error"; readonly message: string; readonly code?: number }
  /** Operations that start take this long by the sandbox's clock. */
  | { readonly kind: "operation-slow"; readonly ms: number }
  /**
   * Of the requests that fit, per region, only `limit` in any `perMs` of the sandbox's clock are answered; the others
   * get 429 with Retry-After, as where a write quota is used up.
   */
  | { readonly kind: "rate"; readonly limit: number; readonly perMs: number };

export interface FaultRule {
  readonly match?: FaultMatch;
  /** How often it takes hold; default: until it is removed. */
  readonly times?: number;
  readonly do: FaultEffect;
}

interface Standing {
  readonly id: string;
  readonly rule: FaultRule;
  left: number;
}

/** What a fault is matched against. */
export interface FaultSubject {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly query?: URLSearchParams;
}

/** The faults that are switched on. The first that fits decides, per kind of effect; delays come before the others. */
export class Faults {
  #rules: Standing[] = [];
  #count = 0;
  #used = new WeakMap<object, Set<string>>();
  readonly #now: () => Date;
  /** When the requests were let through that a rate still counts, by fault and region. */
  #passed = new Map<string, number[]>();

  constructor(now: () => Date = () => new Date()) {
    this.#now = now;
  }

  /** Switches a fault on; returns its id. Throws a TypeError for a rule that means nothing. */
  add(rule: FaultRule): string {
    const problem = faultProblem(rule);
    if (problem !== null) throw new TypeError(problem);
    this.#count += 1;
    const id = `fault-${this.#count}`;
    this.#rules.push({ id, rule, left: rule.times ?? Number.POSITIVE_INFINITY });
    return id;
  }

  remove(id: string): boolean {
    const before = this.#rules.length;
    this.#rules = this.#rules.filter((standing) => standing.id !== id);
    return this.#rules.length < before;
  }

  clear(): void {
    this.#rules = [];
    this.#passed.clear();
  }

  list(): readonly { readonly id: string; readonly rule: FaultRule; readonly left: number | null }[] {
    return this.#rules.map(({ id, rule, left }) => ({ id, rule, left: Number.isFinite(left) ? left : null }));
  }

  /** The effect that replaces the answer, if any, and the delay before it. Uses up one of `times` of each. */
  take(subject: FaultSubject & object): { delayMs: number; answer: FaultEffect | null } {
    const delay = this.#first(subject, ["delay"]);
    const answer = this.#first(subject, ["status", "html", "drop"]) ?? this.#overRate(subject);
    return { delayMs: delay?.kind === "delay" ? delay.ms : 0, answer };
  }

  /** Regions that the call cannot reach. */
  unreachable(subject: FaultSubject & object): Set<string> {
    const found = new Set<string>();
    for (const standing of [...this.#rules]) {
      const region = standing.rule.match?.region;
      if (standing.rule.do.kind !== "unreachable" || region === undefined) continue;
      if (!fits({ ...standing.rule.match, region: undefined }, subject)) continue;
      this.#use(standing, subject);
      found.add(region);
    }
    return found;
  }

  pageSize(subject: FaultSubject & object): number | null {
    const effect = this.#first(subject, ["short-pages"]);
    return effect?.kind === "short-pages" ? effect.size : null;
  }

  /** What becomes of an operation that starts now. */
  operation(subject: FaultSubject & object): OperationFate {
    const slow = this.#first(subject, ["operation-slow"]);
    const error = this.#first(subject, ["operation-error"]);
    return {
      delayMs: slow?.kind === "operation-slow" ? slow.ms : 0,
      failure: error?.kind === "operation-error" ? { code: error.code ?? 13, message: error.message } : null,
    };
  }

  /** Ids of the faults that took hold of this subject. */
  usedBy(subject: object): string[] {
    return [...(this.#used.get(subject) ?? [])];
  }

  /** The refusal of a request that comes too soon after the others. */
  #overRate(subject: FaultSubject & object): FaultEffect | null {
    for (const standing of this.#rules) {
      const effect = standing.rule.do;
      if (effect.kind !== "rate" || !fits(standing.rule.match ?? {}, subject)) continue;
      const region = /\/locations\/([^/:]+)/.exec(subject.path)?.[1] ?? "";
      const key = `${standing.id} ${region}`;
      const now = this.#now().getTime();
      const recent = (this.#passed.get(key) ?? []).filter((time) => time > now - effect.perMs);
      this.#passed.set(key, recent);
      const oldest = recent[0];
      if (recent.length < effect.limit || oldest === undefined) {
        recent.push(now);
        continue;
      }
      this.#use(standing, subject);
      const waitMs = oldest + effect.perMs - now;
      return { kind: "status", status: 429, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) };
    }
    return null;
  }

  #first(subject: FaultSubject & object, kinds: readonly FaultEffect["kind"][]): FaultEffect | null {
    const standing = this.#rules.find(({ rule }) => kinds.includes(rule.do.kind) && fits(rule.match ?? {}, subject));
    if (standing === undefined) return null;
    this.#use(standing, subject);
    return standing.rule.do;
  }

  #use(standing: Standing, subject: object): void {
    const used = this.#used.get(subject) ?? new Set<string>();
    // One request uses a fault up once, however often it is looked at on the way.
    if (used.has(standing.id)) return;
    used.add(standing.id);
    this.#used.set(subject, used);
    standing.left -= 1;
    if (standing.left <= 0) this.#rules = this.#rules.filter((other) => other !== standing);
  }
}

function fits(match: { [Key in keyof FaultMatch]?: string | undefined }, subject: FaultSubject): boolean {
  const query = subject.query?.toString() ?? "";
  const whole = query === "" ? subject.path : `${subject.path}?${query}`;
  return (
    (match.host === undefined || match.host === subject.host) &&
    (match.method === undefined || match.method.toUpperCase() === subject.method) &&
    (match.pathIncludes === undefined || whole.includes(match.pathIncludes)) &&
    (match.region === undefined || new RegExp(`/locations/${match.region}(?:[/:]|$)`).test(subject.path))
  );
}

/** What is wrong with a rule from outside, or null. */
export function faultProblem(rule: unknown): string | null {
  if (!isObject(rule)) return "A fault is an object with `do`, and `match` and `times` where wanted.";
  const effect = rule.do;
  if (!isObject(effect)) return "A fault needs `do`, an object with `kind`.";
  const kind = textAt(effect, "kind") ?? "";
  const needs: Record<string, readonly string[]> = {
    status: ["status"],
    html: [],
    drop: [],
    delay: ["ms"],
    unreachable: [],
    "short-pages": ["size"],
    "operation-error": [],
    "operation-slow": ["ms"],
    rate: ["limit", "perMs"],
  };
  const numbers = needs[kind];
  if (numbers === undefined)
    return `The kind of fault "${kind}" is not known; known: ${Object.keys(needs).join(", ")}.`;
  for (const field of numbers) {
    const value = numberAt(effect, field);
    if (value === null || value < 0) return `A fault of kind "${kind}" needs \`${field}\`, a number.`;
  }
  if (kind === "operation-error" && textAt(effect, "message") === null) {
    return 'A fault of kind "operation-error" needs `message`.';
  }
  return matchProblem(rule, kind);
}

function matchProblem(rule: JsonObject, kind: string): string | null {
  const match = rule.match ?? {};
  if (!isObject(match)) return "`match` must be an object.";
  for (const [key, value] of Object.entries(match)) {
    if (!["host", "method", "pathIncludes", "region"].includes(key)) return `\`match.${key}\` is not known.`;
    if (typeof value !== "string") return `\`match.${key}\` must be text.`;
  }
  if (typeof match.region === "string" && !/^[a-z0-9-]+$/.test(match.region)) {
    return "`match.region` must be a region id.";
  }
  if (kind === "unreachable" && match.region === undefined) return "An unreachable location needs `match.region`.";
  const times = rule.times;
  if (times !== undefined && (typeof times !== "number" || !Number.isInteger(times) || times < 1)) {
    return "`times` must be a whole number of 1 or more.";
  }
  return null;
}
