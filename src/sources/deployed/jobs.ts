import type { Google } from "../../clients/google.ts";
import type { SchedulerJob } from "../../model/deployed.ts";
import { maskedUrl } from "../../model/masked-url.ts";
import { resourceNameOf } from "./function-record.ts";
import { type JsonObject, objectAt, textAt } from "./json.ts";
import type { Listing } from "./listing.ts";
import { listPerLocation } from "./per-location.ts";

const states: ReadonlySet<string> = new Set(["ENABLED", "PAUSED", "DISABLED", "UPDATE_FAILED"]);
/** Headers, bodies and tokens of the targets are not asked for. */
const fields = "nextPageToken,jobs(name,state,schedule,timeZone,httpTarget/uri,pubsubTarget/topicName)";

/** Cloud Scheduler jobs of every location that Scheduler serves (v1, listed per location). */
export function readJobs(
  google: Google,
  project: string,
  functionRegions: Promise<readonly string[]>,
): Promise<Listing<SchedulerJob>> {
  return listPerLocation(google, project, functionRegions, {
    api: "cloudscheduler.googleapis.com/v1",
    facet: "jobs",
    key: "jobs",
    query: { pageSize: "500", fields },
    read: (record) => jobOfRecord(record, project),
  });
}

export function jobOfRecord(record: JsonObject, project: string): SchedulerJob | null {
  const name = resourceNameOf(textAt(record, "name"));
  if (name === null) return null;
  const state = textAt(record, "state") ?? "";
  const uri = textAt(objectAt(record, "httpTarget"), "uri");
  return {
    name: name.id,
    project,
    region: name.region,
    state: states.has(state) ? (state as SchedulerJob["state"]) : "UNKNOWN",
    schedule: textAt(record, "schedule"),
    timeZone: textAt(record, "timeZone"),
    uri: uri === null ? null : maskedUrl(uri),
    topic: textAt(objectAt(record, "pubsubTarget"), "topicName"),
  };
}
