import { canonicalUrl, serviceNameOf } from "../../model/function-url.ts";
import { regions } from "../../model/regions.ts";
import { accountExists, storageAgent } from "./accounts.ts";
import { isObject, type JsonObject, objectAt, textAt } from "./json.ts";
import { applyMask } from "./mask.ts";
import { checkMemory } from "./memory-limits.ts";
import { functionName, partsOf } from "./names.ts";
import { type OperationFate, startOperation } from "./operations.ts";
import { hasRole } from "./policies.ts";
import { checkCpuQuota } from "./quota.ts";
import { invalidField, Refusal } from "./refusal.ts";
import { runtimeStage } from "./runtimes.ts";
import { secretProblem } from "./secrets.ts";
import { withDefaults, withExecutionId } from "./service-config.ts";
import { findService } from "./services.ts";
import { completeBuild } from "./source.ts";
import type { FunctionResource, Operation, State } from "./state.ts";

/** Fields of a `Function` that a caller may write. */
const writable = ["description", "buildConfig", "serviceConfig", "eventTrigger", "labels", "kmsKeyName"];
/** Fields that Google accepts in a body and ignores. */
const readOnly = ["name", "environment", "state", "stateMessages", "createTime", "updateTime", "url", "satisfiesPzs"];
/** What the server keeps of `serviceConfig` and `eventTrigger` whatever the caller writes. */
const keptOfService = ["service", "uri", "revision"];

export interface CreateFunction {
  readonly region: string;
  readonly id: string;
  readonly body: JsonObject;
}

/** Starts a creation (second generation): the function is there at once, DEPLOYING, and ACTIVE when the operation ends. */
export function createFunction(state: State, now: Date, fate: OperationFate, input: CreateFunction): Operation {
  const { region, id, body } = input;
  checkKnownFields(body);
  if (!/^[a-zA-Z][a-zA-Z0-9_-]{0,62}$/.test(id)) {
    throw new Refusal("INVALID_ARGUMENT", `Invalid value at 'function_id': "${id}" is no function ID.`);
  }
  if (body.environment === "GEN_1") {
    throw new Refusal("INVALID_ARGUMENT", "Functions of environment GEN_1 are created through the v1 API.");
  }
  if ((regions.get(region)?.gen2Tier ?? null) === null) {
    throw new Refusal("INVALID_ARGUMENT", `Location ${region} does not support functions of environment GEN_2.`);
  }
  const name = functionName(state, region, id);
  refuseTaken(state, name);
  checkRuntime(textAt(objectAt(body, "buildConfig"), "runtime"), now);
  const resource: FunctionResource = {
    ...(pick(body, writable) as Partial<FunctionResource>),
    name,
    environment: "GEN_2",
    state: "DEPLOYING",
    buildConfig: completeBuild(state, name, objectAt(body, "buildConfig")),
    serviceConfig: withExecutionId(withDefaults(state, objectAt(body, "serviceConfig"))),
    createTime: now.toISOString(),
    updateTime: now.toISOString(),
    url: canonicalUrl(state.project, region, id),
  };
  completeTrigger(resource);
  checkService(state, resource);
  return startCreation(state, now, fate, "v2", body, resource);
}

/** The function is there at once, as `resource` says; the operation ends later. */
export function startCreation(
  state: State,
  now: Date,
  fate: OperationFate,
  api: "v1" | "v2",
  request: JsonObject,
  resource: FunctionResource,
): Operation {
  const result = structuredClone(resource);
  const operation = startOperation(state, now, withProblem(state, fate, resource), {
    verb: "create",
    target: resource.name,
    api,
    request,
    result,
  });
  state.functions[resource.name] = resource;
  return operation;
}

/** `current` goes on as it is, DEPLOYING, until the operation ends and `next` takes its place. */
export function startUpdate(
  state: State,
  now: Date,
  fate: OperationFate,
  api: "v1" | "v2",
  request: JsonObject,
  current: FunctionResource,
  next: FunctionResource,
): Operation {
  const result = structuredClone(next);
  const operation = startOperation(state, now, withProblem(state, fate, next), {
    verb: "update",
    target: current.name,
    api,
    request,
    result,
  });
  current.state = "DEPLOYING";
  return operation;
}

/** Starts an update. `mask` null replaces every field that a caller may write. */
export function patchFunction(
  state: State,
  now: Date,
  fate: OperationFate,
  name: string,
  body: JsonObject,
  mask: string[][] | null,
): Operation {
  const current = mustFind(state, name);
  checkKnownFields(body);
  if (mask?.some((path) => path.join(".") === "eventTrigger.pubsubTopic")) {
    throw new Refusal("INVALID_ARGUMENT", "Updating field 'event_trigger.pubsub_topic' is not supported.");
  }
  // Callers send masks that name read-only fields too ("name" above all); Google passes over them.
  const paths = mask?.filter(([field = ""]) => !readOnly.includes(field)) ?? null;
  const changed = applyMask(asJson(current), body, paths, writable);
  const next = { ...current, ...changed, name: current.name } as FunctionResource;
  for (const field of writable) {
    if (!(field in changed)) delete next[field as keyof FunctionResource];
  }
  next.buildConfig ??= {};
  next.serviceConfig = keep(current.serviceConfig, next.serviceConfig ?? {}, keptOfService);
  if (next.environment === "GEN_2") {
    next.serviceConfig = withDefaults(state, next.serviceConfig);
    next.buildConfig = completeBuild(state, name, next.buildConfig);
  }
  if (next.eventTrigger !== undefined) {
    next.eventTrigger = keep(current.eventTrigger ?? {}, next.eventTrigger, ["trigger", "pubsubTopic"]);
    refuseMovedTrigger(current, next);
  }
  checkRuntime(textAt(next.buildConfig, "runtime"), now);
  completeTrigger(next);
  if (next.environment === "GEN_2") checkService(state, next);
  return startUpdate(state, now, fate, "v2", body, current, next);
}

export function deleteFunction(
  state: State,
  now: Date,
  fate: OperationFate,
  name: string,
  api: "v1" | "v2",
): Operation {
  const current = mustFind(state, name);
  const operation = startOperation(state, now, fate, { verb: "delete", target: name, api, request: {}, result: null });
  current.state = "DELETING";
  return operation;
}

export function mustFind(state: State, name: string): FunctionResource {
  const found = state.functions[name];
  if (found === undefined) throw new Refusal("NOT_FOUND", `Resource '${name}' was not found`);
  return found;
}

/** One name is free once per project and region; Cloud Run's lower case makes "myFn" and "myfn" the same name. */
export function refuseTaken(state: State, name: string): void {
  const { project, region, id } = partsOf(name);
  const service = `projects/${project}/locations/${region}/services/${serviceNameOf(id)}`;
  if (state.functions[name] !== undefined) {
    throw new Refusal(
      "ALREADY_EXISTS",
      `Could not create Cloud Function ${name}. A function with this name already exists`,
    );
  }
  if (findService(state, service) !== null) {
    throw new Refusal(
      "ALREADY_EXISTS",
      `Could not create Cloud Run service ${serviceNameOf(id)}. The service already exists`,
    );
  }
}

/** Refuses what Google no longer builds. A runtime that the table does not know passes: the table is not complete. */
export function checkRuntime(runtime: string | null, now: Date): void {
  if (runtime === null) throw invalidField("build_config.runtime", "Runtime field cannot be empty.");
  if (runtimeStage(runtime, now) === "DECOMMISSIONED") {
    throw invalidField(
      "build_config.runtime",
      `Runtime validation errors: [error_code: INVALID_RUNTIME message: "Runtime \\"${runtime}\\" is decommissioned and no longer allowed. Please use the latest runtime."]`,
    );
  }
}

/** What Google looks at before it deploys anything: may the caller name the account, does the service fit the region. */
function checkService(state: State, resource: FunctionResource): void {
  checkAccount(state, textAt(resource.serviceConfig, "serviceAccountEmail"));
  checkMemory(resource.serviceConfig);
  checkCpuQuota(state, partsOf(resource.name).region, resource.serviceConfig);
}

export function checkAccount(state: State, email: string | null): void {
  if (email === null || accountExists(state, email)) return;
  throw new Refusal(
    "PERMISSION_DENIED",
    `Permission 'iam.serviceaccounts.actAs' denied on service account ${email} (or it may not exist).`,
  );
}

/** Secrets are read, and triggers made, on the way: what is wrong with them ends the operation, not the request. */
function withProblem(state: State, fate: OperationFate, resource: FunctionResource): OperationFate {
  const message =
    fate.failure === null ? (secretProblem(state, resource.serviceConfig) ?? publisherProblem(state, resource)) : null;
  return message === null ? fate : { ...fate, failure: { code: 3, message } };
}

/** Eventarc makes no trigger on a bucket whose events could not be published. */
function publisherProblem(state: State, { environment, eventTrigger }: FunctionResource): string | null {
  const onBucket = textAt(eventTrigger ?? {}, "eventType")?.startsWith("google.cloud.storage.") === true;
  if (environment !== "GEN_2" || !onBucket) return null;
  const member = `serviceAccount:${storageAgent(state)}`;
  if (hasRole(state, `projects/${state.project}`, "roles/pubsub.publisher", member)) return null;
  return "Validation failed for trigger: The Cloud Storage service account for your bucket is unable to publish to Cloud Pub/Sub topics in the specified project. To use GCS CloudEvent triggers, the GCS service account requires the Pub/Sub Publisher (roles/pubsub.publisher) IAM role in the specified project.";
}

function completeTrigger(resource: FunctionResource): void {
  const event = resource.eventTrigger;
  if (event === undefined) return;
  if (!isObject(event) || textAt(event, "eventType") === null) {
    throw invalidField("event_trigger.event_type", "must be set.");
  }
  event.triggerRegion ??= partsOf(resource.name).region;
  event.retryPolicy ??= "RETRY_POLICY_DO_NOT_RETRY";
}

function refuseMovedTrigger(current: FunctionResource, next: FunctionResource): void {
  for (const field of ["triggerRegion", "eventType"]) {
    const before = textAt(current.eventTrigger ?? {}, field);
    const after = textAt(next.eventTrigger ?? {}, field);
    if (before !== null && after !== null && before !== after) {
      throw new Refusal("INVALID_ARGUMENT", `event_trigger.${field} cannot be changed from "${before}" to "${after}".`);
    }
  }
}

function keep(from: JsonObject, to: JsonObject, fields: readonly string[]): JsonObject {
  const result = { ...to };
  for (const field of fields) {
    const value = from[field];
    if (value === undefined) delete result[field];
    else result[field] = value;
  }
  return result;
}

function checkKnownFields(body: JsonObject): void {
  for (const field of Object.keys(body)) {
    if (!writable.includes(field) && !readOnly.includes(field)) {
      throw new Refusal(
        "INVALID_ARGUMENT",
        `Invalid JSON payload received. Unknown name "${field}" at 'function': Cannot find field.`,
      );
    }
  }
}

function pick(body: JsonObject, fields: readonly string[]): JsonObject {
  const result: JsonObject = {};
  for (const field of fields) {
    const value = body[field];
    if (value !== undefined && value !== null) result[field] = structuredClone(value);
  }
  return result;
}

function asJson(resource: FunctionResource): JsonObject {
  return structuredClone(resource) as unknown as JsonObject;
}
