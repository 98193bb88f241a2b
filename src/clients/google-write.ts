import { type Google, type GoogleAsk, objectOf, readsOf } from "./google.ts";
import { createGoogleSend, type GoogleOptions, type GoogleQuery, type JsonObject } from "./google-send.ts";
import { withoutDeadline } from "./patience.ts";

/**
 * Changes things at Google, and reads with the same limits. Only what changes something asks for this: everything else
 * takes `Google`, which cannot. All reject with GoogleError, or with UncertainWriteError where a change may have been
 * made.
 */
export interface GoogleWriter extends Google, GoogleAsk {
  /** `repeatable`: doing it twice is doing it once, so it may be sent again when its answer was lost. */
  post(url: string, body: JsonObject, how: { readonly repeatable: boolean }): Promise<JsonObject>;
  /** Sets fields to values, so it is repeatable. */
  patch(url: string, body: JsonObject, query: GoogleQuery): Promise<JsonObject>;
  /** Null: it is not there, or not any more. Repeatable. */
  delete(url: string): Promise<JsonObject | null>;
}

/** Credentials need more than the read-only scope: `googleCredentials({ env, access: "write" })`. */
export function createGoogleWriter(options: GoogleOptions): GoogleWriter {
  const send = createGoogleSend(withoutDeadline(options));
  return {
    ...readsOf(send),
    post: (url, body, { repeatable }) => send.write({ method: "POST", url, body }, objectOf, repeatable),
    patch: (url, body, query) => send.write({ method: "PATCH", url, body, query }, objectOf, true),
    delete: (url) =>
      send.write<JsonObject | null>({ method: "DELETE", url }, objectOf, true, (error) =>
        error.kind === "not-found" ? { answer: null } : null,
      ),
  };
}
