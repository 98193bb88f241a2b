import { isDeepStrictEqual } from "node:util";
import { canonicalUrl } from "../../../model/function-url.ts";
import { documentJson, timeText } from "../../firestore/json.ts";
import type { StoredDocument } from "../../firestore/messages.ts";
import type { Change } from "../../firestore/store.ts";
import type { Timestamp } from "../../firestore/values.ts";
import type { World } from "../../http/call.ts";
import type { JsonObject } from "../../state/json.ts";
import { defaultAccount, partsOf } from "../../state/names.ts";
import { uuidOf } from "../../state/services.ts";
import type { FunctionResource } from "../../state/state.ts";
import type { Due } from "../agenda.ts";
import { carry, postponed } from "../carry.ts";
import { oidcToken } from "../oidc.ts";
import { type Happening, listenersTo, retries } from "./triggers.ts";

export const eventKind = "firestore-event";

/** An event on its way to one copy, as the agenda keeps it. */
interface Sending {
  readonly id: string;
  /** Full name of the function. */
  readonly to: string;
  readonly eventType: string;
  readonly document: string;
  readonly before: StoredDocument | null;
  readonly after: StoredDocument | null;
  readonly time: Timestamp;
  readonly attempts: number;
  /** When it was put in, in milliseconds since the epoch. */
  readonly since: number;
}

const deadlineMs = 600_000;
/** Between tries, as the subscriptions that Eventarc makes are set: 10 s at first, 10 min at most, for a day. */
const firstPauseMs = 10_000;
const longestPauseMs = 600_000;
const patienceMs = 24 * 60 * 60 * 1000;

export function startFirestoreEvents(world: World): void {
  world.agenda.on(eventKind, (due) => send(world, due));
}

/** Puts in an event for every copy that listens to one of these changes. */
export function announce(world: World, changes: readonly Change[]): void {
  let any = false;
  for (const { name, before, after, time } of changes) {
    const happening: Happening = before === null ? "created" : after === null ? "deleted" : "updated";
    // One event, whoever listens: copies in two regions see the same id.
    const id = uuidOf(`${name} ${timeText(time)}`);
    const since = world.now().getTime();
    for (const { resource, eventType } of listenersTo(world.state, name, happening)) {
      const to = resource.name;
      const sending: Sending = { id, to, eventType, document: name, before, after, time, attempts: 0, since };
      world.agenda.put(`firestore:${id}:${to}`, since, eventKind, sending as unknown as JsonObject);
      any = true;
    }
  }
  // Whoever wrote is answered first.
  if (any) setImmediate(() => world.agenda.poke());
}

async function send(world: World, due: Due): Promise<void> {
  const sending = due.data as unknown as Sending;
  const resource = world.state.functions[sending.to];
  if (resource === undefined) return;
  const { region, id } = partsOf(sending.to);
  const url = canonicalUrl(world.state.project, region, id);
  if (postponed(world, due, { sender: "firestore", type: sending.eventType, url })) return;
  const attempts = sending.attempts + 1;
  const { headers, body } =
    resource.environment === "GEN_1" ? background(world, sending) : await cloudEvent(world, sending, resource, url);
  const { taken } = await carry(world, {
    sender: "firestore",
    event: sending.id,
    type: sending.eventType,
    url,
    method: "POST",
    headers,
    body,
    attempt: attempts,
    deadlineMs,
  });
  const now = world.now().getTime();
  const next = now + Math.min(firstPauseMs * 2 ** (attempts - 1), longestPauseMs);
  if (taken || !retries(resource) || next - sending.since > patienceMs) return;
  world.agenda.put(due.id, next, due.kind, { ...due.data, attempts });
}

/** In CloudEvents' binary mode, with the document in protobuf, as Eventarc sends it. */
async function cloudEvent(world: World, sending: Sending, resource: FunctionResource, audience: string) {
  const { state } = world;
  const [, , , database = "", , ...path] = sending.document.split("/");
  const { before, after } = sending;
  const { codec } = await import("../../firestore/schema.ts");
  const body = codec<object>("DocumentEventData").encode({
    ...(after === null ? {} : { value: shown(after) }),
    ...(before === null ? {} : { oldValue: shown(before) }),
    ...(before === null || after === null ? {} : { updateMask: { fieldPaths: changedFields(before, after) } }),
  });
  const account = String(
    resource.eventTrigger?.serviceAccountEmail ??
      resource.serviceConfig.serviceAccountEmail ??
      defaultAccount(state, 2),
  );
  const location = state.databases[`projects/${state.project}/databases/${database}`]?.locationId;
  const seconds = Math.floor(world.now().getTime() / 1000);
  const headers: Record<string, string> = {
    authorization: `Bearer ${oidcToken(account, audience, seconds)}`,
    "content-type": "application/protobuf",
    "ce-specversion": "1.0",
    "ce-id": sending.id,
    "ce-source": `//firestore.googleapis.com/projects/${state.project}/databases/${database}`,
    "ce-subject": `documents/${path.join("/")}`,
    "ce-type": sending.eventType,
    "ce-time": timeText(sending.time),
    "ce-dataschema":
      "https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/firestore/v1/data.proto",
    "ce-project": state.project,
    "ce-database": database,
    "ce-namespace": "(default)",
    "ce-document": path.join("/"),
    "ce-location": typeof location === "string" ? location : "nam5",
    "user-agent": "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google)",
    ...(sending.eventType.endsWith(".withAuthContext")
      ? { "ce-authtype": "service_account", "ce-authid": account }
      : {}),
  };
  return { headers, body };
}

/** As functions of the first generation get it; no IAM stands before their events. */
function background(world: World, { id, eventType, document, before, after, time }: Sending) {
  const data = {
    value: after === null ? {} : documentJson(after),
    oldValue: before === null ? {} : documentJson(before),
    updateMask: before === null || after === null ? {} : { fieldPaths: changedFields(before, after) },
  };
  const context = { eventId: id, timestamp: timeText(time), eventType, resource: document };
  const headers = { authorization: `Bearer ${world.token}`, "content-type": "application/json" };
  return { headers, body: Buffer.from(JSON.stringify({ context, data })) };
}

function shown({ name, fields, createTime, updateTime }: StoredDocument): object {
  return { name, fields, createTime, updateTime };
}

function changedFields(before: StoredDocument, after: StoredDocument): string[] {
  const names = new Set([...Object.keys(before.fields), ...Object.keys(after.fields)]);
  return [...names]
    .filter((name) => !isDeepStrictEqual(before.fields[name], after.fields[name]))
    .map((name) => (/^[A-Za-z_]\w*$/.test(name) ? name : `\`${name.replace(/[\\`]/g, "\\$&")}\``))
    .sort();
}
