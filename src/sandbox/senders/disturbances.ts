import { isObject, numberAt, textAt } from "../state/json.ts";

/** Who sends to the deployed code. */
const senderNames = [
  "stripe",
  "twilio",
  "telegram",
  "tasks",
  "scheduler",
  "pubsub",
  "firestore",
  "storage",
  "auth",
] as const;

export type SenderName = (typeof senderNames)[number];

/** Which deliveries a disturbance takes hold of. Every key that is given must fit. */
export interface DisturbanceMatch {
  readonly sender?: SenderName;
  /** Kind of what is delivered: "payment_intent.succeeded", "conference". */
  readonly type?: string;
  /** Part of the URL. */
  readonly urlIncludes?: string;
}

export type DisturbanceEffect =
  /** Delivered `copies` more times (1 unless told), each at once or `afterMs` of the sandbox's clock later. */
  | { readonly kind: "duplicate"; readonly copies?: number; readonly afterMs?: number }
  /** Delivered that much later, so that what comes after it overtakes. Not for what a caller waits for. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Delivered, and the sender does not see the answer: it tries again. */
  | { readonly kind: "lose-answer" }
  /** Not delivered: the sender sees this status. */
  | { readonly kind: "refuse"; readonly status: number };

export interface Disturbance {
  readonly match?: DisturbanceMatch;
  /** How often it takes hold. Default: until it is removed. */
  readonly times?: number;
  /** Only every n-th delivery that fits, beginning with the first. Default 1. */
  readonly every?: number;
  readonly do: DisturbanceEffect;
}

export interface DeliverySubject {
  readonly sender: SenderName;
  readonly type: string;
  readonly url: string;
}

interface Standing {
  readonly id: string;
  readonly rule: Disturbance;
  left: number;
  seen: number;
}

/** What goes wrong between the senders and the deployed code, on demand. */
export class Disturbances {
  #rules: Standing[] = [];
  #count = 0;

  /** Returns its id. Throws a TypeError for a rule that means nothing. */
  add(rule: Disturbance): string {
    const problem = disturbanceProblem(rule);
    if (problem !== null) throw new TypeError(problem);
    this.#count += 1;
    const id = `disturbance-${this.#count}`;
    this.#rules.push({ id, rule, left: rule.times ?? Number.POSITIVE_INFINITY, seen: 0 });
    return id;
  }

  remove(id: string): boolean {
    const before = this.#rules.length;
    this.#rules = this.#rules.filter((standing) => standing.id !== id);
    return this.#rules.length < before;
  }

  clear(): void {
    this.#rules = [];
  }

  list(): readonly { readonly id: string; readonly rule: Disturbance; readonly left: number | null }[] {
    return this.#rules.map(({ id, rule, left }) => ({ id, rule, left: Number.isFinite(left) ? left : null }));
  }

  /** The first effect of these kinds that takes hold of a delivery; uses it up once. */
  take<Kind extends DisturbanceEffect["kind"]>(
    subject: DeliverySubject,
    kinds: readonly Kind[],
  ): Extract<DisturbanceEffect, { kind: Kind }> | null {
    for (const standing of this.#rules) {
      const { rule } = standing;
      if (!(kinds as readonly string[]).includes(rule.do.kind) || !fits(rule.match ?? {}, subject)) continue;
      standing.seen += 1;
      if ((standing.seen - 1) % (rule.every ?? 1) !== 0) continue;
      standing.left -= 1;
      if (standing.left <= 0) this.remove(standing.id);
      return rule.do as Extract<DisturbanceEffect, { kind: Kind }>;
    }
    return null;
  }
}

function fits(match: DisturbanceMatch, subject: DeliverySubject): boolean {
  return (
    (match.sender === undefined || match.sender === subject.sender) &&
    (match.type === undefined || match.type === subject.type) &&
    (match.urlIncludes === undefined || subject.url.includes(match.urlIncludes))
  );
}

/** What is wrong with a rule from outside, or null. */
export function disturbanceProblem(rule: unknown): string | null {
  if (!isObject(rule) || !isObject(rule.do)) return "A disturbance is an object with `do`, an object with `kind`.";
  const kind = textAt(rule.do, "kind") ?? "";
  const needs: Record<string, readonly string[]> = {
    duplicate: [],
    delay: ["ms"],
    "lose-answer": [],
    refuse: ["status"],
  };
  const fields = needs[kind];
  if (fields === undefined) {
    return `The kind of disturbance "${kind}" is not known; known: ${Object.keys(needs).join(", ")}.`;
  }
  for (const field of fields) {
    if ((numberAt(rule.do, field) ?? -1) < 0)
      return `A disturbance of kind "${kind}" needs \`${field}\`, a number of 0 or more.`;
  }
  for (const field of ["times", "every"]) {
    const value = rule[field];
    if (value !== undefined && (typeof value !== "number" || !Number.isInteger(value) || value < 1)) {
      return `\`${field}\` must be a whole number of 1 or more.`;
    }
  }
  const match = rule.match ?? {};
  if (!isObject(match)) return "`match` must be an object.";
  for (const [key, value] of Object.entries(match)) {
    if (!["sender", "type", "urlIncludes"].includes(key)) return `\`match.${key}\` is not known.`;
    if (typeof value !== "string") return `\`match.${key}\` must be text.`;
  }
  if (match.sender !== undefined && !(senderNames as readonly string[]).includes(String(match.sender))) {
    return `\`match.sender\` must be one of ${senderNames.join(", ")}.`;
  }
  return null;
}
