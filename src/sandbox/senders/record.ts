import type { JsonObject } from "../state/json.ts";
import type { SenderName } from "./disturbances.ts";
import type { Shelf } from "./shelf.ts";

/** One request that a sender made, or failed to make. */
export interface DeliveryRecord {
  /** Grows by time. */
  readonly number: number;
  readonly sender: SenderName;
  /** What was delivered: an event's, task's, message's id. */
  readonly event: string;
  /** "payment_intent.succeeded", "conference", … */
  readonly type: string;
  readonly url: string;
  /** `REGION/ID`; null where the URL reaches no copy of the project. */
  readonly copy: string | null;
  /** 1 for the first. */
  readonly attempt: number;
  /** RFC 3339, by the sandbox's clock, when it was sent. */
  readonly at: string;
  /** Null where no answer came. */
  readonly status: number | null;
  /** The sender counts it as taken. */
  readonly taken: boolean;
  /** Why there was no answer, or what disturbed it; null otherwise. */
  readonly note: string | null;
}

const collection = "deliveries";
/** So many are kept. */
const limit = 200_000;

export function recordDelivery(shelf: Shelf, row: Omit<DeliveryRecord, "number">): void {
  const number = shelf.nextNumber();
  shelf.put(collection, String(number), { number, ...row } as unknown as JsonObject);
  const all = shelf.all(collection);
  if (all.size <= limit) return;
  const oldest = all.keys().next().value;
  if (oldest !== undefined) shelf.remove(collection, oldest);
}

/** What to look for; every key that is given must fit. */
export interface DeliveryFilter {
  readonly sender?: string | null;
  readonly event?: string | null;
  readonly type?: string | null;
  readonly copy?: string | null;
  /** Only those after this number. */
  readonly after?: number;
}

export function deliveriesOf(shelf: Shelf, filter: DeliveryFilter = {}): DeliveryRecord[] {
  const found: DeliveryRecord[] = [];
  for (const value of shelf.all(collection).values()) {
    const row = value as unknown as DeliveryRecord;
    if (row.number <= (filter.after ?? 0)) continue;
    if ((filter.sender ?? row.sender) !== row.sender || (filter.event ?? row.event) !== row.event) continue;
    if ((filter.type ?? row.type) !== row.type || (filter.copy ?? row.copy) !== row.copy) continue;
    found.push(row);
  }
  return found;
}
