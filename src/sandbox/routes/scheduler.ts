import { jsonBody } from "../http/body.ts";
import { type Call, param } from "../http/call.ts";
import { checkLocation, checkProject, checkReachable, googleService, listRegional } from "../http/google.ts";
import { reads, type Service, shelves, writes } from "../http/service.ts";
import { forceJob, forgetJob, planJob, shownJob } from "../senders/scheduler/jobs.ts";
import { readSchedule, ScheduleError } from "../senders/scheduler/schedule.ts";
import type { JsonObject } from "../state/json.ts";
import { applyMask, parseMask } from "../state/mask.ts";
import { nextId } from "../state/names.ts";
import { Refusal } from "../state/refusal.ts";
import { newJob } from "../state/schedules.ts";
import { locationRoutes } from "./locations.ts";

const collection = "/v1/projects/{project+}/locations/{location}/jobs";
const single = `${collection}/{job}`;
const writable = [
  "description",
  "pubsubTarget",
  "appEngineHttpTarget",
  "httpTarget",
  "schedule",
  "timeZone",
  "retryConfig",
  "attemptDeadline",
];
const targets = ["pubsubTarget", "appEngineHttpTarget", "httpTarget"];

/** Cloud Scheduler v1: jobs, which fire by the sandbox's clock where deployed code runs. */
export const scheduler: Service = googleService("cloudscheduler.googleapis.com", [
  ...locationRoutes("v1", "cloudscheduler.locations.list"),
  reads("GET", collection, (call) =>
    listRegional(call, jobsOf(call), {
      key: "jobs",
      maxPage: 500,
      permission: "cloudscheduler.jobs.list",
      unreachable: "refused",
      wildcard: false,
    }),
  ),
  reads("GET", single, (call) => shownJob(call.world, found(call))),
  writes("POST", collection, (call) => {
    const { state, now } = call.world;
    checkPlace(call, "create");
    const body = jsonBody(call);
    const parent = `projects/${state.project}/locations/${param(call, "location")}`;
    const name = typeof body.name === "string" ? body.name : `${parent}/jobs/${nextId(state, 20)}`;
    if (!name.startsWith(`${parent}/jobs/`)) {
      throw new Refusal("INVALID_ARGUMENT", `Job name must be in the location of the request: "${name}".`);
    }
    if (state.jobs[name] !== undefined) throw new Refusal("ALREADY_EXISTS", `Job ${name} already exists.`);
    checkJob(body);
    state.jobs[name] = newJob(name, pickWritable(body), now());
    planJob(call.world, state.jobs[name]);
    return shownJob(call.world, state.jobs[name]);
  }),
  writes("PATCH", single, (call) => {
    const { state, now } = call.world;
    const current = found(call);
    const mask = parseMask(call.query.get("updateMask"));
    const paths = mask?.filter(([field]) => field !== "name") ?? null;
    const next = applyMask(current, jsonBody(call), paths, writable);
    checkJob(next);
    next.userUpdateTime = now().toISOString();
    state.jobs[String(current.name)] = next;
    planJob(call.world, next);
    return shownJob(call.world, next);
  }),
  writes("DELETE", single, (call) => {
    const name = String(found(call).name);
    forgetJob(call.world, name);
    delete call.world.state.jobs[name];
    return {};
  }),
  writes("POST", `${single}:pause`, (call) => turn(call, "ENABLED", "PAUSED")),
  // Deployers resume every job that they have created, so a job that runs is resumed without complaint.
  writes("POST", `${single}:resume`, (call) => {
    const job = found(call);
    return job.state === "ENABLED" ? shownJob(call.world, job) : turn(call, "PAUSED", "ENABLED");
  }),
  shelves("POST", `${single}:run`, (call) => {
    const job = found(call);
    forceJob(call.world, job);
    return shownJob(call.world, job);
  }),
]);

function found(call: Call): JsonObject {
  const location = checkPlace(call, "get");
  const name = `projects/${call.world.state.project}/locations/${location}/jobs/${param(call, "job")}`;
  const job = call.world.state.jobs[name];
  if (job === undefined) throw new Refusal("NOT_FOUND", "Job not found.");
  return job;
}

function checkPlace(call: Call, verb: string): string {
  checkProject(call, `cloudscheduler.jobs.${verb}`);
  const location = param(call, "location");
  checkLocation(location);
  checkReachable(call, location);
  return location;
}

function turn(call: Call, from: string, to: string): JsonObject {
  const job = found(call);
  if (job.state !== from) {
    throw new Refusal("FAILED_PRECONDITION", `Job state must be ${from} for this operation; it is ${job.state}.`);
  }
  job.state = to;
  job.userUpdateTime = call.world.now().toISOString();
  planJob(call.world, job);
  return shownJob(call.world, job);
}

function checkJob(job: JsonObject): void {
  if (targets.filter((target) => job[target] !== undefined && job[target] !== null).length !== 1) {
    throw new Refusal("INVALID_ARGUMENT", "Job.target must be exactly one of pubsub, app engine http and http.");
  }
  if (typeof job.schedule !== "string") throw new Refusal("INVALID_ARGUMENT", "Job.schedule must be set.");
  try {
    readSchedule(job.schedule, typeof job.timeZone === "string" ? job.timeZone : "UTC");
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    throw new Refusal("INVALID_ARGUMENT", `Schedule or time zone is invalid: ${error.message}.`);
  }
}

function jobsOf(call: Call): JsonObject[] {
  return Object.values(call.world.state.jobs).map((job) => shownJob(call.world, job));
}

function pickWritable(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => writable.includes(key)));
}
