import { serviceNameOf } from "../model/function-url.ts";
import { textAt } from "./change-address.ts";
import type { Google } from "./google.ts";
import { GoogleError } from "./google-error.ts";
import type { JsonObject } from "./google-send.ts";

export interface CountedCopy {
  readonly project: string;
  readonly region: string;
  /** The function's ID. */
  readonly id: string;
  readonly generation: 1 | 2;
}

export interface RequestMinute {
  /** When the minute begins, RFC 3339. */
  readonly minute: string;
  /** Requests by class of answer: "2xx", "5xx" in generation 2, "ok", "error", "timeout" in generation 1. */
  readonly answers: Readonly<Record<string, number>>;
}

export interface RequestCounts {
  /** The window in whole minutes, RFC 3339: from the beginning of its first to the end of its last. */
  readonly from: string;
  readonly to: string;
  /** What lies before this is complete; later minutes may still grow. */
  readonly completeUntil: string;
  /** Minutes with requests, in order. */
  readonly minutes: readonly RequestMinute[];
  readonly total: number;
  /** Of these, what the copy answered with an error of its own: 5xx, in generation 1 every execution that is not "ok". */
  readonly failed: number;
}

const minuteMs = 60_000;
/** Google shows a sample 3 minutes late at most, and takes one a minute; one more is ours. */
export const countsDelayMs = 5 * minuteMs;

/**
 * Requests that reached one copy, minute by minute, as Monitoring counts them. Requests that IAM refuses are not among
 * them. `from` and `to` are widened to whole minutes, `now` is the time of asking; all in milliseconds since 1970. Rejects
 * with GoogleError.
 */
export async function requestCounts(
  google: Google,
  copy: CountedCopy,
  window: { readonly from: number; readonly to: number; readonly now: number },
): Promise<RequestCounts> {
  const from = Math.floor(window.from / minuteMs) * minuteMs;
  const to = Math.ceil(window.to / minuteMs) * minuteMs;
  const { project, region, id, generation } = copy;
  const filter =
    generation === 2
      ? `metric.type="run.googleapis.com/request_count" AND resource.type="cloud_run_revision" AND resource.labels.location="${region}" AND resource.labels.service_name="${serviceNameOf(id)}"`
      : `metric.type="cloudfunctions.googleapis.com/function/execution_count" AND resource.type="cloud_function" AND resource.labels.region="${region}" AND resource.labels.function_name="${id}"`;
  const minutes = new Map<number, Record<string, number>>();
  const url = `https://monitoring.googleapis.com/v3/projects/${project}/timeSeries`;
  const query = {
    filter,
    "interval.startTime": new Date(from).toISOString(),
    "interval.endTime": new Date(to).toISOString(),
    // Each point is one whole minute; a service has a series for each of its revisions and classes of answers.
    "aggregation.alignmentPeriod": "60s",
    "aggregation.perSeriesAligner": "ALIGN_DELTA",
  };
  for await (const { timeSeries = [] } of google.pages(url, query)) {
    if (!Array.isArray(timeSeries)) throw oddSeries("timeSeries is no list");
    for (const series of timeSeries as JsonObject[]) add(minutes, series, generation);
  }
  const inOrder = [...minutes].sort(([one], [other]) => one - other);
  let total = 0;
  let failed = 0;
  for (const [, answers] of inOrder) {
    for (const [answer, count] of Object.entries(answers)) {
      total += count;
      if (generation === 2 ? answer === "5xx" : answer !== "ok") failed += count;
    }
  }
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    completeUntil: new Date(Math.min(to, window.now - countsDelayMs)).toISOString(),
    minutes: inOrder.map(([minute, answers]) => ({ minute: new Date(minute).toISOString(), answers })),
    total,
    failed,
  };
}

function add(minutes: Map<number, Record<string, number>>, series: JsonObject, generation: 1 | 2): void {
  const answer = textAt(series, generation === 2 ? "metric.labels.response_code_class" : "metric.labels.status");
  if (answer === "") throw oddSeries("a count without the class of its answers");
  for (const { time, value } of pointsOf(series)) {
    if (value === 0) continue;
    const minute = time - minuteMs;
    const answers = minutes.get(minute) ?? {};
    minutes.set(minute, answers);
    answers[answer] = (answers[answer] ?? 0) + value;
  }
}

/** The points of a series: when each ends, and its number. Throws GoogleError for what is none. */
export function pointsOf(series: JsonObject): { readonly time: number; readonly value: number }[] {
  const { points = [] } = series;
  if (!Array.isArray(points)) throw oddSeries("points is no list");
  return (points as JsonObject[]).map((point) => {
    const time = Date.parse(textAt(point, "interval.endTime"));
    const held = (point.value ?? {}) as JsonObject;
    // Google writes whole numbers of 64 bits as text.
    const value = Number(held.int64Value ?? held.doubleValue ?? Number.NaN);
    if (Number.isNaN(time) || Number.isNaN(value)) throw oddSeries("a point without time or number");
    return { time, value };
  });
}

function oddSeries(what: string): GoogleError {
  const reason = `the answer of monitoring.googleapis.com makes no sense: ${what}`;
  return new GoogleError({ kind: "malformed", reason });
}
