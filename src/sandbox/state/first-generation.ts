import { canonicalUrl } from "../../model/function-url.ts";
import { regions } from "../../model/regions.ts";
import { checkRuntime, mebibytes, mustFind, refuseTaken, startCreation, startUpdate } from "./functions.ts";
import { type JsonObject, numberAt, objectAt, textAt } from "./json.ts";
import { applyMask } from "./mask.ts";
import { defaultAccount, partsOf } from "./names.ts";
import type { OperationFate } from "./operations.ts";
import { Refusal } from "./refusal.ts";
import type { FunctionResource, Operation, State } from "./state.ts";

const writable = [
  "description",
  "sourceArchiveUrl",
  "sourceRepository",
  "sourceUploadUrl",
  "httpsTrigger",
  "eventTrigger",
  "entryPoint",
  "runtime",
  "timeout",
  "availableMemoryMb",
  "serviceAccountEmail",
  "labels",
  "environmentVariables",
  "secretEnvironmentVariables",
  "maxInstances",
  "minInstances",
  "ingressSettings",
];

const statuses = {
  ACTIVE: "ACTIVE",
  FAILED: "OFFLINE",
  DEPLOYING: "DEPLOY_IN_PROGRESS",
  DELETING: "DELETE_IN_PROGRESS",
} as const;

/** A first-generation function as the v1 API shows it. The stored shape is that of the v2 API, which shows both. */
export function v1View(state: State, resource: FunctionResource): JsonObject {
  const { region, id } = partsOf(resource.name);
  const { buildConfig, serviceConfig } = resource;
  const event = resource.eventTrigger;
  const view: JsonObject = {
    name: resource.name,
    status: statuses[resource.state],
    entryPoint: textAt(buildConfig, "entryPoint") ?? id,
    runtime: textAt(buildConfig, "runtime") ?? "",
    timeout: `${numberAt(serviceConfig, "timeoutSeconds") ?? 60}s`,
    availableMemoryMb: standardSize(textAt(serviceConfig, "availableMemory") ?? "256M"),
    serviceAccountEmail: textAt(serviceConfig, "serviceAccountEmail") ?? defaultAccount(state, 1),
    updateTime: resource.updateTime,
    versionId: textAt(serviceConfig, "revision") ?? "1",
    labels: { ...(resource.labels ?? {}) },
    ingressSettings: textAt(serviceConfig, "ingressSettings") ?? "ALLOW_ALL",
    dockerRegistry: "ARTIFACT_REGISTRY",
    environmentVariables: objectAt(serviceConfig, "environmentVariables"),
  };
  if (resource.description !== undefined) view.description = resource.description;
  const maximum = numberAt(serviceConfig, "maxInstanceCount");
  const minimum = numberAt(serviceConfig, "minInstanceCount");
  if (maximum !== null) view.maxInstances = maximum;
  if (minimum !== null && minimum > 0) view.minInstances = minimum;
  if (event === undefined) {
    view.httpsTrigger = { url: canonicalUrl(state.project, region, id), securityLevel: "SECURE_ALWAYS" };
  } else {
    view.eventTrigger = v1Event(event);
  }
  return view;
}

export function createV1(state: State, now: Date, fate: OperationFate, body: JsonObject): Operation {
  const name = textAt(body, "name") ?? "";
  const { project, region, id } = partsOf(name);
  if (!/^projects\/[^/]+\/locations\/[^/]+\/functions\/[a-zA-Z][a-zA-Z0-9_-]{0,62}$/.test(name)) {
    throw new Refusal("INVALID_ARGUMENT", `Invalid function name: ${name}`);
  }
  if (project !== state.project || (regions.get(region)?.gen1Tier ?? null) === null) {
    throw new Refusal("PERMISSION_DENIED", `Permission denied on 'locations/${region}' (or it may not exist).`);
  }
  refuseTaken(state, name);
  const resource = fromV1(state, { ...body, name }, now, id);
  return startCreation(state, now, fate, "v1", body, resource);
}

export function patchV1(
  state: State,
  now: Date,
  fate: OperationFate,
  name: string,
  body: JsonObject,
  mask: string[][] | null,
): Operation {
  const current = mustFind(state, name);
  if (mask === null) throw new Refusal("INVALID_ARGUMENT", "The request has errors: update_mask: must be set.");
  const view = v1View(state, current);
  const changed = applyMask(view, body, mask, writable);
  const next = fromV1(state, { ...changed, name }, now, partsOf(name).id);
  next.createTime = current.createTime;
  next.serviceConfig.revision = current.serviceConfig.revision ?? "1";
  return startUpdate(state, now, fate, "v1", body, current, next);
}

function fromV1(state: State, body: JsonObject, now: Date, id: string): FunctionResource {
  const runtime = textAt(body, "runtime");
  checkRuntime(runtime, now);
  const event = body.eventTrigger === undefined ? null : objectAt(body, "eventTrigger");
  const memory = numberAt(body, "availableMemoryMb") ?? 256;
  const maximum = numberAt(body, "maxInstances");
  const minimum = numberAt(body, "minInstances");
  const name = textAt(body, "name") ?? "";
  return {
    name,
    ...(textAt(body, "description") === null ? {} : { description: textAt(body, "description") ?? "" }),
    environment: "GEN_1",
    state: "DEPLOYING",
    buildConfig: { runtime, entryPoint: textAt(body, "entryPoint") ?? id },
    serviceConfig: {
      availableMemory: `${memory}M`,
      timeoutSeconds: Number((textAt(body, "timeout") ?? "60s").replace("s", "")),
      ...(maximum === null ? {} : { maxInstanceCount: maximum }),
      ...(minimum === null ? {} : { minInstanceCount: minimum }),
      ingressSettings: textAt(body, "ingressSettings") ?? "ALLOW_ALL",
      serviceAccountEmail: textAt(body, "serviceAccountEmail") ?? defaultAccount(state, 1),
      environmentVariables: objectAt(body, "environmentVariables"),
    },
    ...(event === null ? {} : { eventTrigger: v2Event(event) }),
    labels: objectAt(body, "labels") as Record<string, string>,
    createTime: now.toISOString(),
    updateTime: now.toISOString(),
    ...(event === null ? { url: canonicalUrl(state.project, partsOf(name).region, id) } : {}),
  };
}

function v1Event(event: JsonObject): JsonObject {
  const eventType = textAt(event, "eventType") ?? "";
  const filters = Array.isArray(event.eventFilters) ? (event.eventFilters as JsonObject[]) : [];
  const resource = filters.find((filter) => filter.attribute === "resource");
  return {
    eventType,
    resource: textAt(event, "pubsubTopic") ?? textAt(resource ?? {}, "value") ?? "",
    service: serviceOfEvent(eventType),
    ...(event.retryPolicy === "RETRY_POLICY_RETRY" ? { failurePolicy: { retry: {} } } : {}),
  };
}

function v2Event(event: JsonObject): JsonObject {
  const resource = textAt(event, "resource") ?? "";
  const retries = event.failurePolicy !== undefined;
  return {
    eventType: textAt(event, "eventType") ?? "",
    ...(resource.includes("/topics/")
      ? { pubsubTopic: resource }
      : { eventFilters: [{ attribute: "resource", value: resource }] }),
    retryPolicy: retries ? "RETRY_POLICY_RETRY" : "RETRY_POLICY_DO_NOT_RETRY",
  };
}

/** "providers/cloud.firestore/eventTypes/document.write" → "firestore.googleapis.com". */
function serviceOfEvent(eventType: string): string {
  const provider =
    /^providers\/(?:cloud\.)?([a-z.]+)\//.exec(eventType)?.[1] ??
    /^google\.(?:firebase\.)?([a-z]+)\./.exec(eventType)?.[1] ??
    "";
  return `${provider.replace("firebase.", "firebase")}.googleapis.com`;
}

/** 256M is 244 MiB; the first generation knows only whole steps. */
function standardSize(quantity: string): number {
  const size = mebibytes(quantity);
  return [128, 256, 512, 1024, 2048, 4096, 8192].find((step) => size <= step) ?? 8192;
}
