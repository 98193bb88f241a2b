import type { QueryDocumentSnapshot } from "firebase-admin/firestore";
import { onDocumentUpdated } from "firebase-functions/v2/firestore";
import { once } from "../ledger.ts";

/** Runs an effect once when a field of a document takes a value, however often the event is delivered. */
export function onStatus(options: {
  document: string;
  /** Path of the field, as in "payment.status". Default "status". */
  field?: string;
  becomes: string;
  /** Part of the ledger's key; says what the effect is. */
  effectName: string;
  effect: (document: QueryDocumentSnapshot) => Promise<unknown>;
}) {
  const { field = "status" } = options;
  return onDocumentUpdated({ document: options.document, retry: true }, async (event) => {
    if (event.data === undefined) return;
    const { before, after } = event.data;
    if (after.get(field) !== options.becomes || before.get(field) === options.becomes) return;
    // The same document may take the value again later: that is another event.
    const outcome = await once(`${options.effectName}:${after.ref.path}:${after.updateTime.toMillis()}`, async () => {
      await options.effect(after);
    });
    if (outcome === "in-progress") throw new Error(`${after.ref.path} is being handled: try again later`);
  });
}
