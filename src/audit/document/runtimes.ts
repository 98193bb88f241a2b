import type { RuntimeRow } from "../../model/document.ts";
import { noticeDays, type Outlook, outlooksOf } from "../runtime-outlook.ts";
import type { View } from "../view.ts";

/** Every runtime that something runs on, the one that ends first in front; those without a date last. */
export function runtimeRows(view: View): readonly RuntimeRow[] {
  const outlookOf = outlooksOf(view);
  const known = view.fleet.functions.flatMap((copy) =>
    copy.runtime === null ? [] : [{ copy, runtime: copy.runtime }],
  );
  const rows = [...Map.groupBy(known, ({ runtime }) => runtime)].map(([runtime, own]): RuntimeRow => {
    // Of dates that differ by region, the first one counts.
    const outlooks = own.flatMap(({ copy }) => outlookOf(copy, runtime) ?? []);
    const outlook = outlooks.sort((a, b) => compareDates(endOf(a), endOf(b)))[0] ?? null;
    const regions = [...Map.groupBy(own, ({ copy }) => copy.region)];
    return {
      runtime,
      copies: own.length,
      regions: regions
        .map(([region, there]) => ({ region, copies: there.length }))
        .sort((a, b) => b.copies - a.copies || (a.region < b.region ? -1 : 1)),
      deprecated: dayOf(outlook?.dates.deprecated),
      decommissioned: dayOf(outlook?.dates.decommissioned),
      confirmed: outlook?.dates.confirmed ?? true,
      standing: standingOf(outlook),
    };
  });
  return rows.sort(
    (a, b) =>
      compareDates(a.decommissioned ?? a.deprecated, b.decommissioned ?? b.deprecated) ||
      (a.runtime < b.runtime ? -1 : 1),
  );
}

/** A snapshot may hold anything for a date; what is none is not known. */
function dayOf(date: string | null | undefined): string | null {
  return date != null && /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(date)) ? date : null;
}

function endOf({ dates }: Outlook): string | null {
  return dates.decommissioned ?? dates.deprecated;
}

function standingOf(outlook: Outlook | null): RuntimeRow["standing"] {
  if (outlook === null) return "no date known";
  if (outlook.dead) return "dead";
  if (outlook.left === null) return "no date known";
  if (outlook.left <= 0) return "deprecated";
  return outlook.left <= noticeDays ? "soon deprecated" : "supported";
}

function compareDates(a: string | null, b: string | null): number {
  const [left, right] = [a ?? "9999", b ?? "9999"];
  return left < right ? -1 : left > right ? 1 : 0;
}
