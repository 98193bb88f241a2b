import type { DeployedFunction, LocatedResource } from "../../model/deployed.ts";
import { isInside } from "../multi-regions.ts";
import { manifestLine } from "../related.ts";
import { defineRule } from "../rule.ts";

interface Trouble {
  readonly text: string;
  readonly expected: string;
  readonly actual: string;
  readonly severity: "error" | "warning";
}

/** Where an event trigger may stand is fixed by the database or bucket it listens to. */
export const triggerLocality = defineRule({
  id: "trigger-locality",
  area: "isolation",
  severity: "error",
  title: "an event trigger stands in a region its database or bucket does not serve",
  needs: [{ source: "deployed", facets: ["functions", "databases", "buckets"], aspects: ["event-triggers"] }],
  needsManifest: false,
  check(view, out) {
    const databases = byName(view.fleet.facts?.databases ?? []);
    const buckets = byName(view.fleet.facts?.buckets ?? []);
    for (const copy of view.fleet.functions) {
      const verdict = judgeTrigger(copy, databases, buckets);
      if (verdict === "fine") out.pass();
      else if (typeof verdict === "string") out.unknown(copy.name, verdict.slice("unknown: ".length));
      else if (verdict !== null) {
        out.fail({
          message: `${copy.name} in ${copy.region} ${verdict.text}`,
          mend: "Deploy the trigger where its database or bucket is; a trigger's region cannot be changed in place.",
          function: copy.name,
          place: null,
          impact: verdict.severity === "error" ? "now" : "later",
          severity: verdict.severity,
          region: copy.region,
          expected: [verdict.expected],
          actual: verdict.actual,
          related: manifestLine(view.placementOf(copy.name)),
        });
      }
    }
  },
});

/** Null: no question of place here. Generation 1 triggers have no region of their own. */
function judgeTrigger(
  copy: DeployedFunction,
  databases: ReadonlyMap<string, string>,
  buckets: ReadonlyMap<string, string>,
): Trouble | "fine" | `unknown: ${string}` | null {
  const trigger = copy.eventTrigger;
  if (trigger === null || copy.generation === 1) return null;
  const at = trigger.triggerRegion?.toLowerCase() ?? null;
  if (trigger.database !== null) {
    const location = databases.get(trigger.database);
    if (location === undefined) return `unknown: the location of database ${trigger.database} was not read`;
    if (at === null) return "unknown: the listing does not show where its trigger stands";
    if (at !== location) {
      return {
        text: `gets no events: its trigger stands in ${at}, and database ${trigger.database} is in ${location}.`,
        expected: location,
        actual: at,
        severity: "error",
      };
    }
    if (copy.region === "us-central1" && !location.startsWith("us-") && !location.startsWith("nam")) {
      return {
        text: `receives every event of database ${trigger.database} across an ocean (the database is in ${location}).`,
        expected: location,
        actual: copy.region,
        severity: "warning",
      };
    }
    return "fine";
  }
  if (trigger.bucket !== null) {
    const location = buckets.get(trigger.bucket);
    if (location === undefined) return `unknown: the location of bucket ${trigger.bucket} was not read`;
    if (at === null) return "unknown: the listing does not show where its trigger stands";
    if (at !== location) {
      return {
        text: `gets no events: its trigger stands in ${at}, and bucket ${trigger.bucket} is in ${location}.`,
        expected: location,
        actual: at,
        severity: "error",
      };
    }
    const inside = at === "us-central1" ? true : isInside(copy.region, location);
    if (inside === null) return `unknown: which regions ${location} takes in is not known`;
    if (inside) return "fine";
    return {
      text: `cannot be deployed again: bucket ${trigger.bucket} is in ${location}, and its functions must be there too.`,
      expected: location,
      actual: copy.region,
      severity: "error",
    };
  }
  if (isRegional(trigger.eventType)) {
    if (at === null) return "unknown: the listing does not show where its trigger stands";
    if (at === copy.region) return "fine";
    return {
      text: `gets no events: its trigger stands in ${at}, and such triggers must stand in the function's own region.`,
      expected: copy.region,
      actual: at,
      severity: "error",
    };
  }
  return null;
}

/** Realtime Database and SQL Connect. */
function isRegional(eventType: string): boolean {
  return eventType.startsWith("google.firebase.database.") || eventType.startsWith("google.firebase.dataconnect.");
}

/** By full name, by last part ("(default)"), locations in lower case. */
function byName(resources: readonly LocatedResource[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, location } of resources) {
    found.set(name.slice(name.lastIndexOf("/") + 1), location.toLowerCase());
    found.set(name, location.toLowerCase());
  }
  return found;
}
