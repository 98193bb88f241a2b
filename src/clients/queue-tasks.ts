import { textAt } from "./change-address.ts";
import type { Google } from "./google.ts";
import { GoogleError } from "./google-error.ts";
import type { JsonObject } from "./google-send.ts";
import type { GoogleWriter } from "./google-write.ts";
import { Hidden } from "./hidden.ts";
import { type AddressMove, movedAddress } from "./move-address.ts";
import { orMissing } from "./or-missing.ts";
import { safeUrl } from "./safe-record.ts";
import { queueUrl } from "./task-queue.ts";
import { UncertainWriteError } from "./uncertain-write.ts";

/** A task that waits in a queue. */
export interface WaitingTask {
  /** "projects/P/locations/L/queues/Q/tasks/T". */
  readonly name: string;
  /** As it may be written down; null for a task of App Engine. */
  readonly url: string | null;
  /** When it is due, RFC 3339. */
  readonly scheduleTime: string;
  /** Attempts so far. */
  readonly dispatches: number;
  /** All of it, payload and headers among it: to be copied, never to be shown. */
  readonly whole: Hidden<JsonObject>;
}

/**
 * The tasks of a queue with their payloads, page after page; `cloudtasks.tasks.fullView` is needed. Tasks that come or go
 * meanwhile may be among them or not. Throws GoogleError, after the pages that could be read.
 */
export async function* waitingTasks(google: Google, queue: string): AsyncGenerator<WaitingTask, void, void> {
  for await (const page of google.pages(`${queueUrl(queue)}/tasks`, { responseView: "FULL", pageSize: "1000" })) {
    const { tasks = [] } = page;
    if (!Array.isArray(tasks)) throw oddAnswer("tasks is no list");
    for (const task of tasks as JsonObject[]) yield taskOf(task);
  }
}

/** Whether a queue holds no task at all: one page of one. */
export async function isQueueEmpty(google: Google, queue: string): Promise<boolean> {
  const { tasks = [], nextPageToken = "" } = await google.get(`${queueUrl(queue)}/tasks`, { pageSize: "1" });
  // An empty page with another behind it is not the end.
  return Array.isArray(tasks) && tasks.length === 0 && nextPageToken === "";
}

/**
 * - `created`. `existed`: a task of this id waits there already.
 * - `spent`: one of this id was there a short while ago, and has run or was deleted since.
 */
export type CopyOutcome = "created" | "existed" | "spent";

/**
 * Puts a task into another queue as it is: payload, headers, time. Its address, and its audience where that names the
 * copy, go to the other end of the move. It keeps its id unless another is given, so that a second copy finds the first;
 * to put it back into a queue that it was taken from it needs another, since its own is spent there. Rejects with
 * GoogleError (`invalid` where the task leads elsewhere), or with UncertainWriteError.
 */
export async function copyTask(
  google: GoogleWriter,
  task: WaitingTask,
  queue: string,
  move: AddressMove,
  id = task.name.split("/").at(-1) ?? "",
): Promise<{ readonly name: string; readonly outcome: CopyOutcome }> {
  const name = `${queue}/tasks/${id}`;
  const body = { task: { name, ...movedTask(task.whole.reveal(), move) }, responseView: "BASIC" };
  try {
    // By its name it can be made once only, so it may be asked for again.
    await google.post(`${queueUrl(queue)}/tasks`, body, { repeatable: true });
    return { name, outcome: "created" };
  } catch (thrown) {
    const exists = thrown instanceof GoogleError && thrown.status === 409;
    if (!exists && !(thrown instanceof UncertainWriteError)) throw thrown;
    if (await isThere(google, name)) return { name, outcome: exists ? "existed" : "created" };
    // After a lost answer it may have been made, and have run.
    if (!exists) throw thrown;
    return { name, outcome: "spent" };
  }
}

/** False: it was not there (any more). Rejects with GoogleError or UncertainWriteError. */
export async function deleteTask(google: GoogleWriter, name: string): Promise<boolean> {
  return (await google.delete(queueUrl(name))) !== null;
}

async function isThere(google: Google, name: string): Promise<boolean> {
  return (await orMissing(() => google.get(queueUrl(name)))) !== null;
}

function movedTask(task: JsonObject, move: AddressMove): JsonObject {
  const request = task.httpRequest as JsonObject | undefined;
  const moved = movedAddress(textAt(task, "httpRequest.url"), move);
  if (request === undefined || moved.at !== "from") {
    throw new GoogleError({ kind: "invalid", reason: "the task does not lead to the copy that is moved from" });
  }
  const { scheduleTime, dispatchDeadline } = task;
  const audience = movedAddress(textAt(request, "oidcToken.audience"), move);
  const token = request.oidcToken as JsonObject | undefined;
  const { url: _url, oidcToken: _token, ...others } = request;
  return {
    ...(scheduleTime === undefined ? {} : { scheduleTime }),
    ...(dispatchDeadline === undefined ? {} : { dispatchDeadline }),
    httpRequest: {
      ...others,
      url: moved.next,
      ...(token === undefined
        ? {}
        : { oidcToken: audience.at === "from" ? { ...token, audience: audience.next } : token }),
    },
  };
}

function taskOf(task: JsonObject): WaitingTask {
  const [name, url, scheduleTime] = [
    textAt(task, "name"),
    textAt(task, "httpRequest.url"),
    textAt(task, "scheduleTime"),
  ];
  if (name === "" || scheduleTime === "") throw oddAnswer("a task without name or time");
  const { dispatchCount } = task;
  return {
    name,
    url: url === "" ? null : safeUrl(url),
    scheduleTime,
    dispatches: typeof dispatchCount === "number" ? dispatchCount : 0,
    whole: new Hidden(task),
  };
}

function oddAnswer(what: string): GoogleError {
  const reason = `the answer of cloudtasks.googleapis.com makes no sense: ${what}`;
  return new GoogleError({ kind: "malformed", reason });
}
