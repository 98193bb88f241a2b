import { editDistance } from "../manifest/edit-distance.ts";
import { serviceNameOf } from "../model/function-url.ts";
import { addTo } from "./multimap.ts";

/** Slips of the hand are few; past this many, hints would cost more than they tell. */
const hintBudget = 40;

/** All function names anybody knows, for resolving service names and for "did you mean". */
export class Names {
  readonly #all = new Set<string>();
  #byService: Map<string, string[]> | null = null;
  #byLength: Map<number, string[]> | null = null;
  #hints = 0;

  constructor(lists: readonly Iterable<string>[]) {
    for (const names of lists) for (const name of names) this.#all.add(name);
  }

  get size(): number {
    return this.#all.size;
  }

  has(name: string): boolean {
    return this.#all.has(name);
  }

  /** Functions whose Cloud Run service has this name; several when names collide. */
  ofService(service: string): readonly string[] {
    if (this.#byService === null) {
      this.#byService = new Map();
      for (const name of this.#all) addTo(this.#byService, serviceNameOf(name), name);
    }
    return this.#byService.get(serviceNameOf(service)) ?? [];
  }

  /** The known name that was probably meant; null when none is close. */
  nearest(name: string): string | null {
    const folded = this.ofService(name)[0];
    if (folded !== undefined) return folded;
    if (name.length > 100 || this.#hints >= hintBudget) return null;
    this.#hints += 1;
    const limit = name.length <= 4 ? 1 : 2;
    let best: string | null = null;
    let bestDistance = limit + 1;
    for (let length = name.length - limit; length <= name.length + limit; length++) {
      for (const candidate of this.#ofLength(length)) {
        // What lies beyond the limit comes back as one more than it, whatever it is: no tie with the best.
        const most = best === null ? limit : bestDistance;
        const distance = editDistance(name, candidate, most);
        if (distance > most) continue;
        if (best === null || distance < bestDistance || candidate < best) {
          best = candidate;
          bestDistance = distance;
        }
      }
    }
    return best;
  }

  #ofLength(length: number): readonly string[] {
    if (this.#byLength === null) {
      this.#byLength = new Map();
      for (const name of this.#all) addTo(this.#byLength, name.length, name);
    }
    return this.#byLength.get(length) ?? [];
  }
}
