import { regions } from "../../model/regions.ts";
import { jsonBody } from "../http/body.ts";
import { type Call, param } from "../http/call.ts";
import { checkLocation, checkProject, checkReachable, listRegional } from "../http/google.ts";
import { page } from "../http/pages.ts";
import { type Route, reads, writes } from "../http/service.ts";
import { createFunction, deleteFunction, mustFind, patchFunction } from "../state/functions.ts";
import type { JsonObject } from "../state/json.ts";
import { parseMask } from "../state/mask.ts";
import { functionName } from "../state/names.ts";
import { Refusal } from "../state/refusal.ts";
import { listRuntimes } from "../state/runtimes.ts";
import type { FunctionResource } from "../state/state.ts";
import { policyRoutes } from "./iam.ts";
import { operationView } from "./operations.ts";
import { offerUpload } from "./uploads.ts";

const collection = "/v2/projects/{project+}/locations/{location}/functions";
const single = `${collection}/{function}`;

/** Cloud Functions v2: both generations are listed; creation and update are those of the second. */
export const functionsV2Routes: readonly Route[] = [
  reads("GET", collection, (call) =>
    listRegional(call, filtered(call), {
      key: "functions",
      maxPage: 1000,
      permission: "cloudfunctions.functions.list",
      unreachable: "bare",
      wildcard: true,
    }),
  ),
  reads("GET", single, (call) => asJson(mustFind(call.world.state, checkedName(call, "get")))),
  writes("POST", collection, (call) => {
    const { state, now, faults } = call.world;
    checkProject(call, "cloudfunctions.functions.create");
    const region = param(call, "location");
    checkLocation(region);
    checkReachable(call, region);
    const id = call.query.get("functionId") ?? "";
    const operation = createFunction(state, now(), faults.operation(call), { region, id, body: jsonBody(call) });
    return operationView(state, operation);
  }),
  writes("PATCH", single, (call) => {
    const { state, now, faults } = call.world;
    const name = checkedName(call, "update");
    mustFind(state, name);
    const mask = parseMask(call.query.get("updateMask"));
    return operationView(state, patchFunction(state, now(), faults.operation(call), name, jsonBody(call), mask));
  }),
  writes("DELETE", single, (call) => {
    const { state, now, faults } = call.world;
    const name = checkedName(call, "delete");
    mustFind(state, name);
    return operationView(state, deleteFunction(state, now(), faults.operation(call), name, "v2"));
  }),
  writes("POST", `${collection}:generateUploadUrl`, (call) => {
    checkProject(call, "cloudfunctions.functions.sourceCodeSet");
    checkLocation(param(call, "location"));
    checkReachable(call, param(call, "location"));
    return offerUpload(call, "v2");
  }),
  reads("GET", "/v2/projects/{project+}/locations", (call) => {
    checkProject(call, "cloudfunctions.locations.list");
    return page(call, functionLocations(call), { key: "locations", maxPage: 1000 });
  }),
  reads("GET", "/v2/projects/{project+}/locations/{location}/runtimes", (call) => {
    checkProject(call, "cloudfunctions.runtimes.list");
    checkLocation(param(call, "location"));
    checkReachable(call, param(call, "location"));
    return { runtimes: filterEnvironment(call, listRuntimes(call.world.now())) };
  }),
  ...policyRoutes(single, (call) => mustFind(call.world.state, checkedName(call, "getIamPolicy")).name),
];

function checkedName(call: Call, verb: string): string {
  checkProject(call, `cloudfunctions.functions.${verb}`);
  const region = param(call, "location");
  checkLocation(region);
  checkReachable(call, region);
  return functionName(call.world.state, region, param(call, "function"));
}

function filtered(call: Call): JsonObject[] {
  return filterEnvironment(call, Object.values(call.world.state.functions).map(asJson));
}

/** The one filter that deployers use: `environment="GEN_2"`. */
function filterEnvironment(call: Call, items: JsonObject[]): JsonObject[] {
  const filter = (call.query.get("filter") ?? "").trim();
  if (filter === "") return items;
  const wanted = /^environment\s*[=:]\s*"?(GEN_[12])"?$/.exec(filter)?.[1];
  if (wanted === undefined) {
    throw new Refusal("UNIMPLEMENTED", `The sandbox does not know the filter ${filter}; it knows environment="GEN_2".`);
  }
  return items.filter((item) => item.environment === wanted);
}

function functionLocations(call: Call): JsonObject[] {
  const { state } = call.world;
  return [...regions].flatMap(([region, fact]) => {
    const environments = [...(fact.gen1Tier === null ? [] : ["GEN_1"]), ...(fact.gen2Tier === null ? [] : ["GEN_2"])];
    if (environments.length === 0) return [];
    return [
      {
        name: `projects/${state.project}/locations/${region}`,
        locationId: region,
        displayName: region,
        labels: { "cloud.googleapis.com/region": region },
        metadata: { "@type": "type.googleapis.com/google.cloud.functions.v2.LocationMetadata", environments },
      },
    ];
  });
}

function asJson(resource: FunctionResource): JsonObject {
  return resource as unknown as JsonObject;
}
