import { jsonBody } from "../http/body.ts";
import { type Call, param } from "../http/call.ts";
import { checkLocation, checkProject, checkReachable, googleService, listRegional } from "../http/google.ts";
import { reads, type Service, writes } from "../http/service.ts";
import { dropTask, tasksOf, wakeQueue } from "../senders/tasks/queue.ts";
import { taskRoutes } from "../senders/tasks/routes.ts";
import type { JsonObject } from "../state/json.ts";
import { applyMask, parseMask } from "../state/mask.ts";
import { Refusal } from "../state/refusal.ts";
import { newQueue } from "../state/schedules.ts";
import { policyRoutes } from "./iam.ts";
import { locationRoutes } from "./locations.ts";

const collection = "/v2/projects/{project+}/locations/{location}/queues";
const single = `${collection}/{queue}`;
/** `state` is documented as not settable, and firebase sets it to DISABLED all the same. */
const writable = [
  "appEngineRoutingOverride",
  "httpTarget",
  "rateLimits",
  "retryConfig",
  "stackdriverLoggingConfig",
  "state",
];

/** Cloud Tasks v2: queues, and the tasks that they dispatch. */
export const tasks: Service = googleService("cloudtasks.googleapis.com", [
  ...locationRoutes("v2", "cloudtasks.locations.list"),
  reads("GET", collection, (call) =>
    listRegional(call, Object.values(call.world.state.queues), {
      key: "queues",
      maxPage: 9800,
      permission: "cloudtasks.queues.list",
      unreachable: "refused",
      wildcard: false,
    }),
  ),
  reads("GET", single, found),
  writes("POST", collection, (call) => {
    const { state } = call.world;
    const location = checkPlace(call, "create");
    const body = jsonBody(call);
    const name = String(body.name ?? "");
    if (!new RegExp(`^projects/${state.project}/locations/${location}/queues/[a-zA-Z0-9-]{1,100}$`).test(name)) {
      throw new Refusal("INVALID_ARGUMENT", `Queue name "${name}" does not fit the location of the request.`);
    }
    if (state.queues[name] !== undefined) throw new Refusal("ALREADY_EXISTS", "Queue already exists");
    state.queues[name] = newQueue(name, pickWritable(body));
    return state.queues[name];
  }),
  writes("PATCH", single, (call) => {
    const { state } = call.world;
    const name = nameIn(call, "update");
    // Updating a queue that is not there creates it.
    const current = state.queues[name] ?? newQueue(name, {});
    const mask = parseMask(call.query.get("updateMask"));
    const paths = mask?.filter(([field]) => field !== "name") ?? null;
    const next = applyMask(current, jsonBody(call), paths, paths === null ? writable.slice(0, -1) : writable);
    state.queues[name] = newQueue(name, next);
    wakeQueue(call.world, name);
    return state.queues[name];
  }),
  writes("DELETE", single, (call) => {
    const name = String(found(call).name);
    purge(call, name);
    delete call.world.state.queues[name];
    delete call.world.state.policies[name];
    return {};
  }),
  writes("POST", `${single}:pause`, (call) => turn(call, "PAUSED")),
  writes("POST", `${single}:resume`, (call) => turn(call, "RUNNING")),
  writes("POST", `${single}:purge`, (call) => {
    const queue = found(call);
    purge(call, String(queue.name));
    queue.purgeTime = call.world.now().toISOString();
    return queue;
  }),
  ...taskRoutes(single, found),
  // As Google's emulator has them: firebase-admin calls these where CLOUD_TASKS_EMULATOR_HOST is set.
  ...taskRoutes("/projects/{project+}/locations/{location}/queues/{queue}", found),
  ...policyRoutes(single, (call) => String(found(call).name)),
]);

function found(call: Call): JsonObject {
  const queue = call.world.state.queues[nameIn(call, "get")];
  if (queue === undefined)
    throw new Refusal(
      "NOT_FOUND",
      "Queue does not exist. If you just created the queue, wait at least a minute for the queue to initialize.",
    );
  return queue;
}

function nameIn(call: Call, verb: string): string {
  return `projects/${call.world.state.project}/locations/${checkPlace(call, verb)}/queues/${param(call, "queue")}`;
}

function checkPlace(call: Call, verb: string): string {
  checkProject(call, `cloudtasks.queues.${verb}`);
  const location = param(call, "location");
  checkLocation(location);
  checkReachable(call, location);
  return location;
}

function turn(call: Call, to: string): JsonObject {
  const queue = found(call);
  queue.state = to;
  wakeQueue(call.world, String(queue.name));
  return queue;
}

function purge(call: Call, queue: string): void {
  for (const { name } of tasksOf(call.world, queue)) dropTask(call.world, String(name));
}

function pickWritable(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => writable.includes(key)));
}
