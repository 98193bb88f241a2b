import { type AddressChange, changeAddress, objectAt, textAt } from "./change-address.ts";
import type { Google } from "./google.ts";
import type { JsonObject } from "./google-send.ts";
import type { GoogleWriter } from "./google-write.ts";
import type { AddressMove } from "./move-address.ts";
import { orMissing } from "./or-missing.ts";
import { safeRecord } from "./safe-record.ts";
import { queueUrl } from "./task-queue.ts";

/** Where Cloud Tasks keeps the parts of an override's address; `url` stands for all of them. */
export const partsOfAddress: readonly string[] = [
  "httpTarget.uriOverride.host",
  "httpTarget.uriOverride.pathOverride.path",
];

/**
 * A queue's whole record as it may be written down, with the address that it overrides its tasks' own with as `url` ("":
 * none). `name` is "projects/P/locations/L/queues/Q". Null: there is no such queue. Rejects with GoogleError.
 */
export function queueWithUrl(google: Google, name: string): Promise<JsonObject | null> {
  return orMissing(async () => safeRecord(withUrl(await google.get(queueUrl(name)))));
}

/**
 * Changes the address that a queue sends all its tasks to, and its audience where that names the copy. What else it
 * overrides stays, and tasks gather and go on meanwhile. Rejects with GoogleError or UncertainWriteError.
 */
export function moveQueue(
  google: GoogleWriter,
  name: string,
  move: AddressMove,
  others: readonly AddressMove[] = [],
): Promise<AddressChange> {
  return changeAddress(
    {
      read: async () => withUrl(await google.get(queueUrl(name))),
      fields: ["url"],
      following: ["httpTarget.oidcToken.audience"],
      volatile: partsOfAddress,
      write(values, record) {
        const target = objectAt(record, "httpTarget");
        const override = objectAt(target, "uriOverride");
        const { hostname, pathname } = new URL(values.get("url") ?? textAt(record, "url"));
        // Without a path of its own each task keeps its path.
        const path = override.pathOverride === undefined ? {} : { pathOverride: { path: pathname } };
        const uriOverride = { ...override, host: hostname, ...path };
        const audience = values.get("httpTarget.oidcToken.audience");
        const token = audience === undefined ? {} : { oidcToken: { ...objectAt(target, "oidcToken"), audience } };
        const body = { name, httpTarget: { ...target, uriOverride, ...token } };
        return google.patch(queueUrl(name), body, { updateMask: "httpTarget" });
      },
    },
    move,
    others,
  );
}

/** Scheme and port stay what they are, and so are no part of it. */
function withUrl(record: JsonObject): JsonObject {
  const override = objectAt(objectAt(record, "httpTarget"), "uriOverride");
  const url = `https://${textAt(override, "host")}${textAt(override, "pathOverride.path")}`;
  return { ...record, url: URL.canParse(url) ? url : "" };
}
