/**
 * What the account of a class may do, and why. Nothing here lets one class act as another: every role on the project
 * is about data that all classes share or about starting work, and acting as an account is granted on that account alone.
 */

/** Where a class states no `roles`: nearly every function of a fleet reads and writes Firestore. */
export const usualRoles = ["roles/datastore.user"] as const;

/** Eventarc hands events to a function in the name of the function's account. */
export const eventReceiver = "roles/eventarc.eventReceiver";

/** Puts tasks into queues. */
export const taskEnqueuer = "roles/cloudtasks.enqueuer";

/** On the account itself: a task carries the identity of whoever enqueued it, who must be allowed to act as it. */
export const accountUser = "roles/iam.serviceAccountUser";

/** On one secret: a function starts with the values of the secrets that it names. */
export const secretAccessor = "roles/secretmanager.secretAccessor";

/** On the Cloud Run service of one function of generation 2. */
export const serviceInvoker = "roles/run.invoker";

/** On one function of generation 1. */
export const functionInvoker = "roles/cloudfunctions.invoker";

/**
 * For Google's own account of Cloud Storage, on the project: it publishes what happens in a bucket to a topic of Eventarc,
 * and Google makes no trigger on a bucket before it may.
 */
export const storagePublisher = "roles/pubsub.publisher";
