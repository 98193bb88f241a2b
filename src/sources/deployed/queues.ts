import type { Google } from "../../clients/google.ts";
import type { TaskQueue } from "../../model/deployed.ts";
import { resourceNameOf } from "./function-record.ts";
import { type JsonObject, objectAt, textAt } from "./json.ts";
import type { Listing } from "./listing.ts";
import { listPerLocation } from "./per-location.ts";

const states: ReadonlySet<string> = new Set(["RUNNING", "PAUSED", "DISABLED"]);

/** Cloud Tasks queues of every location that Tasks serves (v2, listed per location). */
export function readQueues(
  google: Google,
  project: string,
  functionRegions: Promise<readonly string[]>,
): Promise<Listing<TaskQueue>> {
  return listPerLocation(google, project, functionRegions, {
    api: "cloudtasks.googleapis.com/v2",
    facet: "queues",
    key: "queues",
    query: { pageSize: "1000", fields: "nextPageToken,queues(name,state,httpTarget/uriOverride/host)" },
    read: (record) => queueOfRecord(record, project),
  });
}

export function queueOfRecord(record: JsonObject, project: string): TaskQueue | null {
  const name = resourceNameOf(textAt(record, "name"));
  if (name === null) return null;
  const state = textAt(record, "state") ?? "";
  return {
    name: name.id,
    project,
    region: name.region,
    state: states.has(state) ? (state as TaskQueue["state"]) : "UNKNOWN",
    uriOverride: textAt(objectAt(objectAt(record, "httpTarget"), "uriOverride"), "host"),
  };
}
