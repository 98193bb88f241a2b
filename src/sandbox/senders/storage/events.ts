import type { World } from "../../http/call.ts";
import { type JsonObject, objectAt } from "../../state/json.ts";
import { uuidOf } from "../../state/services.ts";
import type { State } from "../../state/state.ts";
import { type Listener, triggered } from "../events/listeners.ts";
import { backgroundEvent, cloudEvent, type EventSource, putEvent } from "../events/send.ts";

/** What happened to an object. "archived" stands for a delete or an overwrite where the bucket keeps versions. */
type Happening = "finalized" | "deleted" | "archived";

interface StorageContent {
  /** The object's resource, as the API shows it. */
  readonly object: JsonObject;
  /** RFC 3339, when it happened. */
  readonly time: string;
}

const types: Readonly<Record<Happening, { readonly first: string; readonly second: string }>> = {
  finalized: { first: "google.storage.object.finalize", second: "google.cloud.storage.object.v1.finalized" },
  deleted: { first: "google.storage.object.delete", second: "google.cloud.storage.object.v1.deleted" },
  archived: { first: "google.storage.object.archive", second: "google.cloud.storage.object.v1.archived" },
};

/** Changes of Cloud Storage's objects. */
export const storageEvents: EventSource<StorageContent> = {
  sender: "storage",
  kind: "storage-event",
  request(_, { id, eventType, content: { object, time } }, { environment }) {
    const [bucket, name] = [String(object.bucket), String(object.name)];
    const body = Buffer.from(JSON.stringify(object));
    if (environment === "GEN_1") {
      const resource = {
        service: "storage.googleapis.com",
        name: `projects/_/buckets/${bucket}/objects/${name}`,
        type: "storage#object",
      };
      return backgroundEvent({ eventId: id, timestamp: time, eventType, resource }, object);
    }
    const attributes = {
      id,
      source: `//storage.googleapis.com/projects/_/buckets/${bucket}`,
      subject: `objects/${name}`,
      type: eventType,
      time,
      bucket,
    };
    return cloudEvent(attributes, "application/json", body);
  },
};

/** Puts in an event for every copy that listens to the object's bucket. */
export function announceObject(world: World, object: JsonObject, happening: "stored" | "removed"): void {
  const bucket = String(object.bucket);
  const versions = objectAt(world.state.buckets[bucket] ?? {}, "versioning").enabled === true;
  const kind: Happening = happening === "stored" ? "finalized" : versions ? "archived" : "deleted";
  const time = world.now().toISOString();
  for (const listener of listenersTo(world.state, bucket, kind)) {
    // Each trigger has a topic of its own, and what is published there has an id of its own.
    const id = uuidOf(`${String(object.id)} ${kind} ${listener.resource.name}`);
    putEvent(world, storageEvents, listener, id, { object, time });
  }
}

function listenersTo(state: State, bucket: string, happening: Happening): Listener[] {
  const { first, second } = types[happening];
  return triggered(state).filter(({ eventType, filter }) => {
    if (eventType === second) return filter("bucket") === bucket;
    return eventType === first && bucketOf(filter("resource") ?? "") === bucket;
  });
}

/** "projects/_/buckets/photos" → "photos"; the name alone is taken as well. */
function bucketOf(resource: string): string {
  return resource.split("/").at(-1) ?? "";
}
