import type { Google } from "../../clients/google.ts";
import type { RuntimeFact } from "../../model/deployed.ts";
import { generationOf } from "./function-record.ts";
import { type JsonObject, numberAt, objectAt, textAt } from "./json.ts";
import { type Listing, listLocations } from "./listing.ts";

const fields = "nextPageToken,runtimes(name,environment,deprecationDate,decommissionDate)";

/** Runtimes and when they end, per region that has functions (Cloud Functions v2). */
export async function readRuntimes(
  google: Google,
  project: string,
  functionRegions: Promise<readonly string[]>,
): Promise<Listing<RuntimeFact>> {
  const regions = await functionRegions;
  const listings = await Promise.all(
    regions.map((region) =>
      listLocations<RuntimeFact>(
        google,
        {
          facet: "runtimes",
          url: (location) =>
            `https://cloudfunctions.googleapis.com/v2/projects/${project}/locations/${location}/runtimes`,
          key: "runtimes",
          query: { fields },
          read: (record) => runtimeOfRecord(record, region),
        },
        [region],
      ),
    ),
  );
  return {
    items: listings.flatMap((listing) => listing.items),
    gaps: listings.flatMap((listing) => listing.gaps),
    disabled: listings.find((listing) => listing.disabled !== null)?.disabled ?? null,
  };
}

export function runtimeOfRecord(record: JsonObject, region: string): RuntimeFact | null {
  const runtime = textAt(record, "name");
  if (runtime === null) return null;
  return {
    runtime,
    region,
    generation: generationOf(textAt(record, "environment")),
    deprecated: dayOf(objectAt(record, "deprecationDate")),
    decommissioned: dayOf(objectAt(record, "decommissionDate")),
  };
}

/** Google's date object; a date without a day or month (0) is not known to the day, so the first stands for it. */
function dayOf(date: JsonObject): string | null {
  const year = numberAt(date, "year");
  if (year === null || year === 0) return null;
  const two = (key: string) => String(Math.max(1, numberAt(date, key) ?? 1)).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two("month")}-${two("day")}`;
}
