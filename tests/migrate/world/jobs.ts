import type { JobLook, Jobs } from "../../../src/migrate/ports/world.ts";
import { Refused } from "../../../src/migrate/ports/world.ts";
import type { LocatedName } from "../../../src/model/move.ts";
import { name, type Place } from "./place.ts";
import { hour, minute, type Remover } from "./receivers.ts";

export const periodMs = hour;
const triesInAll = 4;

interface Job {
  readonly region: string;
  isEnabled: boolean;
  lastAttempt: number | null;
  next: number;
  /** Tries that the failed run has left; 0: it does not wait for any. */
  triesLeft: number;
  /** Its key, for a unix-cron run that is to be tried again. */
  failed: string | null;
  /** Of the schedule that is valid now: what was planned before a pause does not fire after it. */
  plan: number;
}

export interface JobWorld extends Jobs {
  make(region: string, isEnabled: boolean): void;
  drop(region: string, by: Remover): void;
  stateOf(region: string): "ENABLED" | "PAUSED" | null;
  set(region: string, isEnabled: boolean): void;
  /** By somebody who knows nothing of the move, and who answers for what nobody runs then. */
  pauseByHand(region: string): void;
  /** At the end: what nobody has done yet is not the move's where somebody keeps the only job from firing. */
  excusePiled(): void;
  /** What the move did that no stranger excuses. */
  readonly wrongs: string[];
  /** Of a schedule by interval: things to do pile up, and any run does all of them. */
  readonly runs: { readonly at: number; readonly region: string; readonly isAsked: boolean }[];
}

/** Cloud Scheduler: unix-cron fires by the clock, an interval counts from the job's own last run. */
export function createJobs(place: Place): JobWorld {
  const { timeline, random, receivers, traits } = place;
  const jobs = new Map<string, Job>();
  const runs: JobWorld["runs"] = [];
  const piled: string[] = [];
  /** Regions whose job a stranger has deleted, and nobody has made again. */
  const missing = new Set<string>();
  const byHand = new Set<string>();
  /** When somebody else last kept a job from firing. */
  let heldAt = Number.NEGATIVE_INFINITY;
  const wrongs: string[] = [];
  const isCron = traits.schedule === "cron";

  function attempt(job: Job, due: number, isAsked: boolean, triesLeft: number): void {
    job.lastAttempt = timeline.now();
    const work = (): void => {
      for (const key of piled.splice(0)) receivers.event(key).effects += 1;
      runs.push({ at: timeline.now(), region: job.region, isAsked });
    };
    const canRepeat = triesLeft > 0;
    const answer = isCron
      ? receivers.handle(job.region, `due ${new Date(due).toISOString()}`, canRepeat)
      : receivers.run(job.region, work);
    const isOver = answer === "taken" || !canRepeat;
    job.triesLeft = isOver ? 0 : triesLeft;
    job.failed = isOver || !isCron ? null : `due ${new Date(due).toISOString()}`;
    if (isOver) return;
    timeline.after(random.between(minute, 5 * minute), () => {
      if (jobs.get(job.region) !== job || job.triesLeft === 0) return;
      if (!job.isEnabled && !traits.pausedJobsRepeat) return;
      attempt(job, due, isAsked, triesLeft - 1);
    });
  }

  function schedule(job: Job): void {
    job.plan += 1;
    const { plan } = job;
    job.next = isCron ? (Math.floor(timeline.now() / periodMs) + 1) * periodMs : timeline.now() + periodMs;
    timeline.at(job.next, () => {
      if (jobs.get(job.region) !== job || !job.isEnabled || job.plan !== plan) return;
      attempt(job, job.next, false, traits.jobsRepeat ? triesInAll - 1 : 0);
      schedule(job);
    });
  }

  function found({ region }: LocatedName): Job {
    const job = jobs.get(region);
    if (job === undefined) throw new Refused(`Cloud Scheduler knows no job of ${name} in ${region}.`);
    return job;
  }

  function set(region: string, isEnabled: boolean): void {
    const job = jobs.get(region);
    if (job === undefined || job.isEnabled === isEnabled) return;
    job.isEnabled = isEnabled;
    if (isEnabled) byHand.delete(region);
    if (!isEnabled && !traits.pausedJobsRepeat) job.triesLeft = Math.min(job.triesLeft, 1);
    if (isEnabled) schedule(job);
  }

  const isFiring = (): boolean => [...jobs.values()].some((job) => job.isEnabled);

  // Things to do, between any two runs.
  if (traits.kind === "scheduled") {
    let count = 0;
    const pile = (): void =>
      timeline.after(periodMs / 2, () => {
        if (!place.sends) return;
        count += 1;
        if (isCron) {
          // Each due time has to have its run, whichever job brings it.
          const due = (Math.floor(timeline.now() / periodMs) + 1) * periodMs;
          timeline.at(due, () => {
            const key = receivers.event(`due ${new Date(due).toISOString()}`).key;
            const isHeld = !isFiring() && missing.size + byHand.size > 0;
            if (isHeld) receivers.excuse(key, "somebody deleted or paused the job");
          });
        } else {
          const key = `thing ${count}`;
          receivers.event(key);
          piled.push(key);
        }
        pile();
      });
    pile();
  }

  return {
    runs,
    wrongs,
    excusePiled() {
      if (isFiring() || missing.size + byHand.size === 0) return;
      for (const key of piled) receivers.excuse(key, "somebody deleted or paused the job");
    },
    make(region, isEnabled) {
      const job: Job = { region, isEnabled, lastAttempt: null, next: 0, triesLeft: 0, failed: null, plan: 0 };
      jobs.set(region, job);
      // Whoever had deleted it answers until it fires again.
      if (missing.delete(region) && !isEnabled) byHand.add(region);
      if (isEnabled) schedule(job);
    },
    drop(region, by) {
      const failed = jobs.get(region)?.failed ?? null;
      jobs.delete(region);
      byHand.delete(region);
      if (by !== "stranger") return;
      if (failed !== null) receivers.excuse(failed, "a stranger deleted the job that would have tried again");
      missing.add(region);
      heldAt = timeline.now();
    },
    pauseByHand(region) {
      const job = jobs.get(region);
      if (job?.isEnabled !== true) return;
      if (job.failed !== null && !traits.pausedJobsRepeat) {
        receivers.excuse(job.failed, "somebody paused the job that would have tried again");
      }
      set(region, false);
      byHand.add(region);
      heldAt = timeline.now();
    },
    stateOf(region) {
      const job = jobs.get(region);
      return job === undefined ? null : job.isEnabled ? "ENABLED" : "PAUSED";
    },
    set,
    async look({ region }): Promise<JobLook | null> {
      const job = jobs.get(region);
      if (job === undefined) return null;
      const { isEnabled, lastAttempt, next, triesLeft } = job;
      const tellsNext = isEnabled || (traits.pausedJobsTellNext && next > 0);
      const coming = isEnabled ? next : next + Math.max(0, Math.ceil((timeline.now() - next) / periodMs)) * periodMs;
      return {
        state: isEnabled ? "ENABLED" : "PAUSED",
        lastAttempt: lastAttempt === null ? null : new Date(lastAttempt).toISOString(),
        next: tellsNext ? new Date(coming).toISOString() : null,
        retrying: triesLeft > 0,
      };
    },
    async pause(job) {
      const { region } = found(job);
      const others = [...jobs.values()].filter((one) => one.region !== region);
      const isLast = isCron && jobs.get(region)?.isEnabled === true && !others.some((one) => one.isEnabled);
      // By unix-cron one job fires at any time: a move that pauses the last one loses every run from then on.
      if (isLast && heldAt < timeline.now() - 2 * minute)
        wrongs.push(`it paused the job in ${region}, and no other fires`);
      set(region, false);
    },
    async resume(job) {
      set(found(job).region, true);
    },
    async run(located) {
      const job = found(located);
      const due = Math.floor(timeline.now() / periodMs) * periodMs;
      attempt(job, due, true, traits.jobsRepeat ? triesInAll - 1 : 0);
    },
  };
}
