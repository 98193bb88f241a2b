import { type Call, param } from "../http/call.ts";
import { checkLocation, checkProject, checkReachable, googleService, listRegional } from "../http/google.ts";
import { reads, type Service } from "../http/service.ts";
import type { JsonObject } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";
import { allServices, findService } from "../state/services.ts";
import { policyRoutes } from "./iam.ts";

const collection = "/v2/projects/{project+}/locations/{location}/services";
const single = `${collection}/{service}`;

/** Cloud Run v2, and of v1 who may call a service. Services of functions follow their functions and cannot be changed here. */
export const run: Service = googleService("run.googleapis.com", [
  reads("GET", collection, (call) =>
    listRegional(call, [...allServices(call.world.state).values()], {
      key: "services",
      maxPage: 1000,
      defaultPage: 100,
      permission: "run.services.list",
      unreachable: "full",
      wildcard: true,
    }),
  ),
  reads("GET", single, found),
  ...policyRoutes(single, (call) => String(found(call).name)),
  ...policyRoutes(single.replace("/v2/", "/v1/"), (call) => String(found(call).name)),
]);

function found(call: Call): JsonObject {
  checkProject(call, "run.services.get");
  const location = param(call, "location");
  checkLocation(location);
  checkReachable(call, location);
  const name = `projects/${call.world.state.project}/locations/${location}/services/${param(call, "service")}`;
  const service = findService(call.world.state, name);
  if (service === null)
    throw new Refusal(
      "NOT_FOUND",
      `Resource '${param(call, "service")}' of kind 'SERVICE' in region '${location}' in project '${call.world.state.project}' does not exist.`,
    );
  return service;
}
