import type { World } from "../../http/call.ts";
import { authEvents } from "../auth/events.ts";
import { firestoreEvents } from "../firestore/events.ts";
import { storageEvents } from "../storage/events.ts";
import { type Sending, startEvents } from "./send.ts";

/** Has the agenda send the events of every source. */
export function startAllEvents(world: World): void {
  startEvents(world, firestoreEvents);
  startEvents(world, storageEvents);
  startEvents(world, authEvents);
}

/** How many events each copy has not taken yet, by the full name of its function. */
export function waitingEvents(world: World): Map<string, number> {
  const found = new Map<string, number>();
  for (const { kind } of [firestoreEvents, storageEvents, authEvents]) {
    for (const { data } of world.agenda.waiting(kind)) {
      const { to } = data as unknown as Sending<unknown>;
      found.set(to, (found.get(to) ?? 0) + 1);
    }
  }
  return found;
}
