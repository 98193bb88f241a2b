import type { JsonObject } from "./json.ts";

/** A Scheduler job with what the server adds to it. */
export function newJob(name: string, fields: JsonObject, now: Date): JsonObject {
  return {
    timeZone: "UTC",
    attemptDeadline: "180s",
    retryConfig: {
      maxRetryDuration: "0s",
      minBackoffDuration: "5s",
      maxBackoffDuration: "3600s",
      maxDoublings: 5,
    },
    ...fields,
    name,
    state: "ENABLED",
    userUpdateTime: now.toISOString(),
  };
}

/** A task queue with what the server adds to it. */
export function newQueue(name: string, fields: JsonObject): JsonObject {
  return {
    rateLimits: { maxDispatchesPerSecond: 500, maxBurstSize: 100, maxConcurrentDispatches: 1000 },
    retryConfig: { maxAttempts: 100, minBackoff: "0.100s", maxBackoff: "3600s", maxDoublings: 16 },
    state: "RUNNING",
    ...fields,
    name,
  };
}
