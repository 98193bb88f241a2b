import type { State } from "./state.ts";

const minuteMs = 60_000;
/** As long as Monitoring keeps the metrics of Google's services: six weeks. */
const keptMinutes = 42 * 24 * 60;

/** Counts requests that reached a copy, by the minute and the class of their answer. */
export function countRequest(state: State, name: string, status: number, now: Date, requests = 1): void {
  const minute = Math.floor(now.getTime() / minuteMs);
  let counts = state.requests[name];
  if (counts === undefined) {
    counts = {};
    state.requests[name] = counts;
  }
  const key = `${minute} ${Math.floor(status / 100)}xx`;
  if (counts[key] === undefined) {
    // They stand in the order of time.
    for (const old in counts) {
      if (Number(old.split(" ")[0]) >= minute - keptMinutes) break;
      delete counts[old];
    }
  }
  counts[key] = (counts[key] ?? 0) + requests;
}

export interface CountedMinute {
  /** When it begins, in milliseconds since the epoch. */
  readonly time: number;
  /** "2xx", "5xx", … */
  readonly answers: string;
  readonly count: number;
}

/** Requests of a copy in minutes that begin within [from, to), in milliseconds since the epoch, in the order of time. */
export function requestsBetween(state: State, name: string, from: number, to: number): CountedMinute[] {
  return Object.entries(state.requests[name] ?? {}).flatMap(([key, count]) => {
    const [minute = "", answers = ""] = key.split(" ");
    const time = Number(minute) * minuteMs;
    return time >= from && time < to ? [{ time, answers, count }] : [];
  });
}
