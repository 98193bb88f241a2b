import type { Google } from "../../clients/google.ts";
import type { FunctionLocation, Generation } from "../../model/deployed.ts";
import { generationOf } from "./function-record.ts";
import { objectAt, textAt, textsAt } from "./json.ts";
import { type Listing, listOnce } from "./listing.ts";

/** Which region serves which generation, from `projects.locations.list` of Cloud Functions v2. */
export function readLocations(google: Google, project: string): Promise<Listing<FunctionLocation>> {
  return listOnce(google, {
    facet: "locations",
    url: `https://cloudfunctions.googleapis.com/v2/projects/${project}/locations`,
    key: "locations",
    query: { pageSize: "200" },
    read(record) {
      const region = textAt(record, "locationId");
      if (region === null) return null;
      const environments = textsAt(objectAt(record, "metadata"), "environments");
      const generations = environments.map(generationOf).filter((generation) => generation !== null);
      return { region, generations: [...new Set<Generation>(generations)].sort() };
    },
  });
}

/**
 * Ids of the locations that an API serves. All of Google's APIs list them in the same shape.
 * @param api Host and version: "cloudscheduler.googleapis.com/v1".
 */
export function readLocationIds(google: Google, api: string, project: string): Promise<Listing<string>> {
  return listOnce(google, {
    facet: "locations",
    url: `https://${api}/projects/${project}/locations`,
    key: "locations",
    query: { pageSize: "200" },
    read: (record) => textAt(record, "locationId"),
  });
}
