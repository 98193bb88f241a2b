/** One call that a look makes at Google, and what it takes. */
interface LookCall {
  /** Null: whoever may ask at all may ask this. */
  readonly permission: string | null;
  /** The narrowest predefined role that has the permission; null where none is needed. */
  readonly role: string | null;
  readonly host: string;
  /** The whole path, without the query. */
  readonly path: RegExp;
  /** What the call is for. */
  readonly reads: string;
}

/**
 * Every call at Google of `audit`, `snapshot`, `list` and `doctor`: this is what documentation and the role are made of,
 * and a test fails for a call that is not here. All of them are GET. Source: the permissions that Google's reference
 * names for each method.
 */
export const lookCalls = [
  {
    permission: "cloudfunctions.functions.list",
    role: "roles/cloudfunctions.viewer",
    host: "cloudfunctions.googleapis.com",
    path: /^\/v2\/projects\/[^/]+\/locations\/[^/]+\/functions$/,
    reads: "what is deployed where",
  },
  {
    permission: "cloudfunctions.locations.list",
    role: "roles/cloudfunctions.viewer",
    host: "cloudfunctions.googleapis.com",
    path: /^\/v2\/projects\/[^/]+\/locations$/,
    reads: "the regions that there are",
  },
  {
    permission: "cloudfunctions.runtimes.list",
    role: "roles/cloudfunctions.viewer",
    host: "cloudfunctions.googleapis.com",
    path: /^\/v2\/projects\/[^/]+\/locations\/[^/]+\/runtimes$/,
    reads: "how long a runtime is kept",
  },
  {
    permission: "cloudfunctions.functions.getIamPolicy",
    role: "roles/cloudfunctions.viewer",
    host: "cloudfunctions.googleapis.com",
    path: /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/functions\/[^/]+:getIamPolicy$/,
    reads: "who may call a function of generation 1",
  },
  {
    permission: "run.services.list",
    role: "roles/run.viewer",
    host: "run.googleapis.com",
    path: /^\/v2\/projects\/[^/]+\/locations\/[^/]+\/services$/,
    reads: "cpu, limits and addresses of generation 2",
  },
  {
    permission: "run.services.getIamPolicy",
    role: "roles/run.viewer",
    host: "run.googleapis.com",
    path: /^\/v2\/projects\/[^/]+\/locations\/[^/]+\/services\/[^/]+:getIamPolicy$/,
    reads: "who may call a function of generation 2",
  },
  {
    permission: "eventarc.triggers.list",
    role: "roles/eventarc.viewer",
    host: "eventarc.googleapis.com",
    path: /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/triggers$/,
    reads: "where event triggers stand",
  },
  {
    permission: "cloudscheduler.locations.list",
    role: "roles/cloudscheduler.viewer",
    host: "cloudscheduler.googleapis.com",
    path: /^\/v1\/projects\/[^/]+\/locations$/,
    reads: "where there may be Scheduler jobs",
  },
  {
    permission: "cloudscheduler.jobs.list",
    role: "roles/cloudscheduler.viewer",
    host: "cloudscheduler.googleapis.com",
    path: /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/jobs$/,
    reads: "schedules, and jobs that call an old address",
  },
  {
    permission: "cloudtasks.locations.list",
    role: "roles/cloudtasks.viewer",
    host: "cloudtasks.googleapis.com",
    path: /^\/v2\/projects\/[^/]+\/locations$/,
    reads: "where there may be task queues",
  },
  {
    permission: "cloudtasks.queues.list",
    role: "roles/cloudtasks.viewer",
    host: "cloudtasks.googleapis.com",
    path: /^\/v2\/projects\/[^/]+\/locations\/[^/]+\/queues$/,
    reads: "task queues",
  },
  {
    permission: "cloudtasks.queues.get",
    role: "roles/cloudtasks.viewer",
    host: "cloudtasks.googleapis.com",
    path: /^\/v2\/projects\/[^/]+\/locations\/[^/]+\/queues\/[^/]+$/,
    reads: "the path that a queue sends to",
  },
  {
    permission: "pubsub.subscriptions.list",
    role: "roles/pubsub.viewer",
    host: "pubsub.googleapis.com",
    path: /^\/v1\/projects\/[^/]+\/subscriptions$/,
    reads: "push subscriptions that call an old address",
  },
  {
    permission: "monitoring.timeSeries.list",
    role: "roles/monitoring.viewer",
    host: "monitoring.googleapis.com",
    path: /^\/v3\/projects\/[^/]+\/timeSeries$/,
    reads: "vCPU in use per region",
  },
  {
    permission: "datastore.databases.list",
    role: "roles/datastore.viewer",
    host: "firestore.googleapis.com",
    path: /^\/v1\/projects\/[^/]+\/databases$/,
    reads: "where databases lie",
  },
  {
    permission: "storage.buckets.list",
    role: "roles/storage.bucketViewer",
    host: "storage.googleapis.com",
    path: /^\/storage\/v1\/b$/,
    reads: "where buckets lie",
  },
  {
    permission: null,
    role: null,
    host: "storage.googleapis.com",
    path: /^\/storage\/v1\/b\/[^/]+\/iam\/testPermissions$/,
    reads: "whether moves can keep their journals in a bucket",
  },
] as const satisfies readonly LookCall[];

/** A permission that a look needs. */
export type LookPermission = Exclude<(typeof lookCalls)[number]["permission"], null>;
