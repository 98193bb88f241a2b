import type { Advice } from "../../../model/document.ts";
import { addTo } from "../../multimap.ts";
import { listed } from "../../wording.ts";
import type { Advisor } from "./advisor.ts";

/** Firestore's multi-regions, and the regions whose replicas serve reads and writes. */
const multiRegions: ReadonlyMap<string, readonly string[]> = new Map([
  ["eur3", ["europe-west1", "europe-west4"]],
  ["nam5", ["us-central1", "us-central2"]],
  ["nam7", ["us-central1", "us-east4"]],
]);

/** Classes whose home lies on another continent than the database: every read crosses an ocean. */
export const farDatabases: Advisor = ({ view }) => {
  const classes = [...(view.manifest?.classes.values() ?? [])];
  if (classes.length === 0) return { advice: [], noAdvice: [] };
  const facts = view.fleet.facts;
  const gap = view.gapsOf("deployed").find(({ facet }) => facet === "databases");
  if (facts === null || view.fleet.lacks("databases") || gap !== undefined) {
    return { advice: [], noAdvice: ["Distance to databases: where they lie was not read."] };
  }
  const used = new Map<string, string[]>();
  for (const { name, class: of } of view.manifest?.functions.values() ?? []) {
    addTo(used, of, name);
  }
  const advice: Advice[] = [];
  for (const { name: database, location } of facts.databases) {
    const at = multiRegions.get(location.toLowerCase()) ?? [location.toLowerCase()];
    const where = at[0] === location.toLowerCase() ? location : `${location} (${listed(at)})`;
    for (const { name, region } of classes) {
      const members = used.get(name) ?? [];
      if (members.length === 0 || at.some((one) => continentOf(one) === continentOf(region))) continue;
      advice.push({
        kind: "distance",
        text: `Class ${name} is at home in ${region}, and database ${shortName(database)} lies in ${where}.`,
        functions: members,
      });
    }
  }
  return { advice, noAdvice: [] };
};

/** "europe-west1" → "europe"; the Americas count as one where a cable is all there is between them. */
function continentOf(region: string): string {
  const [first = ""] = region.split("-");
  return first === "us" || first === "northamerica" ? "northamerica" : first;
}

/** "projects/p/databases/(default)" → "(default)". */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
