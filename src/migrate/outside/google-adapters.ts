import type { GoogleWriter } from "../../clients/google-write.ts";
import { moveQueue, partsOfAddress, queueWithUrl } from "../../clients/move-queue.ts";
import { moveSubscription, pushSubscription } from "../../clients/push-subscription.ts";
import { moveJob, schedulerJob } from "../../clients/scheduler-write.ts";
import type { HolderKind } from "../../model/holders.ts";
import type { HolderAdapter } from "./holders.ts";

/** Jobs and queues that somebody made by hand, and push subscriptions. Their ids are full names. */
export function googleAdapters(google: GoogleWriter): Map<HolderKind, HolderAdapter> {
  return new Map<HolderKind, HolderAdapter>([
    [
      "scheduler",
      {
        read: async (id) => (await schedulerJob(google, id))?.record ?? null,
        nameOf: (field) => field,
        volatile: [
          "userUpdateTime",
          "scheduleTime",
          "lastAttemptTime",
          "status",
          "status.code",
          "httpTarget.oidcToken.audience",
        ],
        isActive: (record) => record.state === "ENABLED",
        account: "httpTarget.oidcToken.serviceAccountEmail",
        change: ({ id }, move, others) => moveJob(google, id, move, others),
      },
    ],
    [
      "task-queue",
      {
        read: (id) => queueWithUrl(google, id),
        nameOf: () => "url",
        volatile: [...partsOfAddress, "httpTarget.oidcToken.audience"],
        isActive: (record) => record.state === "RUNNING",
        account: "httpTarget.oidcToken.serviceAccountEmail",
        change: ({ id }, move, others) => moveQueue(google, id, move, others),
      },
    ],
    [
      "push",
      {
        read: (id) => pushSubscription(google, id),
        nameOf: (field) => field,
        volatile: ["pushConfig.oidcToken.audience"],
        isActive: () => true,
        account: "pushConfig.oidcToken.serviceAccountEmail",
        change: ({ id }, move, others) => moveSubscription(google, id, move, others),
      },
    ],
  ]);
}
