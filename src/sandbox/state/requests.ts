import type { State } from "./state.ts";

const minuteMs = 60_000;
/** A day and some: what whoever moves a function looks back on. */
const keptMinutes = 26 * 60;

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
    for (const old of Object.keys(counts)) {
      if (Number(old.split(" ")[0]) < minute - keptMinutes) delete counts[old];
    }
  }
  counts[key] = (counts[key] ?? 0) + requests;
}

/** Requests of a copy whose minute begins within [from, to), in milliseconds since the epoch, by class of answer. */
export function requestsBetween(state: State, name: string, from: number, to: number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [key, count] of Object.entries(state.requests[name] ?? {})) {
    const [minute = "", answers = ""] = key.split(" ");
    const time = Number(minute) * minuteMs;
    if (time >= from && time < to) sums.set(answers, (sums.get(answers) ?? 0) + count);
  }
  return sums;
}
