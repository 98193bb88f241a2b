import type { GoogleAsk } from "../../clients/google.ts";
import { ledgerOfEvents } from "../../clients/ledger.ts";
import type { Effects } from "../ports/world.ts";
import { seen } from "./seen.ts";

/** The codebase's ledger in Firestore. */
export function createEffects(google: GoogleAsk, project: string): Effects {
  return {
    async missing(ledger, name, events) {
      const place = { project, database: "(default)", collection: ledger };
      const records = await seen(`the ledger ${ledger}`, () => ledgerOfEvents(google, place, name, events));
      return [...new Set(events)].filter((event) => records.get(event)?.doneAt == null);
    },
  };
}
