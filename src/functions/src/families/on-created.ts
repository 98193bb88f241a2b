import type { QueryDocumentSnapshot, Transaction } from "firebase-admin/firestore";
import { onDocumentCreated } from "firebase-functions/v2/firestore";
import { applyOnce } from "../ledger.ts";

/**
 * Applies writes once for every new document of a path pattern, however often the event is delivered and to how many
 * copies. The event is known by the document and when it was made: ids of events differ from copy to copy.
 */
export function onCreated(options: {
  /** The function's own name. */
  name: string;
  document: string;
  /** Reads and writes of one transaction; reads first. */
  apply: (transaction: Transaction, document: QueryDocumentSnapshot) => unknown;
}) {
  return onDocumentCreated({ document: options.document, retry: true }, async (event) => {
    const document = event.data;
    if (document === undefined) return;
    const { seconds, nanoseconds } = document.createTime;
    const delivery = { function: options.name, event: `${document.ref.path}@${seconds}.${nanoseconds}` };
    await applyOnce(delivery, async (transaction) => options.apply(transaction, document));
  });
}
