import type { Google } from "../../clients/google.ts";
import type { LocatedResource } from "../../model/deployed.ts";
import { textAt } from "./json.ts";
import { type Listing, listOnce } from "./listing.ts";

/** Firestore databases and where they lie ("eur3", "europe-west3"), from `projects.databases.list` (v1). */
export function readDatabases(google: Google, project: string): Promise<Listing<LocatedResource>> {
  return listOnce(google, {
    facet: "databases",
    url: `https://firestore.googleapis.com/v1/projects/${project}/databases`,
    key: "databases",
    query: { fields: "unreachable,databases(name,locationId)" },
    read(record) {
      const name = textAt(record, "name")?.split("/").at(-1) ?? null;
      const location = textAt(record, "locationId");
      return name === null || location === null ? null : { name, location: location.toLowerCase() };
    },
  });
}
