import type { LocatedName } from "../../../model/move.ts";
import { promiseOfSchedule } from "../promises.ts";
import { begin, end, type StepsOfKind } from "./shape.ts";

/**
 * Started by its own Scheduler job. By a unix-cron schedule the new job begins before the old one ends, and the ledger
 * removes what both start; by an interval ("every 5 minutes") each job counts from its own last run, so the old one ends
 * first, and a due time that passed meanwhile is made up for once.
 */
export const scheduledSteps: StepsOfKind = (input) => {
  const { facts, from, to, entry, quietForMs } = input;
  const old = facts.jobs.find(({ name, region }) => region === from && name === jobName(entry.name, from));
  const oldJob: LocatedName = { region: from, name: jobName(entry.name, from) };
  const job: LocatedName = { region: to, name: jobName(entry.name, to) };
  const resume = { do: "resume-job", job } as const;
  const pause = { do: "pause-job", job: oldJob } as const;
  const swap = isCron(old?.schedule ?? null)
    ? [resume, pause]
    : [pause, resume, { do: "run-if-missed", old: oldJob, job } as const];
  return [
    ...begin(input),
    { do: "hold-job", job },
    ...swap,
    { do: "await-request" },
    { do: "await-silence", forMs: quietForMs ?? promiseOfSchedule.forMs, why: promiseOfSchedule.why },
    ...end,
  ];
};

/** As the Firebase CLI names it, and this program after it. */
export function jobName(name: string, region: string): string {
  return `firebase-schedule-${name}-${region}`;
}

/** Five fields, or the wall-clock forms that stand for them; "every 5 minutes" counts from the last run. */
export function isCron(schedule: string | null): boolean {
  return schedule !== null && schedule.trim().split(/\s+/).length === 5 && !/^every\s/i.test(schedule.trim());
}
