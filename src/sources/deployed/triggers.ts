import type { Google } from "../../clients/google.ts";
import type { EventarcTrigger } from "../../model/deployed.ts";
import { resourceNameOf } from "./function-record.ts";
import { type JsonObject, objectAt, objectsAt, textAt } from "./json.ts";
import { type Listing, listEverywhere } from "./listing.ts";
import { readLocationIds } from "./locations.ts";

const api = "eventarc.googleapis.com/v1";
const fields =
  "nextPageToken,unreachable,triggers(name,eventFilters,destination(cloudFunction,cloudRun(service,region)))";

/** Eventarc triggers of all locations, "global" among them (v1). */
export function readTriggers(google: Google, project: string): Promise<Listing<EventarcTrigger>> {
  return listEverywhere<EventarcTrigger>(
    google,
    {
      facet: "triggers",
      url: (location) => `https://${api}/projects/${project}/locations/${location}/triggers`,
      key: "triggers",
      query: { pageSize: "1000", fields },
      read: (record) => triggerOfRecord(record, project),
    },
    async () => {
      const locations = await readLocationIds(google, api, project);
      return locations.gaps.length === 0 && locations.disabled === null ? locations.items : null;
    },
  );
}

export function triggerOfRecord(record: JsonObject, project: string): EventarcTrigger | null {
  const name = resourceNameOf(textAt(record, "name"));
  if (name === null) return null;
  const type = objectsAt(record, "eventFilters").find((filter) => filter.attribute === "type");
  const destination = objectAt(record, "destination");
  const functionName = resourceNameOf(textAt(destination, "cloudFunction"));
  const run = objectAt(destination, "cloudRun");
  const service = textAt(run, "service");
  return {
    name: name.id,
    project,
    region: name.region,
    eventType: type === undefined ? null : textAt(type, "value"),
    destination:
      functionName !== null
        ? { name: functionName.id, region: functionName.region }
        : service !== null
          ? { name: service.split("/").at(-1) ?? service, region: textAt(run, "region") }
          : null,
  };
}
