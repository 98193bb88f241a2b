import { jsonBody } from "../http/body.ts";
import { type Call, type Reply, reply } from "../http/call.ts";
import { checkProject, googleService } from "../http/google.ts";
import { type Route, reads, type Service, writes } from "../http/service.ts";
import type { JsonObject } from "../state/json.ts";
import { policyView, readPolicy, writePolicy } from "../state/policies.ts";

/**
 * The three calls on the IAM policy of one kind of resource. `find` gives the resource's full name, or refuses; `usual` are
 * fields that every policy of the kind has.
 * Reading is GET for functions, services and secrets and POST for queues and projects; both are taken everywhere.
 */
export function policyRoutes(path: string, find: (call: Call) => string, usual: JsonObject = {}): Route[] {
  const get = (call: Call): JsonObject => ({ ...usual, ...policyView(readPolicy(call.world.state, find(call))) });
  return [
    reads("GET", `${path}:getIamPolicy`, get),
    reads("POST", `${path}:getIamPolicy`, get),
    writes("POST", `${path}:setIamPolicy`, (call) => {
      const name = find(call);
      return policyView(writePolicy(call.world.state, name, jsonBody(call)));
    }),
    reads("POST", `${path}:testIamPermissions`, (call) => {
      find(call);
      return allPermissions(call);
    }),
  ];
}

/** Resource Manager: the project, who may do what in it, and what tools ask it they may do. */
export const resourceManager: Service = googleService("cloudresourcemanager.googleapis.com", [
  ...["v1", "v3"].flatMap((version) => [
    ...policyRoutes(
      `/${version}/projects/{project}`,
      (call) => {
        checkProject(call, "resourcemanager.projects.getIamPolicy");
        return `projects/${call.world.state.project}`;
      },
      // Somebody owns every project, so that clients count on a list here.
      { bindings: [] },
    ),
    reads("GET", `/${version}/projects/{project}`, (call) => projectView(call, version)),
  ]),
]);

function projectView(call: Call, version: string): JsonObject {
  checkProject(call, "resourcemanager.projects.get");
  const { project, projectNumber } = call.world.state;
  return version === "v1"
    ? { projectNumber, projectId: project, lifecycleState: "ACTIVE", name: project }
    : { name: `projects/${projectNumber}`, projectId: project, state: "ACTIVE", displayName: project };
}

/** In the sandbox everybody may do everything; faults take rights away. */
function allPermissions(call: Call): Reply {
  const permissions = jsonBody(call).permissions;
  return reply(200, Array.isArray(permissions) ? { permissions } : {});
}
