import { type Call, param, type Reply, reply } from "../http/call.ts";
import { googleService } from "../http/google.ts";
import { page } from "../http/pages.ts";
import { reads, type Service } from "../http/service.ts";
import type { JsonObject } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";
import { uploadRoutes } from "./uploads.ts";

const google = googleService("storage.googleapis.com", [
  reads("GET", "/storage/v1/b", (call) => {
    const { state } = call.world;
    const asked = call.query.get("project");
    if (asked === null) throw new Refusal("INVALID_ARGUMENT", "Required parameter: project");
    if (asked !== state.project && asked !== state.projectNumber) {
      throw new Refusal("PERMISSION_DENIED", `Caller does not have storage.buckets.list access to project ${asked}.`);
    }
    const buckets = Object.values(state.buckets);
    const rules = { key: "items", maxPage: 1000, sizeParameter: "maxResults" };
    return { kind: "storage#buckets", ...page(call, buckets, rules) };
  }),
  reads("GET", "/storage/v1/b/{bucket+}", (call): JsonObject => {
    const bucket = call.world.state.buckets[param(call, "bucket")];
    if (bucket === undefined) throw new Refusal("NOT_FOUND", "The specified bucket does not exist.");
    return bucket;
  }),
  ...uploadRoutes,
]);

/** Cloud Storage: buckets with their locations, and the upload of source archives. Errors are in its older shape. */
export const storage: Service = {
  ...google,
  authorize: (call: Call): Reply | null => (call.path.startsWith("/sandbox-upload/") ? null : google.authorize(call)),
  refuse: (refusal: Refusal): Reply => {
    const code = refusal.httpStatus;
    const errors = [{ message: refusal.message, domain: "global", reason: reasons[code] ?? "backendError" }];
    return reply(code, { error: { code, message: refusal.message, errors } });
  },
};

const reasons: Readonly<Record<number, string>> = {
  400: "invalid",
  401: "required",
  403: "forbidden",
  404: "notFound",
  429: "rateLimitExceeded",
};
