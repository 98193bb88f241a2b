import type { Google, JsonObject } from "../clients/google.ts";
import { objectOf } from "../stacks/json.ts";
import { toolLabel } from "../stacks/names.ts";
import type { FleetPlan } from "../stacks/resource.ts";

/**
 * Ids of the plan's alert policies and dashboards that are there already: Google names these itself, so they are found
 * by what they are called. By logical name. Rejects with GoogleError where they cannot be listed.
 */
export async function givenIds(google: Google, plan: FleetPlan): Promise<Map<string, string>> {
  const wanted = new Map<string, string>();
  for (const { type, name, inputs } of plan.resources) {
    if (type === "gcp:monitoring/alertPolicy:AlertPolicy") wanted.set(`alert ${String(inputs.displayName)}`, name);
    if (type === "gcp:monitoring/dashboard:Dashboard") {
      const { displayName } = JSON.parse(String(inputs.dashboardJson));
      wanted.set(`dashboard ${displayName}`, name);
    }
  }
  const ids = new Map<string, string>();
  const read = async (url: string, key: string, kind: string): Promise<void> => {
    for await (const page of google.pages(url)) {
      for (const one of Array.isArray(page[key]) ? (page[key] as JsonObject[]) : []) {
        const logical = wanted.get(`${kind} ${String(one.displayName)}`);
        const isOurs =
          kind === "dashboard" || objectOf(one.userLabels)?.["deployment-tool"] === toolLabel["deployment-tool"];
        if (logical !== undefined && isOurs && typeof one.name === "string") ids.set(logical, one.name);
      }
    }
  };
  const { project } = plan;
  if (wanted.size > 0) {
    await Promise.all([
      read(`https://monitoring.googleapis.com/v3/projects/${project}/alertPolicies`, "alertPolicies", "alert"),
      read(`https://monitoring.googleapis.com/v1/projects/${project}/dashboards`, "dashboards", "dashboard"),
    ]);
  }
  return ids;
}
