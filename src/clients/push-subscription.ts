import { type AddressChange, changeAddress, withTextAt } from "./change-address.ts";
import type { Google } from "./google.ts";
import type { JsonObject } from "./google-send.ts";
import type { GoogleWriter } from "./google-write.ts";
import type { AddressMove } from "./move-address.ts";
import { orMissing } from "./or-missing.ts";
import { safeRecord } from "./safe-record.ts";

/** A subscription's whole record, as it may be written down; null: there is none. Rejects with GoogleError. */
export function pushSubscription(google: Google, name: string): Promise<JsonObject | null> {
  return orMissing(async () => safeRecord(await google.get(urlOf(name))));
}

/**
 * Changes where a push subscription sends its messages, and its audience where that names the copy. Messages gather and
 * go on meanwhile. `name` is "projects/P/subscriptions/S". Rejects with GoogleError or UncertainWriteError.
 */
export function moveSubscription(
  google: GoogleWriter,
  name: string,
  move: AddressMove,
  others: readonly AddressMove[] = [],
): Promise<AddressChange> {
  return changeAddress(
    {
      read: () => google.get(urlOf(name)),
      fields: ["pushConfig.pushEndpoint"],
      following: ["pushConfig.oidcToken.audience"],
      volatile: [],
      write(values, record) {
        let changed = record;
        for (const [field, value] of values) changed = withTextAt(changed, field, value);
        // It replaces the configuration as a whole, so all of it goes along.
        const body = { pushConfig: changed.pushConfig };
        return google.post(`${urlOf(name)}:modifyPushConfig`, body, { repeatable: true });
      },
    },
    move,
    others,
  );
}

function urlOf(name: string): string {
  return `https://pubsub.googleapis.com/v1/${name}`;
}
