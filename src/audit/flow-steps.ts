import type { FlowEdge } from "../manifest/manifest.ts";
import type { Facet } from "../model/gap.ts";
import type { HolderKind } from "../model/holders.ts";
import type { View } from "./view.ts";
import { baseName, listed } from "./wording.ts";

const holderFacets: Readonly<Record<HolderKind, Facet>> = {
  stripe: "stripe",
  twilio: "twilio",
  telegram: "telegram",
  scheduler: "scheduler",
  "task-queue": "task-queues",
  push: "push",
};

/** What can be said of one step of a flow. */
export type StepVerdict =
  | { readonly kind: "whole" }
  | { readonly kind: "broken"; readonly text: string; readonly function: string | null }
  | { readonly kind: "unknown"; readonly scope: string; readonly reason: string }
  /** Another rule's finding on the function stands for it. */
  | { readonly kind: "follows" };

/** Finds who takes each step of a flow: caller, holder, trigger or task. */
export class StepFinder {
  readonly #view: View;
  /** "owner:symbol" and "owner:file base name" of every site that calls or may call something. */
  #callers: Set<string> | null = null;

  constructor(view: View) {
    this.#view = view;
  }

  judge(edge: FlowEdge): StepVerdict {
    const view = this.#view;
    const from = this.#knownFunction(edge.from);
    for (const name of from ? [edge.from, edge.to] : [edge.to]) {
      if (view.isExcepted(name)) {
        return { kind: "unknown", scope: name, reason: `${name} is left out of ${view.manifest?.environment.name}` };
      }
    }
    if (!this.#knownFunction(edge.to)) {
      const open = this.#absenceOpen();
      if (open !== null) return open;
      const near = view.names.nearest(edge.to);
      const hint = near === null ? "" : `; did you mean ${near}`;
      return { kind: "broken", text: `there is no function ${edge.to}${hint}`, function: edge.to };
    }
    const { standing, copies } = view.placementOf(edge.to);
    if (standing === "misplaced" || standing === "missing" || standing === "overdue") return { kind: "follows" };
    const verdict = this.#judgeApproach(edge, from);
    if (verdict.kind !== "whole" || copies.length > 0 || !view.asked("deployed")) return verdict;
    // Somebody reaches for it, and whether it is there was asked and not answered.
    const scope = view.fleet.unreadScope === "*" ? edge.to : view.fleet.unreadScope;
    return { kind: "unknown", scope, reason: "where its functions are live was not read whole" };
  }

  #judgeApproach(edge: FlowEdge, from: boolean): StepVerdict {
    if (edge.via === "holder") return this.#judgeHolder(edge);
    if (edge.via === "trigger") return this.#judgeTrigger(edge);
    return this.#judgeCaller(edge, from);
  }

  #judgeHolder({ from, to }: FlowEdge): StepVerdict {
    const view = this.#view;
    if (view.holdersOf(to).some(({ holder }) => from === holder.kind || from === holder.label || from === holder.id)) {
      return { kind: "whole" };
    }
    if (view.holders === null) return { kind: "unknown", scope: to, reason: "holders were not read" };
    if (!Object.hasOwn(holderFacets, from)) {
      return { kind: "unknown", scope: to, reason: `${from} is no kind of holder that can be looked at` };
    }
    const kind = from as HolderKind;
    if (!view.holders.asked.includes(kind)) return { kind: "unknown", scope: to, reason: `${from} was not asked` };
    const gap = view.gapsOf("holders").find((one) => one.facet === holderFacets[kind]);
    if (gap !== undefined)
      return { kind: "unknown", scope: gap.region ?? gap.scope, reason: `${from} was not read whole` };
    return { kind: "broken", text: `no active ${from} holder sends to ${to}`, function: to };
  }

  #judgeTrigger({ to }: FlowEdge): StepVerdict {
    const kinds = new Set(this.#view.placementOf(to).copies.map((copy) => copy.trigger));
    for (const one of this.#view.exportsOf(to)) kinds.add(one.trigger);
    kinds.delete("other");
    if (kinds.size === 0) {
      return {
        kind: "unknown",
        scope: to,
        reason: "neither the source nor what is deployed shows how it is triggered",
      };
    }
    if (kinds.has("event") || kinds.has("blocking") || kinds.has("scheduled")) return { kind: "whole" };
    return {
      kind: "broken",
      text: `${to} has no event trigger, it is ${listed([...kinds].sort(), "or")}`,
      function: to,
    };
  }

  #judgeCaller({ from, to, via }: FlowEdge, fromIsFunction: boolean): StepVerdict {
    const view = this.#view;
    const colon = from.indexOf(":");
    if (colon < 0 && !fromIsFunction) {
      const open = this.#absenceOpen();
      if (open !== null) return open;
      return { kind: "broken", text: `there is no function ${from}`, function: to };
    }
    if (view.snapshot.callers === null || !view.asked("callers")) {
      return { kind: "unknown", scope: to, reason: "callers were not read" };
    }
    const [owner, name] = colon < 0 ? [this.#codebaseOf(from), null] : [from.slice(0, colon), from.slice(colon + 1)];
    const found = view.usesOf(to).some((use) => {
      if (owner !== null && use.owner !== owner) return false;
      return name === null || use.symbol === name || stem(use.place.file) === name;
    });
    if (found) return { kind: "whole" };
    if (view.gapsOf("callers").length > 0) {
      return { kind: "unknown", scope: to, reason: "files that may hold the caller were not read" };
    }
    const unresolved = view.snapshot.callers.unresolved.find(
      (site) =>
        (owner === null || site.owner === owner) && (name === null || site.symbol === name || stem(site.file) === name),
    );
    if (unresolved !== undefined) {
      return { kind: "unknown", scope: to, reason: "a caller there is unresolved" };
    }
    if (via === "task") return { kind: "broken", text: `${from} enqueues no task for ${to}`, function: to };
    if (name === null) return { kind: "broken", text: `${from} does not call ${to}`, function: to };
    const elsewhere = this.#callerExists(owner ?? "", name)
      ? "does not call"
      : "is nowhere to be found, and does not call";
    return { kind: "broken", text: `${from} ${elsewhere} ${to}`, function: to };
  }

  #callerExists(owner: string, name: string): boolean {
    if (this.#callers === null) {
      this.#callers = new Set();
      for (const use of this.#view.uses.all) {
        this.#callers.add(`${use.owner}:${use.symbol}`);
        this.#callers.add(`${use.owner}:${stem(use.place.file)}`);
      }
    }
    return this.#callers.has(`${owner}:${name}`);
  }

  #codebaseOf(name: string): string | null {
    return this.#view.manifest?.functions.get(name)?.codebase ?? this.#view.exportsOf(name)[0]?.codebase ?? null;
  }

  #knownFunction(name: string): boolean {
    return this.#view.names.has(name);
  }

  #absenceOpen(): StepVerdict | null {
    const view = this.#view;
    if (!view.asked("deployed") || view.fleet.complete) return null;
    return { kind: "unknown", scope: view.fleet.unreadScope, reason: "a step may be deployed in what was not read" };
  }
}

/** "web/src/CallCheckout.tsx" → "CallCheckout". */
function stem(file: string): string {
  const name = baseName(file);
  const dot = name.indexOf(".");
  return dot <= 0 ? name : name.slice(0, dot);
}
