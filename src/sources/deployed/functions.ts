import type { Google } from "../../clients/google.ts";
import type { DeployedFunction, FunctionLocation } from "../../model/deployed.ts";
import { serviceNameOf } from "../../model/function-url.ts";
import { functionOfRecord, resourceNameOf } from "./function-record.ts";
import { objectAt, textAt } from "./json.ts";
import { type Listing, listEverywhere } from "./listing.ts";

/** A function with what later questions need and facts do not keep. */
export interface ListedFunction {
  readonly fact: DeployedFunction;
  readonly region: string;
  /** Last part of the Cloud Run service's name; null for generation 1. */
  readonly service: string | null;
}

/** Only these fields are asked for: half the bytes, and no environment variable ever leaves Google. */
const fields = [
  "nextPageToken",
  "unreachable",
  "functions(name,environment,state,stateMessages(severity,message),url,labels,updateTime,buildConfig/runtime," +
    "serviceConfig(service,uri,availableMemory,availableCpu,minInstanceCount,maxInstanceCount," +
    "maxInstanceRequestConcurrency,timeoutSeconds,serviceAccountEmail)," +
    "eventTrigger(eventType,eventFilters,pubsubTopic,triggerRegion))",
].join(",");

/** All functions of both generations, from `projects.locations.functions.list` of Cloud Functions v2. */
export function readFunctions(
  google: Google,
  project: string,
  locations: Promise<Listing<FunctionLocation>>,
): Promise<Listing<ListedFunction>> {
  return listEverywhere<ListedFunction>(
    google,
    {
      facet: "functions",
      url: (location) => `https://cloudfunctions.googleapis.com/v2/projects/${project}/locations/${location}/functions`,
      key: "functions",
      query: { pageSize: "1000", fields },
      read(record) {
        const read = functionOfRecord(record);
        if (read === null) return null;
        // Listed under the project, whatever its names say: some answers write the project's number.
        const fact = read.project === project ? read : { ...read, project };
        const service = resourceNameOf(textAt(objectAt(record, "serviceConfig"), "service"))?.id ?? null;
        return {
          fact,
          region: fact.region,
          service: fact.generation === 1 ? null : (service ?? serviceNameOf(fact.name)),
        };
      },
    },
    () => knownRegions(locations),
  );
}

/** The regions of a listing of locations; null where it failed. */
export async function knownRegions(locations: Promise<Listing<FunctionLocation>>): Promise<readonly string[] | null> {
  const listing = await locations;
  const complete = listing.gaps.length === 0 && listing.disabled === null && listing.items.length > 0;
  return complete ? listing.items.map((location) => location.region) : null;
}
