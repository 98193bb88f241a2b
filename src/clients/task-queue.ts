import { isDeepStrictEqual } from "node:util";
import { objectAt, textAt } from "./change-address.ts";
import { type Comparison, compareRecords } from "./compare-records.ts";
import type { Google } from "./google.ts";
import { GoogleError } from "./google-error.ts";
import type { JsonObject } from "./google-send.ts";
import type { GoogleWriter } from "./google-write.ts";
import { orMissing } from "./or-missing.ts";
import { safeRecord } from "./safe-record.ts";
import { UncertainWriteError } from "./uncertain-write.ts";

export interface TaskQueue {
  /** "projects/P/locations/L/queues/Q". */
  readonly name: string;
  readonly state: "RUNNING" | "PAUSED" | "DISABLED";
  /** Where the queue sends all tasks, whatever address each has; null: where each says. */
  readonly override: QueueOverride | null;
  /** The whole record, as it may be written down. */
  readonly record: JsonObject;
}

/** What a queue puts in place of its tasks' own addresses, and whose token it sends. */
export interface QueueOverride {
  /** The copy's address: "https://europe-west3-acme.cloudfunctions.net/sendMail". Its query is of no meaning. */
  readonly url: string;
  /** Account whose token is sent, and for whom. Both, since whether a task's audience follows is not documented. */
  readonly serviceAccountEmail: string;
  readonly audience: string;
}

/** Null: there is no such queue. Rejects with GoogleError. */
export function taskQueue(google: Google, name: string): Promise<TaskQueue | null> {
  return orMissing(async () => queueOf(await google.get(queueUrl(name))));
}

/**
 * Stops or starts dispatch; tasks are taken either way. Doing it twice is doing it once. Rejects with GoogleError or
 * UncertainWriteError.
 */
export async function turnQueue(google: GoogleWriter, name: string, to: "PAUSED" | "RUNNING"): Promise<TaskQueue> {
  const verb = to === "PAUSED" ? "pause" : "resume";
  try {
    await google.post(`${queueUrl(name)}:${verb}`, {}, { repeatable: true });
  } catch (thrown) {
    const found = thrown instanceof UncertainWriteError ? queueOf(await google.get(queueUrl(name))) : null;
    if (found?.state !== to) throw thrown;
    return found;
  }
  const queue = queueOf(await google.get(queueUrl(name)));
  if (queue.state === to) return queue;
  throw new GoogleError({ kind: "malformed", reason: `Cloud Tasks took :${verb} and shows ${queue.state}` });
}

export interface OverrideChange {
  readonly outcome: "written" | "already" | "not-taken";
  /** Everything but the override, before and after. */
  readonly comparison: Comparison;
  readonly before: TaskQueue;
  readonly after: TaskQueue;
}

/**
 * Sends all tasks of a queue, those that wait among them, to another address; null: each to its own again. What else the
 * queue sets for its tasks (method, headers) stays. Rejects with GoogleError, `not-found` where there is no such queue,
 * which an update would make, and `invalid` where the queue has an override of another form; or with UncertainWriteError.
 */
export async function overrideQueue(
  google: GoogleWriter,
  name: string,
  asked: QueueOverride | null,
): Promise<OverrideChange> {
  const override = asked === null ? null : { ...asked, url: plainUrl(asked.url) };
  const record = await google.get(queueUrl(name));
  const before = queueOf(record);
  const live = objectAt(record, "httpTarget");
  if (!isOurs(live, before.override)) {
    // It could not be put back.
    const reason = "the queue overrides addresses or tokens in another way already: change it by hand";
    throw new GoogleError({ kind: "invalid", reason });
  }
  const target = targetWith(live, override);
  if (isDeepStrictEqual(before.override, override)) {
    return { outcome: "already", comparison: { result: "same" }, before, after: before };
  }
  let doubt: UncertainWriteError | null = null;
  try {
    await google.patch(queueUrl(name), { name, httpTarget: target }, { updateMask: "httpTarget" });
  } catch (thrown) {
    if (!(thrown instanceof UncertainWriteError)) throw thrown;
    doubt = thrown;
  }
  const found = await google.get(queueUrl(name));
  const after = queueOf(found);
  const taken = isDeepStrictEqual(after.override, override);
  if (!taken && doubt !== null) throw doubt;
  const except = ["httpTarget.uriOverride", "httpTarget.oidcToken"];
  const comparison = compareRecords(record, found, except);
  return { outcome: taken ? "written" : "not-taken", comparison, before, after };
}

function targetWith(target: JsonObject, override: QueueOverride | null): JsonObject {
  const { uriOverride: _address, oidcToken: _token, ...others } = target;
  if (override === null) return others;
  const { protocol, hostname, port, pathname } = new URL(override.url);
  const { serviceAccountEmail, audience } = override;
  return {
    ...others,
    uriOverride: {
      scheme: protocol === "http:" ? "HTTP" : "HTTPS",
      host: hostname,
      ...(port === "" ? {} : { port }),
      pathOverride: { path: pathname },
      uriOverrideEnforceMode: "ALWAYS",
    },
    oidcToken: { serviceAccountEmail, audience },
  };
}

/** Whether an override is what is written here: all that it says is in what was read of it. */
function isOurs(live: JsonObject, override: QueueOverride | null): boolean {
  if (textAt(live, "uriOverride.uriOverrideEnforceMode") === "IF_NOT_EXISTS") return false;
  // Google may spell out what was left to it.
  const spelled = [
    "uriOverride.port",
    "uriOverride.scheme",
    "uriOverride.uriOverrideEnforceMode",
    "uriOverride.pathOverride.path",
  ];
  return compareRecords(targetWith(live, override), live, spelled).result === "same";
}

/** Without a port that goes without saying, and without a path that is none. */
function plainUrl(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname === "/" ? "" : pathname}`;
}

function overrideOf(target: JsonObject): QueueOverride | null {
  const uri = objectAt(target, "uriOverride");
  const [scheme, host] = [textAt(uri, "scheme"), textAt(uri, "host")];
  const port = uri.port === undefined ? "" : `:${uri.port}`;
  const url = `${scheme === "HTTP" ? "http" : "https"}://${host}${port}${textAt(uri, "pathOverride.path")}`;
  if (host === "" || !URL.canParse(url)) return null;
  return {
    url: plainUrl(url),
    serviceAccountEmail: textAt(target, "oidcToken.serviceAccountEmail"),
    audience: textAt(target, "oidcToken.audience"),
  };
}

export function queueUrl(name: string): string {
  return `https://cloudtasks.googleapis.com/v2/${name}`;
}

function queueOf(record: JsonObject): TaskQueue {
  const state = textAt(record, "state");
  if (state !== "RUNNING" && state !== "PAUSED" && state !== "DISABLED") {
    const reason = "the answer of cloudtasks.googleapis.com makes no sense: a queue without a state";
    throw new GoogleError({ kind: "malformed", reason });
  }
  const override = overrideOf(objectAt(record, "httpTarget"));
  return { name: textAt(record, "name"), state, override, record: safeRecord(record) };
}
