import { regions } from "../../model/regions.ts";
import { jsonBody } from "../http/body.ts";
import { type Call, param } from "../http/call.ts";
import { checkLocation, checkProject, checkReachable, listRegional } from "../http/google.ts";
import { page } from "../http/pages.ts";
import { type Route, reads, writes } from "../http/service.ts";
import { createV1, patchV1, v1View } from "../state/first-generation.ts";
import { deleteFunction, mustFind } from "../state/functions.ts";
import type { JsonObject } from "../state/json.ts";
import { parseMask } from "../state/mask.ts";
import { functionName } from "../state/names.ts";
import { Refusal } from "../state/refusal.ts";
import type { FunctionResource } from "../state/state.ts";
import { policyRoutes } from "./iam.ts";
import { operationView } from "./operations.ts";
import { offerUpload } from "./uploads.ts";

const collection = "/v1/projects/{project+}/locations/{location}/functions";
const single = `${collection}/{function}`;

/** Cloud Functions v1: first-generation functions alone; its list knows no filter. */
export const functionsV1Routes: readonly Route[] = [
  reads("GET", collection, (call) => {
    const { state } = call.world;
    const first = Object.values(state.functions).filter((resource) => resource.environment === "GEN_1");
    return listRegional(
      call,
      first.map((resource) => v1View(state, resource)),
      {
        key: "functions",
        maxPage: 1000,
        permission: "cloudfunctions.functions.list",
        unreachable: "bare",
        wildcard: true,
      },
    );
  }),
  reads("GET", single, (call) => v1View(call.world.state, findFirst(call, "get"))),
  writes("POST", collection, (call) => {
    const { state, now, faults } = call.world;
    checkProject(call, "cloudfunctions.functions.create");
    checkLocation(param(call, "location"));
    checkReachable(call, param(call, "location"));
    const body = jsonBody(call);
    if (String(body.name).split("/")[3] !== param(call, "location")) {
      throw new Refusal("INVALID_ARGUMENT", "The function's name and the location of the request differ.");
    }
    return operationView(state, createV1(state, now(), faults.operation(call), body));
  }),
  writes("PATCH", single, (call) => {
    const { state, now, faults } = call.world;
    const { name } = findFirst(call, "update");
    const mask = parseMask(call.query.get("updateMask"));
    return operationView(state, patchV1(state, now(), faults.operation(call), name, jsonBody(call), mask));
  }),
  writes("DELETE", single, (call) => {
    const { state, now, faults } = call.world;
    const { name } = findFirst(call, "delete");
    return operationView(state, deleteFunction(state, now(), faults.operation(call), name, "v1"));
  }),
  writes("POST", `${collection}:generateUploadUrl`, (call) => {
    checkProject(call, "cloudfunctions.functions.sourceCodeSet");
    checkLocation(param(call, "location"));
    checkReachable(call, param(call, "location"));
    return offerUpload(call, "v1");
  }),
  reads("GET", "/v1/projects/{project+}/locations", (call) => {
    checkProject(call, "cloudfunctions.locations.list");
    return page(call, firstLocations(call), { key: "locations", maxPage: 1000 });
  }),
  ...policyRoutes(single, (call) => findFirst(call, "getIamPolicy").name),
];

function findFirst(call: Call, verb: string): FunctionResource {
  checkProject(call, `cloudfunctions.functions.${verb}`);
  const region = param(call, "location");
  checkLocation(region);
  checkReachable(call, region);
  const name = functionName(call.world.state, region, param(call, "function"));
  const found = mustFind(call.world.state, name);
  if (found.environment !== "GEN_1") {
    throw new Refusal("NOT_FOUND", `Function ${param(call, "function")} in region ${region} does not exist`);
  }
  return found;
}

function firstLocations(call: Call): JsonObject[] {
  const { state } = call.world;
  return [...regions]
    .filter(([, fact]) => fact.gen1Tier !== null)
    .map(([region]) => ({
      name: `projects/${state.project}/locations/${region}`,
      locationId: region,
      labels: { "cloud.googleapis.com/region": region },
    }));
}
