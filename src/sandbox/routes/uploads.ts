import { type Call, param, reply } from "../http/call.ts";
import { type Route, writes } from "../http/service.ts";
import type { JsonObject } from "../state/json.ts";
import { nextId } from "../state/names.ts";

/** An address on the sandbox itself that takes one source archive. */
export function offerUpload(call: Call, api: "v1" | "v2"): JsonObject {
  const { state, base } = call.world;
  const bucket = `gcf-v2-uploads-${state.projectNumber}.${param(call, "location")}.cloudfunctions.appspot.com`;
  const object = `${nextId(state, 8)}-${nextId(state, 12)}.zip`;
  const uploadUrl = `${base}/storage.googleapis.com/sandbox-upload/${bucket}/${object}`;
  return api === "v1" ? { uploadUrl } : { uploadUrl, storageSource: { bucket, object } };
}

/** The address is its own permission, as with the signed addresses of the real service. */
export const uploadRoutes: readonly Route[] = [
  writes("PUT", "/sandbox-upload/{bucket+}/{object+}", async (call) => {
    const { state, now, blobs } = call.world;
    const generation = String(now().getTime() * 1000);
    const blob = await blobs.put(call.bytes);
    state.uploads[`${param(call, "bucket")}/${param(call, "object")}`] = { bytes: call.bytes.length, generation, blob };
    return reply(200, "", { "x-goog-generation": generation });
  }),
];
