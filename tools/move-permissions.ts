/** One kind of call that a move makes at Google beside looks and deployments, and what it takes. */
interface MoveCall {
  readonly method: "GET" | "POST" | "PATCH";
  readonly host: string;
  /** The whole path, without the query. */
  readonly path: RegExp;
  readonly permissions: readonly string[];
  /** The narrowest predefined roles that have them. */
  readonly roles: readonly string[];
  /** What the call is for. */
  readonly does: string;
}

/**
 * Every call at Google of `migrate` and `prune` but for those of a look, of the deployer, and of a journal in a bucket: the
 * documentation is made of this, and a test fails for a call that is not here. Source: the permissions that Google's
 * reference names for each method.
 */
export const moveCalls = [
  {
    method: "GET",
    host: "cloudfunctions.googleapis.com",
    path: /^\/v2\/projects\/[^/]+\/locations\/[^/]+\/functions\/[^/]+$/,
    permissions: ["cloudfunctions.functions.get"],
    roles: ["roles/cloudfunctions.viewer"],
    does: "whether a copy is there, and well",
  },
  {
    method: "GET",
    host: "run.googleapis.com",
    path: /^\/v2\/projects\/[^/]+\/locations\/[^/]+\/services\/[^/:]+$/,
    permissions: ["run.services.get"],
    roles: ["roles/run.viewer"],
    does: "every address of a copy, and its like in the other region",
  },
  {
    method: "GET",
    host: "eventarc.googleapis.com",
    path: /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/triggers\/[^/]+$/,
    permissions: ["eventarc.triggers.get"],
    roles: ["roles/eventarc.viewer"],
    does: "the subscription in which events wait for a copy",
  },
  {
    method: "POST",
    host: "firestore.googleapis.com",
    path: /^\/v1\/projects\/[^/]+\/databases\/[^/]+\/documents:runQuery$/,
    permissions: ["datastore.entities.get", "datastore.entities.list"],
    roles: ["roles/datastore.viewer"],
    does: "effects in the ledger of a codebase",
  },
  {
    method: "GET",
    host: "cloudscheduler.googleapis.com",
    path: /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/jobs\/[^/]+$/,
    permissions: ["cloudscheduler.jobs.get"],
    roles: ["roles/cloudscheduler.viewer"],
    does: "whether a job fires, and when it last did",
  },
  {
    method: "POST",
    host: "cloudscheduler.googleapis.com",
    path: /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/jobs\/[^/:]+:(?:pause|resume)$/,
    permissions: ["cloudscheduler.jobs.pause", "cloudscheduler.jobs.enable"],
    roles: ["roles/cloudscheduler.admin"],
    does: "the old job stops, the new one begins",
  },
  {
    method: "POST",
    host: "cloudscheduler.googleapis.com",
    path: /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/jobs\/[^/:]+:run$/,
    permissions: ["cloudscheduler.jobs.run"],
    roles: ["roles/cloudscheduler.jobRunner"],
    does: "a due time that passed between two jobs; the run of a rehearsal",
  },
  {
    method: "PATCH",
    host: "cloudscheduler.googleapis.com",
    path: /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/jobs\/[^/]+$/,
    permissions: ["cloudscheduler.jobs.update"],
    roles: ["roles/cloudscheduler.admin"],
    does: "a job made by hand calls the other copy",
  },
  {
    method: "GET",
    host: "cloudtasks.googleapis.com",
    path: /^\/v2\/projects\/[^/]+\/locations\/[^/]+\/queues\/[^/]+\/tasks$/,
    permissions: ["cloudtasks.tasks.list", "cloudtasks.tasks.fullView"],
    roles: ["roles/cloudtasks.viewer", "roles/cloudtasks.enqueuer"],
    does: "what waits in the queue of a task function",
  },
  {
    method: "POST",
    host: "cloudtasks.googleapis.com",
    path: /^\/v2\/projects\/[^/]+\/locations\/[^/]+\/queues\/[^/]+\/tasks$/,
    permissions: ["cloudtasks.tasks.create"],
    roles: ["roles/cloudtasks.enqueuer"],
    does: "the task of a rehearsal",
  },
  {
    method: "PATCH",
    host: "cloudtasks.googleapis.com",
    path: /^\/v2\/projects\/[^/]+\/locations\/[^/]+\/queues\/[^/]+$/,
    permissions: ["cloudtasks.queues.update"],
    roles: ["roles/cloudtasks.queueAdmin"],
    does: "a queue made by hand, or with `--drain override` the old one, sends to the other copy",
  },
  {
    method: "GET",
    host: "pubsub.googleapis.com",
    path: /^\/v1\/projects\/[^/]+\/subscriptions\/[^/]+$/,
    permissions: ["pubsub.subscriptions.get"],
    roles: ["roles/pubsub.viewer"],
    does: "where a push subscription sends",
  },
  {
    method: "POST",
    host: "pubsub.googleapis.com",
    path: /^\/v1\/projects\/[^/]+\/subscriptions\/[^/:]+:modifyPushConfig$/,
    permissions: ["pubsub.subscriptions.update"],
    roles: ["roles/pubsub.editor"],
    does: "a push subscription sends to the other copy",
  },
] as const satisfies readonly MoveCall[];
