import type { Drift, StateCopy, StateFacts } from "../model/state.ts";
import { addTo } from "./multimap.ts";

/** What deployments remember, indexed once. */
export class Remembered {
  readonly facts: StateFacts;
  /** Drifts of what belongs to a class, and (null) to the whole fleet. */
  readonly aroundFunctions = new Map<string | null, Drift[]>();
  readonly #copies = new Map<string, StateCopy>();
  readonly #drifts = new Map<string, Drift[]>();

  constructor(facts: StateFacts) {
    this.facts = facts;
    for (const copy of facts.copies) this.#copies.set(keyOf(copy.function, copy.region), copy);
    for (const drift of facts.drifts) {
      const { function: name, region, class: owner } = drift.part;
      if (name !== null && region !== null) addTo(this.#drifts, keyOf(name, region), drift);
      else addTo(this.aroundFunctions, owner, drift);
    }
  }

  copyIn(name: string, region: string): StateCopy | null {
    return this.#copies.get(keyOf(name, region)) ?? null;
  }

  /** What is not as it was deployed of one copy and of what hangs on it. */
  driftsOf(name: string, region: string): readonly Drift[] {
    return this.#drifts.get(keyOf(name, region)) ?? [];
  }

  /** The state holds the copy, and it is not there. */
  isGone(name: string, region: string): boolean {
    return this.driftsOf(name, region).some(({ part, kind }) => part.kind === "function" && kind === "gone");
  }

  /** Everybody was let call the copy, and somebody has taken that back. */
  hasLostPublic(name: string, region: string): boolean {
    return this.driftsOf(name, region).some(isLostPublic);
  }
}

export function isLostPublic({ part, kind }: Drift): boolean {
  return part.kind === "invoker" && part.detail === "allUsers" && kind === "gone";
}

function keyOf(name: string, region: string): string {
  return `${name} ${region}`;
}
