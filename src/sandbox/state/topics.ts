import type { JsonObject } from "./json.ts";

/** A Pub/Sub topic with what the server adds to it. */
export function newTopic(name: string, fields: JsonObject): JsonObject {
  return { ...fields, name };
}
