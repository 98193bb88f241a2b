import type { Action, LocatedName } from "../../../model/move.ts";
import { promiseOfSchedule } from "../promises.ts";
import { begin, end, leadOver, type StepsOfKind, sendersOf, silence } from "./shape.ts";

/**
 * Started by its own Scheduler job. By a unix-cron schedule the new job begins before the old one ends, and the ledger
 * removes what both start; by an interval ("every 5 minutes") each job counts from its own last run, so the old one ends
 * first, and a due time that passed meanwhile is made up for once. A job that people have paused stays paused.
 */
export const scheduledSteps: StepsOfKind = (input) => {
  const { facts, from, to, entry } = input;
  const other: LocatedName = { region: from, name: jobName(entry.name, from) };
  const job: LocatedName = { region: to, name: jobName(entry.name, to) };
  const old = facts.jobs.find(({ name, region }) => region === from && name === other.name);
  const quiet = silence(input, promiseOfSchedule);
  const led = leadOver(input);
  const held: readonly Action[] = [...begin(input), { do: "hold-job", job }, ...led];
  if (old?.state === "PAUSED") {
    // People have let the new one fire already, in place of the old.
    const fires = facts.jobs.some(
      ({ name, region, state }) => region === to && name === job.name && state === "ENABLED",
    );
    const heard: readonly Action[] =
      sendersOf(input).length > 0 ? [{ do: "await-request", settleMs: 0, job: null }] : [];
    return [...(fires ? [...begin(input), ...led] : held), ...heard, quiet, ...end];
  }
  const resume = { do: "resume-job", job } as const;
  const pause = { do: "pause-job", job: other } as const;
  const swap: readonly Action[] = isCron(old?.schedule ?? null)
    ? [resume, pause]
    : [pause, resume, { do: "run-if-missed", way: "there", other, job }];
  return [
    ...held,
    // Undone last: by then the old job is to fire again.
    { do: "run-if-missed", way: "back", other: job, job: other },
    ...swap,
    { do: "await-request", settleMs: 0, job },
    quiet,
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
