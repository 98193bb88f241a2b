import type { Google, GoogleQuery } from "../../clients/google.ts";
import type { LookPermission } from "../../clients/look-permissions.ts";

/** One Google API that a look reads, and the cheapest question that shows whether it may. */
export interface GoogleApi {
  readonly name: string;
  readonly host: string;
  readonly permission: LookPermission;
  /** The narrowest predefined role that has the permission. */
  readonly role: string;
  readonly unlocks: string;
  /** Rejects with GoogleError. */
  readonly probe: (google: Google, project: string, now: Date) => Promise<unknown>;
}

const onePage = { pageSize: "1" };

export const googleApis: readonly GoogleApi[] = [
  {
    name: "Cloud Functions",
    host: "cloudfunctions.googleapis.com",
    permission: "cloudfunctions.functions.list",
    role: "roles/cloudfunctions.viewer",
    unlocks: "what is deployed where: all rules about the fleet",
    probe: (google, project) => google.get(everywhere("cloudfunctions", "v2", project, "functions"), onePage),
  },
  {
    name: "Cloud Run",
    host: "run.googleapis.com",
    permission: "run.services.list",
    role: "roles/run.viewer",
    unlocks: "cpu, limits and who may call: region-quota, unreachable-function, URLs of the run.app form",
    probe: (google, project) => google.get(everywhere("run", "v2", project, "services"), onePage),
  },
  {
    name: "Cloud Scheduler",
    host: "cloudscheduler.googleapis.com",
    permission: "cloudscheduler.jobs.list",
    role: "roles/cloudscheduler.viewer",
    unlocks: "schedules, and jobs that call an old URL (stale-holder)",
    probe: (google, project) => firstLocation(google, "cloudscheduler", "v1", project, "jobs"),
  },
  {
    name: "Cloud Tasks",
    host: "cloudtasks.googleapis.com",
    permission: "cloudtasks.queues.list",
    role: "roles/cloudtasks.viewer",
    unlocks: "task queues, and queues that send to an old address (stale-holder)",
    probe: (google, project) => firstLocation(google, "cloudtasks", "v2", project, "queues"),
  },
  {
    name: "Eventarc",
    host: "eventarc.googleapis.com",
    permission: "eventarc.triggers.list",
    role: "roles/eventarc.viewer",
    unlocks: "where event triggers stand (trigger-locality)",
    probe: (google, project) => google.get(everywhere("eventarc", "v1", project, "triggers"), onePage),
  },
  {
    name: "Cloud Monitoring",
    host: "monitoring.googleapis.com",
    permission: "monitoring.timeSeries.list",
    role: "roles/monitoring.viewer",
    unlocks: "vCPU in use per region (region-quota)",
    probe: (google, project, now) =>
      google.get(`https://monitoring.googleapis.com/v3/projects/${project}/timeSeries`, {
        filter: 'metric.type="run.googleapis.com/container/cpu/allocation_time" AND resource.type="cloud_run_revision"',
        "interval.startTime": new Date(now.getTime() - 600_000).toISOString(),
        "interval.endTime": now.toISOString(),
        view: "HEADERS",
        ...onePage,
      }),
  },
  {
    name: "Firestore",
    host: "firestore.googleapis.com",
    permission: "datastore.databases.list",
    role: "roles/datastore.viewer",
    unlocks: "where databases lie (trigger-locality)",
    probe: (google, project) => google.get(`https://firestore.googleapis.com/v1/projects/${project}/databases`),
  },
  {
    name: "Cloud Storage",
    host: "storage.googleapis.com",
    permission: "storage.buckets.list",
    role: "roles/storage.bucketViewer",
    unlocks: "where buckets lie (trigger-locality)",
    probe: (google, project) => google.get("https://storage.googleapis.com/storage/v1/b", { project, maxResults: "1" }),
  },
  {
    name: "Pub/Sub",
    host: "pubsub.googleapis.com",
    permission: "pubsub.subscriptions.list",
    role: "roles/pubsub.viewer",
    unlocks: "push subscriptions that call an old URL (stale-holder)",
    probe: (google, project) =>
      google.get(`https://pubsub.googleapis.com/v1/projects/${project}/subscriptions`, onePage),
  },
];

function everywhere(api: string, version: string, project: string, collection: string): string {
  return `https://${api}.googleapis.com/${version}/projects/${project}/locations/-/${collection}`;
}

/** These APIs know no "-" for all locations; the first location they name will do. */
async function firstLocation(
  google: Google,
  api: string,
  version: string,
  project: string,
  collection: string,
): Promise<unknown> {
  const at = `https://${api}.googleapis.com/${version}/projects/${project}/locations`;
  const query: GoogleQuery = onePage;
  const { locations } = await google.get(at, query);
  const [first] = Array.isArray(locations) ? (locations as { locationId?: unknown }[]) : [];
  return typeof first?.locationId === "string" ? google.get(`${at}/${first.locationId}/${collection}`, query) : null;
}
