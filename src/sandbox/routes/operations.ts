import { type Call, param } from "../http/call.ts";
import { checkProject } from "../http/google.ts";
import { type Route, reads } from "../http/service.ts";
import { v1View } from "../state/first-generation.ts";
import type { JsonObject } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";
import type { Operation, State } from "../state/state.ts";

const kinds = { create: "CREATE_FUNCTION", update: "UPDATE_FUNCTION", delete: "DELETE_FUNCTION" } as const;

/** v2 operations lie under a location, v1 operations do not. */
export const operationRoutes: readonly Route[] = [
  reads("GET", "/v2/projects/{project+}/locations/{location}/operations/{operation}", (call) => {
    checkProject(call, "cloudfunctions.operations.get");
    const { state } = call.world;
    const name = `projects/${state.project}/locations/${param(call, "location")}/operations/${param(call, "operation")}`;
    const found = state.operations[name];
    if (found === undefined || found.api !== "v2") throw missing(name);
    return operationView(state, found);
  }),
  reads("GET", "/v1/operations/{operation}", (call: Call) => {
    const { state } = call.world;
    const id = param(call, "operation");
    const found = Object.values(state.operations).find((operation) => operation.api === "v1" && v1Id(operation) === id);
    if (found === undefined) throw missing(`operations/${id}`);
    return operationView(state, found);
  }),
];

/** An operation as its API shows it: `done` with `error` or `response`, or neither while it runs. */
export function operationView(state: State, operation: Operation): JsonObject {
  const done = operation.endTime !== null;
  const view: JsonObject = {
    name: operation.api === "v1" ? `operations/${v1Id(operation)}` : operation.name,
    metadata: operation.api === "v1" ? metadataV1(operation) : metadataV2(operation),
  };
  if (!done) return view;
  view.done = true;
  if (operation.failure !== null) {
    view.error = { code: operation.failure.code, message: operation.failure.message, details: [] };
  } else if (operation.verb === "delete") {
    view.response = { "@type": "type.googleapis.com/google.protobuf.Empty" };
  } else {
    view.response = responseOf(state, operation);
  }
  return view;
}

function responseOf(state: State, operation: Operation): JsonObject {
  // A function that is gone since is answered as it was asked for.
  const resource = state.functions[operation.target] ?? operation.result;
  if (resource === null) return {};
  return operation.api === "v1"
    ? { "@type": "type.googleapis.com/google.cloud.functions.v1.CloudFunction", ...v1View(state, resource) }
    : {
        "@type": "type.googleapis.com/google.cloud.functions.v2.Function",
        ...(resource as unknown as JsonObject),
      };
}

function metadataV2(operation: Operation): JsonObject {
  const done = operation.endTime !== null;
  const failed = operation.failure !== null;
  const stages = operation.verb === "delete" ? ["SERVICE"] : ["ARTIFACT_REGISTRY", "BUILD", "SERVICE"];
  return {
    "@type": "type.googleapis.com/google.cloud.functions.v2.OperationMetadata",
    createTime: operation.createTime,
    ...(operation.endTime === null ? {} : { endTime: operation.endTime }),
    target: operation.target,
    verb: operation.verb,
    apiVersion: "v2",
    ...(operation.verb === "delete"
      ? {}
      : {
          requestResource: {
            "@type": "type.googleapis.com/google.cloud.functions.v2.Function",
            ...operation.request,
          },
        }),
    stages: stages.map((name, index) => ({
      name,
      message: done ? "Complete" : "In progress",
      state: done ? "COMPLETE" : index === 0 ? "IN_PROGRESS" : "NOT_STARTED",
      ...(done && failed && index === stages.length - 1
        ? {
            stateMessages: [{ severity: "ERROR", type: "DeploymentFailed", message: operation.failure?.message ?? "" }],
          }
        : {}),
    })),
    operationType: kinds[operation.verb],
  };
}

function metadataV1(operation: Operation): JsonObject {
  return {
    "@type": "type.googleapis.com/google.cloud.functions.v1.OperationMetadataV1",
    target: operation.target,
    type: kinds[operation.verb],
    versionId: "1",
    updateTime: operation.endTime ?? operation.createTime,
  };
}

/** v1 names its operations by opaque text without a location. */
function v1Id(operation: Operation): string {
  return Buffer.from(operation.name).toString("base64url");
}

function missing(name: string): Refusal {
  return new Refusal("NOT_FOUND", `Operation '${name}' was not found`);
}
