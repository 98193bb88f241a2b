import type { World } from "../../http/call.ts";
import { type JsonObject, objectAt } from "../../state/json.ts";
import { uuidOf } from "../../state/services.ts";
import { triggered } from "../events/listeners.ts";
import { backgroundEvent, cloudEvent, type EventSource, putEvent } from "../events/send.ts";

type Happening = "created" | "deleted";

interface AuthContent {
  readonly user: JsonObject;
  readonly happening: Happening;
  /** RFC 3339, when it happened. */
  readonly time: string;
}

const types: Readonly<Record<Happening, { readonly first: string; readonly second: string }>> = {
  created: { first: "providers/firebase.auth/eventTypes/user.create", second: "google.firebase.auth.user.v2.created" },
  deleted: { first: "providers/firebase.auth/eventTypes/user.delete", second: "google.firebase.auth.user.v2.deleted" },
};

/** Users of Firebase Auth that come and go. */
export const authEvents: EventSource<AuthContent> = {
  sender: "auth",
  kind: "auth-event",
  request({ state }, { id, eventType, content: { user, happening, time } }, { environment }) {
    const resource = `projects/${state.project}`;
    if (environment === "GEN_1") return backgroundEvent({ eventId: id, timestamp: time, eventType, resource }, user);
    const { photoURL, metadata: _, ...others } = user;
    const { createdAt, lastSignedInAt } = objectAt(user, "metadata");
    const shown = {
      ...others,
      ...(photoURL === undefined ? {} : { photoUrl: photoURL }),
      metadata: { createTime: createdAt, lastSignInTime: lastSignedInAt },
    };
    const attributes = {
      id,
      source: `//identitytoolkit.googleapis.com/${resource}`,
      subject: `users/${String(user.uid)}`,
      type: eventType,
      time,
    };
    const data = happening === "created" ? { value: shown } : { oldValue: shown };
    return cloudEvent(attributes, "application/json", Buffer.from(JSON.stringify(data)));
  },
};

/** Puts in an event for every copy that listens to users of the project. */
export function announceUser(world: World, user: JsonObject, happening: Happening): void {
  const { first, second } = types[happening];
  const time = world.now().toISOString();
  for (const listener of triggered(world.state)) {
    const { eventType, filter, resource } = listener;
    // Users that belong to a tenant are not modelled: who asks for one's hears nothing.
    const fits =
      eventType === first
        ? filter("resource") === `projects/${world.state.project}`
        : eventType === second && filter("tenantid") === null;
    if (!fits) continue;
    // Nothing promises that two triggers see one id.
    const id = uuidOf(`${String(user.uid)} ${happening} ${time} ${resource.name}`);
    putEvent(world, authEvents, listener, id, { user, happening, time });
  }
}
