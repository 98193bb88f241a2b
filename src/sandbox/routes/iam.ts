import { jsonBody } from "../http/body.ts";
import { type Call, type Reply, reply } from "../http/call.ts";
import { checkProject, googleService } from "../http/google.ts";
import { type Route, reads, type Service, writes } from "../http/service.ts";
import { isObject, type JsonObject, objectAt } from "../state/json.ts";
import { scramble } from "../state/names.ts";
import { Refusal } from "../state/refusal.ts";
import type { Policy, State } from "../state/state.ts";

/**
 * The three calls on the IAM policy of one kind of resource. `find` gives the resource's full name, or refuses.
 * Reading is GET for functions and services and POST for queues; both are taken everywhere.
 */
export function policyRoutes(path: string, find: (call: Call) => string): Route[] {
  const get = (call: Call): JsonObject => policyView(readPolicy(call.world.state, find(call)));
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

/** Resource Manager, as far as tools ask it what they may do. */
export const resourceManager: Service = googleService("cloudresourcemanager.googleapis.com", [
  ...["v1", "v3"].flatMap((version) => [
    reads("POST", `/${version}/projects/{project}:testIamPermissions`, (call) => {
      checkProject(call, "resourcemanager.projects.get");
      return allPermissions(call);
    }),
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

function readPolicy(state: State, name: string): Policy {
  return state.policies[name] ?? { etag: "ACAB" };
}

function policyView(policy: Policy): JsonObject {
  return {
    ...(policy.bindings === undefined ? {} : { version: policy.version ?? 1 }),
    etag: policy.etag,
    ...(policy.bindings === undefined ? {} : { bindings: policy.bindings }),
  };
}

function writePolicy(state: State, name: string, body: JsonObject): Policy {
  const wanted = objectAt(body, "policy");
  const current = readPolicy(state, name);
  const etag = wanted.etag;
  if (typeof etag === "string" && etag !== "" && etag !== current.etag) {
    throw new Refusal("ABORTED", "There were concurrent policy changes. Please retry the whole read-modify-write.");
  }
  const bindings = Array.isArray(wanted.bindings) ? wanted.bindings : [];
  const next: Policy = {
    version: 1,
    etag: etagAfter(current.etag),
    bindings: bindings.map((binding) => {
      const role = isObject(binding) ? binding.role : null;
      const members = isObject(binding) ? binding.members : null;
      if (typeof role !== "string" || !Array.isArray(members)) {
        throw new Refusal("INVALID_ARGUMENT", "Each binding needs a role and a list of members.");
      }
      return { role, members: members.map(String) };
    }),
  };
  state.policies[name] = next;
  return next;
}

function etagAfter(etag: string): string {
  return Buffer.from(scramble(etag, 8)).toString("base64");
}
