import { type DocumentReference, FieldValue } from "firebase-admin/firestore";
import { db } from "./firestore.ts";

interface AdminEvent {
  /** "chatter.suspended": what happened, to what kind of thing. */
  readonly event: string;
  readonly actor: string;
  readonly target: string;
  readonly details: object;
}

/** A transaction or a batch. */
interface Write {
  create(document: DocumentReference, data: Record<string, unknown>): unknown;
}

/**
 * Adds who did what to the same write that does it: one cannot exist without the other. `id` names what must not be done
 * twice; without it the record gets one of its own.
 */
export function recordAdminEvent(write: Write, entry: AdminEvent, id: string | null = null): void {
  const events = db().collection("admin_events");
  write.create(id === null ? events.doc() : events.doc(id), { ...entry, at: FieldValue.serverTimestamp() });
}
