import type { QueryDocumentSnapshot } from "firebase-admin/firestore";
import { onDocumentCreated } from "firebase-functions/v2/firestore";
import { once } from "../ledger.ts";

/** Runs an effect once for every new document of a path pattern, however often the event is delivered. */
export function onCreated(options: {
  document: string;
  /** Part of the ledger's key; says what the effect is, so that two functions on one path do not block each other. */
  effectName: string;
  effect: (document: QueryDocumentSnapshot) => Promise<unknown>;
}) {
  return onDocumentCreated({ document: options.document, retry: true }, async (event) => {
    const document = event.data;
    if (document === undefined) return;
    const outcome = await once(`${options.effectName}:${document.ref.path}`, async () => {
      await options.effect(document);
    });
    if (outcome === "in-progress") throw new Error(`${document.ref.path} is being handled: try again later`);
  });
}
