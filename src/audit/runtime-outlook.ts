import type { DeployedFunction } from "../model/deployed.ts";
import { daysBetween, isReached } from "./dates.ts";
import { type RuntimeDates, runtimeTable } from "./runtimes.ts";
import type { View } from "./view.ts";

/** Days before its deprecation from which on a runtime is worth a warning; the same as firebase-tools. */
export const noticeDays = 90;

/** How long a runtime has to live. */
export interface Outlook {
  readonly dates: RuntimeDates;
  readonly dead: boolean;
  /** Days until it is deprecated, negative afterwards; null where no date is given. */
  readonly left: number | null;
}

/** What is known of the runtime of a copy; null: no date of it is known. Without live dates it is the same everywhere. */
export function outlooksOf(view: View): (copy: DeployedFunction, runtime: string) => Outlook | null {
  const live = liveDates(view);
  const outlooks = new Map<string, Outlook | null>();
  return (copy, runtime) => {
    const key = live.size === 0 ? runtime : `${runtime}/${copy.region}/${copy.generation}`;
    let outlook = outlooks.get(key);
    if (outlook === undefined) {
      const dates =
        live.get(key) ?? live.get(`${runtime}/${copy.region}`) ?? live.get(runtime) ?? runtimeTable.get(runtime);
      outlook = dates === undefined ? null : lookAhead(dates, view.today);
      outlooks.set(key, outlook);
    }
    return outlook;
  };
}

function lookAhead(dates: RuntimeDates, today: string): Outlook {
  return {
    dates,
    dead: dates.decommissioned !== null && isReached(dates.decommissioned, today),
    left: dates.deprecated === null ? null : daysBetween(today, dates.deprecated),
  };
}

/** What Google itself answers wins over the table; rows without any date say nothing. */
function liveDates(view: View): Map<string, RuntimeDates> {
  const found = new Map<string, RuntimeDates>();
  for (const { runtime, region, generation, deprecated, decommissioned } of view.fleet.facts?.runtimes ?? []) {
    if (deprecated === null && decommissioned === null) continue;
    const dates = { deprecated, decommissioned, confirmed: true };
    found.set(`${runtime}/${region}/${generation}`, dates);
    found.set(`${runtime}/${region}`, dates);
    if (!found.has(runtime)) found.set(runtime, dates);
  }
  return found;
}
