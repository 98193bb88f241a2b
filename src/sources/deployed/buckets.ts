import type { Google } from "../../clients/google.ts";
import type { LocatedResource } from "../../model/deployed.ts";
import { textAt } from "./json.ts";
import { type Listing, listOnce } from "./listing.ts";

/** Storage buckets and where they lie ("eu", "europe-west1"), from `buckets.list` (v1). */
export function readBuckets(google: Google, project: string): Promise<Listing<LocatedResource>> {
  return listOnce(google, {
    facet: "buckets",
    url: "https://storage.googleapis.com/storage/v1/b",
    key: "items",
    query: { project, maxResults: "1000", fields: "nextPageToken,items(name,location)" },
    read(record) {
      const name = textAt(record, "name");
      const location = textAt(record, "location");
      return name === null || location === null ? null : { name, location: location.toLowerCase() };
    },
  });
}
