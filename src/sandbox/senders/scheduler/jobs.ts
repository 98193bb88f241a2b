import type { World } from "../../http/call.ts";
import { type JsonObject, numberAt, objectAt, textAt } from "../../state/json.ts";
import type { Due } from "../agenda.ts";
import { carry, postponed } from "../carry.ts";
import { backoffMs, durationMs } from "../duration.ts";
import { oidcToken } from "../oidc.ts";
import { publish } from "../pubsub/messages.ts";
import { readSchedule, type Schedule } from "./schedule.ts";

export const jobKind = "job";
export const jobRetryKind = "job-retry";

/** What Scheduler knows of a job beside what was set: its runs. */
interface Runs {
  /** When the next one is due; RFC 3339. */
  readonly scheduleTime?: string;
  readonly lastAttemptTime?: string;
  /** `{}` for success, else `{ code, message }`. */
  readonly status?: JsonObject;
}

/** One run, through all its retries. */
interface Run {
  readonly job: string;
  /** Equal for all retries; null where the header does not say it. */
  readonly scheduleTime: string | null;
  /** Attempts so far. */
  readonly attempts: number;
  /** RFC 3339. */
  readonly beganAt: string;
}

/** A job as the API shows it. */
export function shownJob(world: World, job: JsonObject): JsonObject {
  const runs = world.shelf.get("scheduler", String(job.name)) ?? {};
  const { scheduleTime, ...others } = runs;
  return { ...job, ...others, ...(job.state === "ENABLED" && scheduleTime !== undefined ? { scheduleTime } : {}) };
}

/** Plans every job, after a start: runs that were missed meanwhile are not made up for. */
export function planJobs(world: World): void {
  for (const job of Object.values(world.state.jobs)) planJob(world, job);
}

/** Plans the next run of a job that was made, changed, paused or resumed. */
export function planJob(world: World, job: JsonObject): void {
  const name = String(job.name);
  const now = world.now();
  world.agenda.cancel(`job:${name}`);
  if (job.state !== "ENABLED") {
    world.agenda.cancel(`job-retry:${name}`);
    return;
  }
  const schedule = scheduleOf(job);
  const next = schedule.kind === "interval" ? new Date(now.getTime() + schedule.ms) : schedule.next(now);
  if (next === null) return;
  note(world, name, { scheduleTime: next.toISOString() });
  // Where no code runs nothing is there to be called.
  if (world.delivery !== null) world.agenda.put(`job:${name}`, next.getTime(), jobKind, { job: name });
}

/** A job that is gone takes its plans along. */
export function forgetJob(world: World, name: string): void {
  world.agenda.cancel(`job:${name}`);
  world.agenda.cancel(`job-retry:${name}`);
  world.shelf.remove("scheduler", name);
}

/** Runs a job now, whatever its schedule and state. */
export function forceJob(world: World, job: JsonObject): void {
  const name = String(job.name);
  const now = world.now().toISOString();
  const run: Run = { job: name, scheduleTime: now, attempts: 0, beganAt: now };
  world.agenda.put(`job-retry:${name}`, world.now().getTime(), jobRetryKind, { ...run });
}

/** A run is due. What is left of the one before is given up. */
export async function runJob(world: World, due: Due): Promise<void> {
  const name = String(due.data.job);
  const job = world.state.jobs[name];
  if (job === undefined || job.state !== "ENABLED") return;
  // Only unix-cron promises the time of the schedule.
  const scheduleTime = scheduleOf(job).kind === "calendar" ? new Date(due.at).toISOString() : null;
  const now = world.now();
  const run: Run = { job: name, scheduleTime, attempts: 0, beganAt: now.toISOString() };
  world.agenda.put(`job-retry:${name}`, now.getTime(), jobRetryKind, { ...run });
  if (scheduleTime !== null) planJob(world, job);
}

function scheduleOf(job: JsonObject): Schedule {
  return readSchedule(textAt(job, "schedule") ?? "", textAt(job, "timeZone") ?? "UTC");
}

/** One attempt of a run. */
export async function attemptJob(world: World, due: Due): Promise<void> {
  const run = due.data as unknown as Run;
  const job = world.state.jobs[run.job];
  if (job === undefined) return;
  const url = textAt(objectAt(job, "httpTarget"), "uri") ?? textAt(objectAt(job, "pubsubTarget"), "topicName") ?? "";
  if (postponed(world, due, { sender: "scheduler", type: shortName(run.job), url })) return;
  await attempt(world, run);
  const after = world.state.jobs[run.job];
  // An interval counts from the end of the run.
  if (after?.state === "ENABLED" && scheduleOf(after).kind === "interval") planJob(world, after);
}

function shortName(job: string): string {
  return job.split("/").at(-1) ?? "";
}

async function attempt(world: World, run: Run): Promise<void> {
  const job = world.state.jobs[run.job];
  if (job === undefined) return;
  const attempts = run.attempts + 1;
  note(world, run.job, { lastAttemptTime: world.now().toISOString() });
  const status = await send(world, job, { ...run, attempts });
  if (world.state.jobs[run.job] === undefined) return;
  note(world, run.job, { status });
  if (Object.keys(status).length === 0) return;
  const pause = retryPause(job, { ...run, attempts }, world.now().getTime());
  if (pause === null) return;
  const at = world.now().getTime() + pause;
  world.agenda.put(`job-retry:${run.job}`, at, jobRetryKind, { ...run, attempts });
}

/** Milliseconds to the next retry of a run; null when there is none. */
function retryPause(job: JsonObject, run: Run, now: number): number | null {
  const rules = objectAt(job, "retryConfig");
  if (run.attempts > (numberAt(rules, "retryCount") ?? 0)) return null;
  const longest = durationMs(rules.maxRetryDuration) ?? 0;
  const pause = backoffMs(
    {
      minMs: durationMs(rules.minBackoffDuration) ?? 5000,
      maxMs: durationMs(rules.maxBackoffDuration) ?? 3_600_000,
      doublings: numberAt(rules, "maxDoublings") ?? 5,
    },
    run.attempts,
  );
  return longest > 0 && now + pause - Date.parse(run.beganAt) > longest ? null : pause;
}

/** `{}` where the target has taken it, else a status with gRPC's code. */
async function send(world: World, job: JsonObject, run: Run): Promise<JsonObject> {
  const short = shortName(run.job);
  if (job.pubsubTarget !== undefined) {
    const target = objectAt(job, "pubsubTarget");
    const topic = textAt(target, "topicName") ?? "";
    if (world.state.topics[topic] === undefined) return { code: 5, message: "NOT_FOUND" };
    const attributes = Object.fromEntries(
      Object.entries(objectAt(target, "attributes")).map(([key, value]) => [key, String(value)]),
    );
    const data = textAt(target, "data");
    publish(world, topic, { ...(data === null ? {} : { data }), attributes });
    return {};
  }
  const target = objectAt(job, "httpTarget");
  const url = textAt(target, "uri");
  if (url === null) return { code: 12, message: "UNIMPLEMENTED" };
  const body = Buffer.from(textAt(target, "body") ?? "", "base64");
  const arrival = await carry(world, {
    sender: "scheduler",
    event: `${run.job}@${run.scheduleTime ?? run.beganAt}`,
    type: short,
    url,
    method: textAt(target, "httpMethod") ?? "POST",
    headers: headersOf(world, target, url, short, run, body.length),
    body,
    attempt: run.attempts,
    deadlineMs: durationMs(job.attemptDeadline) ?? 180_000,
  });
  if (arrival.taken) return {};
  return arrival.status === null ? { code: 4, message: "DEADLINE_EXCEEDED" } : statusOf(arrival.status);
}

function headersOf(
  world: World,
  target: JsonObject,
  url: string,
  job: string,
  run: Run,
  length: number,
): Record<string, string> {
  const headers: Record<string, string> = length > 0 ? { "content-type": "application/octet-stream" } : {};
  for (const [name, value] of Object.entries(objectAt(target, "headers"))) headers[name.toLowerCase()] = String(value);
  const token = objectAt(target, "oidcToken");
  const email = textAt(token, "serviceAccountEmail");
  const time = Math.floor(world.now().getTime() / 1000);
  return {
    ...headers,
    ...(email === null ? {} : { authorization: `Bearer ${oidcToken(email, textAt(token, "audience") ?? url, time)}` }),
    "user-agent": "Google-Cloud-Scheduler",
    "x-cloudscheduler": "true",
    "x-cloudscheduler-jobname": job,
    ...(run.scheduleTime === null ? {} : { "x-cloudscheduler-scheduletime": run.scheduleTime }),
  };
}

const codes: Readonly<Record<number, readonly [number, string]>> = {
  400: [3, "INVALID_ARGUMENT"],
  401: [16, "UNAUTHENTICATED"],
  403: [7, "PERMISSION_DENIED"],
  404: [5, "NOT_FOUND"],
  409: [10, "ABORTED"],
  429: [8, "RESOURCE_EXHAUSTED"],
  503: [14, "UNAVAILABLE"],
  504: [4, "DEADLINE_EXCEEDED"],
};

function statusOf(http: number): JsonObject {
  const [code, message] = codes[http] ?? (http >= 500 ? [13, "INTERNAL"] : [2, "UNKNOWN"]);
  return { code, message };
}

function note(world: World, job: string, change: Runs): void {
  const before = world.shelf.get("scheduler", job) ?? {};
  world.shelf.put("scheduler", job, { ...before, ...change } as JsonObject);
}
