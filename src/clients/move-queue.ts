import { type AddressChange, changeAddress, textAt } from "./change-address.ts";
import type { Google } from "./google.ts";
import { GoogleError } from "./google-error.ts";
import type { JsonObject } from "./google-send.ts";
import type { GoogleWriter } from "./google-write.ts";
import type { AddressMove } from "./move-address.ts";
import { safeRecord } from "./safe-record.ts";
import { overriddenUrl, queueUrl } from "./task-queue.ts";

/** Where Cloud Tasks keeps the parts of an override's address; `url` stands for all of them. */
export const partsOfAddress: readonly string[] = ["scheme", "host", "port", "pathOverride.path"].map(
  (part) => `httpTarget.uriOverride.${part}`,
);

/**
 * A queue's whole record as it may be written down, with the address that it overrides its tasks' own with as `url` ("":
 * none). `name` is "projects/P/locations/L/queues/Q". Null: there is no such queue. Rejects with GoogleError.
 */
export async function queueWithUrl(google: Google, name: string): Promise<JsonObject | null> {
  try {
    return safeRecord(withUrl(await google.get(queueUrl(name))));
  } catch (thrown) {
    if (thrown instanceof GoogleError && thrown.kind === "not-found") return null;
    throw thrown;
  }
}

/**
 * Changes the address that a queue sends all its tasks to, and its audience where that names the copy. What else it
 * overrides stays, and tasks gather and go on meanwhile. Rejects with GoogleError or UncertainWriteError.
 */
export function moveQueue(google: GoogleWriter, name: string, move: AddressMove): Promise<AddressChange> {
  return changeAddress(
    {
      read: async () => withUrl(await google.get(queueUrl(name))),
      fields: ["url"],
      following: ["httpTarget.oidcToken.audience"],
      volatile: partsOfAddress,
      write(values, record) {
        const target = objectAt(record, "httpTarget");
        const override = objectAt(target, "uriOverride");
        const { hostname, port, pathname } = new URL(values.get("url") ?? textAt(record, "url"));
        const { port: _port, ...others } = override;
        const uriOverride = {
          ...others,
          host: hostname,
          ...(port === "" ? {} : { port }),
          // Without one of its own each task keeps its path.
          ...(override.pathOverride === undefined ? {} : { pathOverride: { path: pathname } }),
        };
        const audience = values.get("httpTarget.oidcToken.audience");
        const token = audience === undefined ? {} : { oidcToken: { ...objectAt(target, "oidcToken"), audience } };
        const body = { name, httpTarget: { ...target, uriOverride, ...token } };
        return google.patch(queueUrl(name), body, { updateMask: "httpTarget" });
      },
    },
    move,
  );
}

function withUrl(record: JsonObject): JsonObject {
  return { ...record, url: overriddenUrl(objectAt(record, "httpTarget")) ?? "" };
}

function objectAt(record: JsonObject, key: string): JsonObject {
  const value = record[key];
  return typeof value === "object" && value !== null ? (value as JsonObject) : {};
}
