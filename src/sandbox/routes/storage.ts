import type { Call, Reply } from "../http/call.ts";
import { reply } from "../http/call.ts";
import { googleService } from "../http/google.ts";
import type { Service } from "../http/service.ts";
import type { Refusal } from "../state/refusal.ts";
import { bucketRoutes } from "./storage-buckets.ts";
import { objectRoutes } from "./storage-objects.ts";
import { uploadRoutes } from "./uploads.ts";

const google = googleService("storage.googleapis.com", [...bucketRoutes, ...objectRoutes, ...uploadRoutes]);

/** Cloud Storage: buckets, objects, and the upload of source archives. Errors are in its older shape. */
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
  409: "conflict",
  412: "conditionNotMet",
  429: "rateLimitExceeded",
};
