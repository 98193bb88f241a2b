import { serviceNameOf } from "../../model/function-url.ts";
import type { Call } from "../http/call.ts";
import { page } from "../http/pages.ts";
import type { JsonObject } from "../state/json.ts";
import { partsOf } from "../state/names.ts";
import { requestsBetween } from "../state/requests.ts";
import { seriesFilter } from "./series-filter.ts";

/**
 * Series of the requests that copies have answered, one for each copy and class of answer, newest point first; minutes
 * without requests have no point. Null for a metric that counts something else.
 */
export function requestSeries(call: Call, metric: string, unreachable: ReadonlySet<string>): JsonObject | null {
  const { state } = call.world;
  const generation =
    metric === "run.googleapis.com/request_count"
      ? "GEN_2"
      : metric === "cloudfunctions.googleapis.com/function/execution_count"
        ? "GEN_1"
        : null;
  if (generation === null) return null;
  const series: JsonObject[] = [];
  for (const name of Object.keys(state.requests).sort()) {
    const { region, id } = partsOf(name);
    // A copy that is gone keeps its series, as it does on Google; of which generation it was is not kept.
    const environment: string = state.functions[name]?.environment ?? generation;
    if (environment !== generation || unreachable.has(region)) continue;
    const first = generation === "GEN_1";
    for (const [answers, points] of pointsOf(call, name)) {
      series.push({
        name: `${name} ${answers}`,
        metric: first
          ? { type: metric, labels: { status: answers === "2xx" ? "ok" : "error" } }
          : { type: metric, labels: { response_code_class: answers } },
        resource: first
          ? { type: "cloud_function", labels: { region, project_id: state.project, function_name: id } }
          : {
              type: "cloud_run_revision",
              labels: { location: region, project_id: state.project, service_name: serviceNameOf(id) },
            },
        metricKind: "DELTA",
        valueType: "INT64",
        points,
      });
    }
  }
  // Paged through a name that the answer does not show.
  const answer = page(call, series.filter(seriesFilter(call)), { key: "timeSeries", maxPage: 100_000 });
  for (const item of (answer.timeSeries ?? []) as JsonObject[]) delete item.name;
  return answer;
}

function pointsOf(call: Call, name: string): Map<string, JsonObject[]> {
  const end = Date.parse(call.query.get("interval.endTime") ?? "");
  const begin = call.query.get("interval.startTime");
  const asked = Number(/^(\d+)s$/.exec(call.query.get("aggregation.alignmentPeriod") ?? "60s")?.[1] ?? "60");
  const period = Math.max(60, asked) * 1000;
  const start = begin === null ? end - period : Date.parse(begin);
  // By class of answer and number of the period, counted back from the end.
  const sums = new Map<string, Map<number, number>>();
  for (const { time, answers, count } of requestsBetween(call.world.state, name, start, end)) {
    const back = Math.ceil((end - time) / period) - 1;
    const counts = sums.get(answers) ?? new Map<number, number>();
    counts.set(back, (counts.get(back) ?? 0) + count);
    sums.set(answers, counts);
  }
  const result = new Map<string, JsonObject[]>();
  for (const [answers, counts] of sums) {
    const newestFirst = [...counts].sort(([one], [other]) => one - other);
    const points = newestFirst.map(([back, count]) => {
      const to = end - back * period;
      const from = Math.max(start, to - period);
      const interval = { startTime: new Date(from).toISOString(), endTime: new Date(to).toISOString() };
      return { interval, value: { int64Value: String(count) } };
    });
    result.set(answers, points);
  }
  return result;
}
