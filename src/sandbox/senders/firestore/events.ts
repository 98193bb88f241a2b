import { isDeepStrictEqual } from "node:util";
import { documentJson, timeText } from "../../firestore/json.ts";
import type { StoredDocument } from "../../firestore/messages.ts";
import type { Change } from "../../firestore/store.ts";
import type { World } from "../../http/call.ts";
import { uuidOf } from "../../state/services.ts";
import type { FunctionResource } from "../../state/state.ts";
import {
  backgroundEvent,
  cloudEvent,
  type EventRequest,
  type EventSource,
  putEvent,
  type Sending,
  triggerAccount,
} from "../events/send.ts";
import { type Happening, listenersTo } from "./triggers.ts";

/** Changes of documents. */
export const firestoreEvents: EventSource<Change> = {
  sender: "firestore",
  kind: "firestore-event",
  request: (world, sending, resource) =>
    resource.environment === "GEN_1" ? background(sending) : documentEvent(world, sending, resource),
};

/** Puts in an event for every copy that listens to one of these changes. */
export function announce(world: World, changes: readonly Change[]): void {
  for (const change of changes) {
    const { name, before, after, time } = change;
    const happening: Happening = before === null ? "created" : after === null ? "deleted" : "updated";
    // One event, whoever listens: copies in two regions see the same id.
    const id = uuidOf(`${name} ${timeText(time)}`);
    for (const listener of listenersTo(world.state, name, happening)) {
      putEvent(world, firestoreEvents, listener, id, { name, before, after, time });
    }
  }
}

/** With the document in protobuf, as Eventarc sends it. */
async function documentEvent(
  world: World,
  sending: Sending<Change>,
  resource: FunctionResource,
): Promise<EventRequest> {
  const { state } = world;
  const { name, before, after, time } = sending.content;
  const [, , , database = "", , ...path] = name.split("/");
  const { codec } = await import("../../firestore/schema.ts");
  const body = codec<object>("DocumentEventData").encode({
    ...(after === null ? {} : { value: shown(after) }),
    ...(before === null ? {} : { oldValue: shown(before) }),
    ...(before === null || after === null ? {} : { updateMask: { fieldPaths: changedFields(before, after) } }),
  });
  const location = state.databases[`projects/${state.project}/databases/${database}`]?.locationId;
  const attributes = {
    id: sending.id,
    source: `//firestore.googleapis.com/projects/${state.project}/databases/${database}`,
    subject: `documents/${path.join("/")}`,
    type: sending.eventType,
    time: timeText(time),
    dataschema:
      "https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/firestore/v1/data.proto",
    project: state.project,
    database,
    namespace: "(default)",
    document: path.join("/"),
    location: typeof location === "string" ? location : "nam5",
    ...(sending.eventType.endsWith(".withAuthContext")
      ? { authtype: "service_account", authid: triggerAccount(world, resource) }
      : {}),
  };
  return cloudEvent(attributes, "application/protobuf", body);
}

function background({ id, eventType, content: { name, before, after, time } }: Sending<Change>): EventRequest {
  const data = {
    value: after === null ? {} : documentJson(after),
    oldValue: before === null ? {} : documentJson(before),
    updateMask: before === null || after === null ? {} : { fieldPaths: changedFields(before, after) },
  };
  return backgroundEvent({ eventId: id, timestamp: timeText(time), eventType, resource: name }, data);
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
