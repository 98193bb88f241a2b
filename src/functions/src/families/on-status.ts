import type { QueryDocumentSnapshot, Transaction } from "firebase-admin/firestore";
import { onDocumentUpdated } from "firebase-functions/v2/firestore";
import { applyOnce } from "../ledger.ts";

/**
 * Applies writes once when a field of a document takes a value, however often the event is delivered and to how many
 * copies. The event is known by the document and when it was written: ids of events differ from copy to copy.
 */
export function onStatus(options: {
  /** The function's own name. */
  name: string;
  document: string;
  /** Path of the field, as in "payment.status". Default "status". */
  field?: string;
  becomes: string;
  /** Reads and writes of one transaction; reads first. */
  apply: (transaction: Transaction, document: QueryDocumentSnapshot) => unknown;
}) {
  const { field = "status" } = options;
  return onDocumentUpdated({ document: options.document, retry: true }, async (event) => {
    if (event.data === undefined) return;
    const { before, after } = event.data;
    if (after.get(field) !== options.becomes || before.get(field) === options.becomes) return;
    // The same document may take the value again later: that is another event.
    const { seconds, nanoseconds } = after.updateTime;
    const delivery = { function: options.name, event: `${after.ref.path}@${seconds}.${nanoseconds}` };
    await applyOnce(delivery, async (transaction) => options.apply(transaction, after));
  });
}
