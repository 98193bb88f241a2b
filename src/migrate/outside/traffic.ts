import type { Google } from "../../clients/google.ts";
import { requestCounts } from "../../clients/request-counts.ts";
import type { Clock, Traffic } from "../ports/world.ts";
import { seen } from "./seen.ts";

const minuteMs = 60_000;

/** Requests of a copy by Google's own counters, which are some minutes late. */
export function createTraffic(google: Google, project: string, generation: 1 | 2, clock: Clock): Traffic {
  return {
    async requests(name, region, since) {
      const now = await clock.now();
      const copy = { project, region, id: name, generation };
      const counts = await seen(`requests to ${name} in ${region}`, () =>
        requestCounts(google, copy, { from: since, to: Math.max(now, since), now }),
      );
      const last = counts.minutes.at(-1);
      let succeeded = 0;
      for (const { answers } of counts.minutes) succeeded += (answers["2xx"] ?? 0) + (answers.ok ?? 0);
      return {
        total: counts.total,
        succeeded,
        serverErrors: counts.failed,
        last: last === undefined ? null : Date.parse(last.minute) + minuteMs,
        knownUntil: Date.parse(counts.completeUntil),
      };
    },
  };
}
