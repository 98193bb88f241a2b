import type { Call } from "../http/call.ts";
import { checkProject, googleService } from "../http/google.ts";
import { page } from "../http/pages.ts";
import { reads, type Service } from "../http/service.ts";
import type { JsonObject } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";
import { alertPolicyRoutes } from "./alert-policies.ts";
import { backlogSeries } from "./backlog-series.ts";
import { dashboardRoutes } from "./dashboards.ts";
import { requestSeries } from "./request-series.ts";

/** Points of a series at most; a day of five-minute means has 288. */
const mostPoints = 1500;

/**
 * Monitoring: time series (v3), alert policies (v3) and dashboards (v1). Requests are those that deployed copies have
 * answered here, backlogs what waits in subscriptions. Whatever other metric is asked for, a region's series is its vCPU
 * in use: one peak, in the middle of the window, and six tenths of it at every other point. A rate is given in vCPU, a
 * delta in vCPU-seconds of the alignment period.
 */
export const monitoring: Service = googleService("monitoring.googleapis.com", [
  reads("GET", "/v3/projects/{project+}/timeSeries", (call) => {
    checkProject(call, "monitoring.timeSeries.list");
    const metric = /metric\.type\s*=\s*"([^"]+)"/.exec(call.query.get("filter") ?? "")?.[1];
    if (metric === undefined) {
      throw new Refusal("INVALID_ARGUMENT", "Field filter had an invalid value: must specify a single metric type.");
    }
    const unreachable = call.world.faults.unreachable(call);
    const counted = requestSeries(call, metric, unreachable) ?? backlogSeries(call, metric);
    if (counted !== null) return counted;
    const series = Object.entries(call.world.state.usage)
      .filter(([region]) => !unreachable.has(region))
      .map(([region, vcpu]) => seriesOf(call, metric, region, vcpu));
    // Ordered and paged by region, through a name that the answer does not show.
    const answer = page(call, series, { key: "timeSeries", maxPage: 100_000 });
    for (const item of (answer.timeSeries ?? []) as JsonObject[]) delete item.name;
    return answer;
  }),
  ...alertPolicyRoutes,
  ...dashboardRoutes,
]);

function seriesOf(call: Call, metric: string, region: string, vcpu: number): JsonObject {
  const { project } = call.world.state;
  const points = pointsOf(call, vcpu);
  return {
    name: region,
    metric: { type: metric },
    resource: { type: "cloud_run_revision", labels: { location: region, project_id: project } },
    metricKind: call.query.get("aggregation.perSeriesAligner") === "ALIGN_DELTA" ? "DELTA" : "GAUGE",
    valueType: "DOUBLE",
    points,
  };
}

/** Newest first, as Monitoring gives them. */
function pointsOf(call: Call, vcpu: number): JsonObject[] {
  const end = timeAt(call, "interval.endTime");
  const start = call.query.has("interval.startTime") ? timeAt(call, "interval.startTime") : end;
  const period = Number(/^(\d+)s$/.exec(call.query.get("aggregation.alignmentPeriod") ?? "60s")?.[1] ?? "60");
  const scale = call.query.get("aggregation.perSeriesAligner") === "ALIGN_DELTA" ? period : 1;
  if (period < 60 || start > end) {
    throw new Refusal("INVALID_ARGUMENT", "Field interval or aggregation.alignmentPeriod had an invalid value.");
  }
  const count = Math.min(mostPoints, Math.max(1, Math.floor((end - start) / (period * 1000))));
  return Array.from({ length: count }, (_, index): JsonObject => {
    const at = end - index * period * 1000;
    const share = index === Math.floor(count / 2) ? 1 : 0.6;
    return {
      interval: {
        startTime: new Date(at - period * 1000).toISOString(),
        endTime: new Date(at).toISOString(),
      },
      value: { doubleValue: vcpu * share * scale },
    };
  });
}

function timeAt(call: Call, parameter: string): number {
  const time = Date.parse(call.query.get(parameter) ?? "");
  if (Number.isNaN(time)) throw new Refusal("INVALID_ARGUMENT", `Field ${parameter} had an invalid value.`);
  return time;
}
