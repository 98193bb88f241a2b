import type { Google } from "../../clients/google.ts";
import type { VcpuUsage } from "../../model/deployed.ts";
import { type JsonObject, numberAt, objectAt, objectsAt, textAt } from "./json.ts";
import { type Listing, listOnce } from "./listing.ts";

/**
 * vCPU that Cloud Run has allocated to running instances: a count of vCPU-seconds, whose rate is vCPU. Instances of
 * functions of generation 2 and of other services alike, which is what the region's quota counts. Idle instances without
 * allocated CPU are not in it, so the figure is a floor.
 */
export const usageMetric = "run.googleapis.com/container/cpu/allocation_time";
const windowMs = 24 * 60 * 60 * 1000;
const meanOver = "300s";

/** The highest five-minute mean of the last day per region, from `projects.timeSeries.list` of Monitoring v3. */
export async function readUsage(google: Google, project: string, now: Date): Promise<Listing<VcpuUsage>> {
  const from = new Date(now.getTime() - windowMs).toISOString();
  const to = now.toISOString();
  const listing = await listOnce<{ region: string; vcpu: number }>(google, {
    facet: "usage",
    url: `https://monitoring.googleapis.com/v3/projects/${project}/timeSeries`,
    key: "timeSeries",
    query: {
      filter: `metric.type="${usageMetric}" AND resource.type="cloud_run_revision"`,
      "interval.startTime": from,
      "interval.endTime": to,
      "aggregation.alignmentPeriod": meanOver,
      "aggregation.perSeriesAligner": "ALIGN_RATE",
      "aggregation.crossSeriesReducer": "REDUCE_SUM",
      "aggregation.groupByFields": "resource.label.location",
    },
    read: highestOf,
  });
  // A long series may be spread over pages.
  const highest = new Map<string, number>();
  for (const { region, vcpu } of listing.items) highest.set(region, Math.max(vcpu, highest.get(region) ?? 0));
  const items = [...highest].map(([region, vcpu]) => ({ region, vcpu, from, to }));
  return { ...listing, items };
}

function highestOf(series: JsonObject): { region: string; vcpu: number } | null {
  const region = textAt(objectAt(objectAt(series, "resource"), "labels"), "location");
  if (region === null) return null;
  let vcpu = 0;
  for (const point of objectsAt(series, "points")) {
    const value = objectAt(point, "value");
    const read = numberAt(value, "doubleValue") ?? numberAt(value, "int64Value");
    if (read === null) return null;
    vcpu = Math.max(vcpu, read);
  }
  return { region, vcpu };
}
