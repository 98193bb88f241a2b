import type { CallersPort } from "../../../src/migrate/ports/world.ts";
import { from, type Place, to } from "./place.ts";
import { day, hour, minute } from "./receivers.ts";

/** A place in the source: what it says, what was built from it last, and what is open in the field. */
interface Caller {
  readonly at: string;
  source: string;
  /** Each page that is open: the region that it was built with. */
  open: string;
  readonly canBeRewritten: boolean;
}

export interface Callers extends CallersPort {
  /** One use of a caller in the field, now: the region that it reaches. */
  use(): string;
  /** People mend by hand what names a region and cannot be rewritten. */
  mendByHand(region: string, other: string): void;
}

/** Source is mended at once, shipped within two days, and pages that are open stay as they are for three days more. */
export function createCallers(place: Place, count: number): Callers {
  const { timeline, random, traits } = place;
  let uses = 0;
  const callers: Caller[] = Array.from({ length: count }, (_, index) => ({
    at: `web/src/Page${index + 1}.tsx:${12 + index}`,
    source: from,
    open: from,
    canBeRewritten: index % 3 !== 2,
  }));
  // Before a copy is pruned `fix` has mended who calls it, and people have shipped that.
  if (traits.prunes) for (const caller of callers) mend(caller, to);

  function mend(caller: Caller, region: string): void {
    caller.source = region;
    timeline.after(random.between(minute, 2 * day), () => {
      timeline.after(random.between(0, 3 * day), () => {
        // Whatever was shipped meanwhile is what is opened next.
        caller.open = caller.source;
      });
    });
  }

  return {
    use() {
      uses += 1;
      return callers[uses % callers.length]?.open ?? from;
    },
    async naming(_name, region) {
      return callers.flatMap(({ at, source }) => (source === region ? [at] : []));
    },
    async rewrite(_name, left, there) {
      const mended = callers.filter(({ source, canBeRewritten }) => source === left && canBeRewritten);
      for (const caller of mended) mend(caller, there);
      return mended.map(({ at }) => at.slice(0, at.indexOf(":")));
    },
    mendByHand(region, other) {
      for (const caller of callers) if (caller.source === region) mend(caller, other);
    },
  };
}

/** How often somebody uses a caller: at least once within any promise of silence. */
export const usedEveryMs = 2 * hour;
