import { canonicalUrl } from "../../../model/function-url.ts";
import { jsonBody } from "../../http/body.ts";
import { type Call, param, reply } from "../../http/call.ts";
import { page } from "../../http/pages.ts";
import { type Route, reads, shelves } from "../../http/service.ts";
import { isObject, type JsonObject, objectAt, textAt } from "../../state/json.ts";
import { Refusal } from "../../state/refusal.ts";
import { durationMs } from "../duration.ts";
import { dispatch, dropTask, isNameTaken, keepTask, task, tasksOf, wakeQueue } from "./queue.ts";

const farthestMs = 30 * 86_400_000;
const methods = ["POST", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"];

/**
 * The tasks of a queue. `queueIn` finds the queue of a request, or refuses it. Under `single` alone, without a version,
 * are the same routes as Google's emulator has them, where tasks name no address.
 */
export function taskRoutes(single: string, queueIn: (call: Call) => JsonObject): Route[] {
  const collection = `${single}/tasks`;
  const one = `${collection}/{task}`;
  return [
    shelves("POST", collection, (call) => create(call, String(queueIn(call).name))),
    reads("GET", collection, (call) => {
      const name = String(queueIn(call).name);
      const rows = tasksOf(call.world, name).map((value) => shown(value, call.query.get("responseView")));
      return page(call, rows, { key: "tasks", maxPage: 1000 });
    }),
    reads("GET", one, (call) => shown(found(call, queueIn), call.query.get("responseView"))),
    shelves("DELETE", one, (call) => {
      dropTask(call.world, String(found(call, queueIn).name));
      return {};
    }),
    shelves("POST", `${one}:run`, (call) => {
      const value = found(call, queueIn);
      const view = textAt(jsonBody(call), "responseView");
      dispatch(call.world, String(value.name));
      return shown(value, view);
    }),
  ];
}

function create(call: Call, queue: string) {
  const { world } = call;
  const body = jsonBody(call);
  const given = objectAt(body, "task");
  const now = world.now();
  const number = world.shelf.nextNumber();
  const name = textAt(given, "name") ?? `${queue}/tasks/${String(now.getTime())}${String(number).padStart(6, "0")}`;
  if (!name.startsWith(`${queue}/tasks/`) || !/\/tasks\/[\w-]{1,500}$/.test(name)) {
    throw new Refusal(
      "INVALID_ARGUMENT",
      `The task name "${name}" does not lie in the queue, or has characters that a name cannot have.`,
    );
  }
  if (isNameTaken(world, name)) {
    throw new Refusal(
      "ALREADY_EXISTS",
      task(world, name) === undefined
        ? "The task cannot be created because a task with this name existed too recently."
        : "Requested entity already exists",
    );
  }
  const request = requestOf(call, objectAt(given, "httpRequest"), queue);
  const asked = textAt(given, "scheduleTime");
  const at = asked === null ? now.getTime() : Date.parse(asked);
  if (!(at - now.getTime() <= farthestMs)) {
    throw new Refusal("INVALID_ARGUMENT", "The Task.scheduleTime is malformed, or more than 30 days ahead.");
  }
  const deadline = textAt(given, "dispatchDeadline") ?? "600s";
  const deadlineMs = durationMs(deadline);
  if (deadlineMs === null || deadlineMs < 15_000 || deadlineMs > 1_800_000) {
    throw new Refusal("INVALID_ARGUMENT", "Task.dispatchDeadline must be between [15s, 30m].");
  }
  const value: JsonObject = {
    name,
    httpRequest: request,
    // What is due already is due now.
    scheduleTime: new Date(Math.max(at, now.getTime())).toISOString(),
    createTime: now.toISOString(),
    dispatchDeadline: deadline,
    dispatchCount: 0,
    responseCount: 0,
    number,
  };
  keepTask(world, value);
  wakeQueue(world, queue);
  return reply(200, shown(value, textAt(body, "responseView")));
}

function requestOf(call: Call, request: JsonObject, queue: string): JsonObject {
  const { state } = call.world;
  const [, , , region = "", , id = ""] = queue.split("/");
  const given = textAt(request, "url") ?? "";
  const emulated = call.path.startsWith("/projects/");
  const url = given === "" && emulated ? canonicalUrl(state.project, region, id) : given;
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new Refusal("INVALID_ARGUMENT", "HttpRequest.url is required, and must begin with http:// or https://.");
  }
  const method = textAt(request, "httpMethod") ?? "POST";
  if (!methods.includes(method)) throw new Refusal("INVALID_ARGUMENT", `Invalid HttpRequest.httpMethod: ${method}.`);
  const body = textAt(request, "body");
  if (body !== null && !/^[A-Za-z0-9+/_-]*=*$/.test(body)) {
    throw new Refusal(
      "INVALID_ARGUMENT",
      "Invalid value at 'task.http_request.body' (TYPE_BYTES), Base64 decoding failed.",
    );
  }
  const token = request.oidcToken;
  if (token !== undefined && (!isObject(token) || textAt(token, "serviceAccountEmail") === null)) {
    throw new Refusal("INVALID_ARGUMENT", "OidcToken.service_account_email is required.");
  }
  return { headers: {}, ...request, httpMethod: method, url };
}

function found(call: Call, queueIn: (call: Call) => JsonObject): JsonObject {
  const value = task(call.world, `${queueIn(call).name}/tasks/${param(call, "task")}`);
  if (value === undefined)
    throw new Refusal(
      "NOT_FOUND",
      "The task no longer exists, though a task with this name existed recently, or never did.",
    );
  return value;
}

/** The basic view leaves the body out. */
function shown(value: JsonObject, view: string | null): JsonObject {
  const { number: _number, previousStatus: _previous, httpRequest, ...rest } = value;
  const full = view === "FULL";
  const { body, ...request } = isObject(httpRequest) ? httpRequest : {};
  return {
    ...rest,
    httpRequest: full && body !== undefined ? { ...request, body } : request,
    view: full ? "FULL" : "BASIC",
  };
}
