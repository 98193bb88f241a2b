import type { World } from "../../http/call.ts";
import { isObject, type JsonObject, numberAt, objectAt, textAt } from "../../state/json.ts";
import type { Due } from "../agenda.ts";
import { carry, postponed } from "../carry.ts";
import { backoffMs, durationMs } from "../duration.ts";
import { oidcToken } from "../oidc.ts";
import { settingsOf } from "../settings.ts";
import { dropTask, keepTask, queueOf, task, wakeQueue } from "./queue.ts";

const tenMinutes = 600_000;

/** One attempt of a task: done with 2xx; else it waits for its next, or is given up. */
export async function runTask(world: World, due: Due): Promise<void> {
  const name = String(due.data.task);
  const value = task(world, name);
  const queue = world.state.queues[queueOf(name)];
  if (value === undefined || queue === undefined) return;
  const { url, audience } = targetOf(world, queue, value);
  const subject = { sender: "tasks" as const, type: shortName(queueOf(name)), url };
  if (postponed(world, due, subject)) return;
  const now = world.now();
  const attempts = (numberAt(value, "dispatchCount") ?? 0) + 1;
  const attempt = { scheduleTime: value.scheduleTime ?? null, dispatchTime: now.toISOString() };
  const began = {
    ...value,
    dispatchCount: attempts,
    firstAttempt: value.firstAttempt ?? attempt,
    lastAttempt: attempt,
  };
  keepTask(world, began);
  const request = objectAt(value, "httpRequest");
  const arrival = await carry(world, {
    ...subject,
    event: name,
    method: textAt(objectAt(queue, "httpTarget"), "httpMethod") ?? textAt(request, "httpMethod") ?? "POST",
    headers: headersOf(world, queue, value, audience),
    body: Buffer.from(textAt(request, "body") ?? "", "base64"),
    attempt: attempts,
    deadlineMs: durationMs(value.dispatchDeadline) ?? tenMinutes,
  });
  // It is in hand no longer: the queue may look at it, and at who waits behind it.
  world.agenda.cancel(due.id);
  if (task(world, name) !== undefined) {
    if (arrival.taken || isGivenUp(queue, began, world.now().getTime())) dropTask(world, name);
    else retryLater(world, queue, began, arrival.status);
  }
  wakeQueue(world, queueOf(name));
}

function retryLater(world: World, queue: JsonObject, value: JsonObject, status: number | null): void {
  const rules = objectAt(queue, "retryConfig");
  const pause = backoffMs(
    {
      minMs: durationMs(rules.minBackoff) ?? 100,
      maxMs: durationMs(rules.maxBackoff) ?? 3_600_000,
      doublings: numberAt(rules, "maxDoublings") ?? 16,
    },
    numberAt(value, "dispatchCount") ?? 1,
  );
  const now = world.now();
  const response = {
    code: status === null ? 4 : 2,
    message: status === null ? "DEADLINE_EXCEEDED" : `HTTP status code ${status}`,
  };
  keepTask(world, {
    ...value,
    scheduleTime: new Date(now.getTime() + pause).toISOString(),
    responseCount: (numberAt(value, "responseCount") ?? 0) + (status === null ? 0 : 1),
    lastAttempt: { ...objectAt(value, "lastAttempt"), responseTime: now.toISOString(), responseStatus: response },
    previousStatus: status,
  });
}

/** With a limit of attempts and one of time, both must be reached. */
function isGivenUp(queue: JsonObject, value: JsonObject, now: number): boolean {
  const rules = objectAt(queue, "retryConfig");
  const most = numberAt(rules, "maxAttempts") ?? 100;
  const longest = durationMs(rules.maxRetryDuration) ?? 0;
  const began = Date.parse(textAt(objectAt(value, "firstAttempt"), "dispatchTime") ?? "");
  const attemptsUsed = most !== -1 && (numberAt(value, "dispatchCount") ?? 0) >= most;
  const timeUsed = longest > 0 && now - began >= longest;
  if (longest > 0 && most !== -1) return attemptsUsed && timeUsed;
  return attemptsUsed || timeUsed;
}

interface Target {
  readonly url: string;
  readonly audience: string;
}

/** Where a task goes: its own URL, with what the queue overrides of it. */
function targetOf(world: World, queue: JsonObject, value: JsonObject): Target {
  const own = textAt(objectAt(value, "httpRequest"), "url") ?? "";
  const override = objectAt(objectAt(queue, "httpTarget"), "uriOverride");
  const url = overridden(own, override);
  const follows = settingsOf(world.shelf).tasksOverrideAudience === "target";
  return { url, audience: follows ? url : own };
}

function overridden(own: string, override: JsonObject): string {
  if (Object.keys(override).length === 0 || !URL.canParse(own)) return own;
  const url = new URL(own);
  const query = textAt(objectAt(override, "queryOverride"), "queryParams");
  if (override.uriOverrideEnforceMode === "IF_NOT_EXISTS") {
    // A task's URL has every part but, at times, a query.
    if (url.search === "" && query !== null) url.search = query;
    return url.href;
  }
  const scheme = textAt(override, "scheme");
  if (scheme === "HTTP" || scheme === "HTTPS") url.protocol = scheme.toLowerCase();
  const host = textAt(override, "host");
  if (host !== null) url.hostname = host;
  if (override.port !== undefined) url.port = String(override.port);
  const path = textAt(objectAt(override, "pathOverride"), "path");
  if (path !== null) url.pathname = path;
  if (query !== null) url.search = query;
  return url.href;
}

function headersOf(world: World, queue: JsonObject, value: JsonObject, audience: string): Record<string, string> {
  const request = objectAt(value, "httpRequest");
  const target = objectAt(queue, "httpTarget");
  const headers: Record<string, string> = {};
  for (const [name, text] of Object.entries(objectAt(request, "headers"))) headers[name.toLowerCase()] = String(text);
  const overrides = Array.isArray(target.headerOverrides) ? target.headerOverrides.filter(isObject) : [];
  for (const { header } of overrides) {
    if (isObject(header)) headers[String(header.key).toLowerCase()] = String(header.value);
  }
  const [own, queues] = [objectAt(request, "oidcToken"), objectAt(target, "oidcToken")];
  const email = textAt(queues, "serviceAccountEmail") ?? textAt(own, "serviceAccountEmail");
  if (email !== null) {
    const claimed = textAt(queues, "audience") ?? textAt(own, "audience") ?? audience;
    const time = Math.floor(world.now().getTime() / 1000);
    headers.authorization = `Bearer ${oidcToken(email, claimed, time)}`;
  }
  const dispatches = numberAt(value, "dispatchCount") ?? 0;
  const previous = numberAt(value, "previousStatus");
  return {
    "content-type": "application/octet-stream",
    ...headers,
    "user-agent": "Google-Cloud-Tasks",
    "x-cloudtasks-queuename": shortName(String(queue.name)),
    "x-cloudtasks-taskname": shortName(String(value.name)),
    "x-cloudtasks-taskretrycount": String(dispatches),
    "x-cloudtasks-taskexecutioncount": String(numberAt(value, "responseCount") ?? 0),
    "x-cloudtasks-tasketa": (Date.parse(textAt(value, "scheduleTime") ?? "") / 1000).toFixed(6),
    ...(previous === null ? {} : { "x-cloudtasks-taskpreviousresponse": String(previous) }),
    ...(previous === null ? {} : { "x-cloudtasks-taskretryreason": "HTTP status code" }),
  };
}

function shortName(name: string): string {
  return name.split("/").at(-1) ?? "";
}
