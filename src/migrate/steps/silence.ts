import type { Step } from "../../model/move.ts";
import type { Traffic } from "../ports/world.ts";
import type { Probe, StepContext } from "./work.ts";

/**
 * Whether nothing has reached a copy for so long, in ms. `since`: from when on silence counts at all. What is younger than
 * the counters know is no silence.
 */
export async function silenceOf(
  traffic: Traffic,
  name: string,
  region: string,
  { since, forMs, why }: { readonly since: number; readonly forMs: number; readonly why: string },
): Promise<Probe> {
  const { last, knownUntil } = await traffic.requests(name, region, since);
  const quietFrom = Math.max(since, last ?? since);
  const quietMs = knownUntil - quietFrom;
  const words = `${durationText(forMs)} without a request to ${name} in ${region} (${why})`;
  if (quietMs < forMs) return { is: "waiting", for: words, until: quietFrom + forMs };
  const heard = last === null ? "no request at all" : `the last request at ${new Date(last).toISOString()}`;
  return { is: "done", evidence: `${words}: ${heard} since ${new Date(since).toISOString()}` };
}

/**
 * From when on the old copy's silence counts: the last switch, and for a queue that it was drained, as an override keeps
 * from the copy what somebody still enqueues there.
 */
export function silentFrom({ startedAt, switchedAt, doneAt }: StepContext): number {
  return Math.max(switchedAt ?? startedAt, doneAt("drain-queue") ?? 0);
}

/** "3 days", "90 minutes", "45 s". */
export function durationText(ms: number): string {
  const units = [
    ["day", 86_400_000],
    ["hour", 3_600_000],
    ["minute", 60_000],
  ] as const;
  for (const [unit, length] of units) {
    const count = ms / length;
    if (count >= 1 && Number.isInteger(count)) return `${count} ${unit}${count === 1 ? "" : "s"}`;
  }
  return `${Math.ceil(ms / 1000)} s`;
}

/** How long the old copy has to be silent before it goes, by the plan; null: its silence proves nothing. */
export function promiseOf(steps: readonly Step[]): { readonly forMs: number; readonly why: string } | null {
  for (const { action } of steps) if (action.do === "await-silence") return { forMs: action.forMs, why: action.why };
  return null;
}
