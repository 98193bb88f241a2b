import { canonicalUrl } from "../../model/function-url.ts";
import { regions } from "../../model/regions.ts";
import { checkAccount, checkRuntime, mustFind, refuseTaken, startCreation, startUpdate } from "./functions.ts";
import { type JsonObject, numberAt, objectAt, textAt } from "./json.ts";
import { applyMask } from "./mask.ts";
import { defaultAccount, partsOf } from "./names.ts";
import type { OperationFate } from "./operations.ts";
import { invalidField, Refusal } from "./refusal.ts";
import { mebibytes } from "./service-config.ts";
import { checkArchive } from "./source.ts";
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
  "maxInstances",
  "minInstances",
  "ingressSettings",
  "dockerRegistry",
  "kmsKeyName",
  "automaticUpdatePolicy",
  "onDeployUpdatePolicy",
  "buildEnvironmentVariables",
  "dockerRepository",
  "buildServiceAccount",
  "buildWorkerPool",
  "secretEnvironmentVariables",
  "vpcConnector",
  "vpcConnectorEgressSettings",
];

/** Fields that the two APIs hold in different places and in the same shape. */
const carried = [
  { part: "buildConfig", field: "environmentVariables", v1: "buildEnvironmentVariables" },
  { part: "buildConfig", field: "dockerRepository", v1: "dockerRepository" },
  { part: "buildConfig", field: "serviceAccount", v1: "buildServiceAccount" },
  { part: "buildConfig", field: "workerPool", v1: "buildWorkerPool" },
  { part: "serviceConfig", field: "secretEnvironmentVariables", v1: "secretEnvironmentVariables" },
  { part: "serviceConfig", field: "vpcConnector", v1: "vpcConnector" },
  { part: "serviceConfig", field: "vpcConnectorEgressSettings", v1: "vpcConnectorEgressSettings" },
] as const;

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
  if (resource.kmsKeyName !== undefined) view.kmsKeyName = resource.kmsKeyName;
  for (const { part, field, v1 } of carried) {
    const value = resource[part][field];
    if (value !== undefined) view[v1] = value;
  }
  const source = objectAt(objectAt(buildConfig, "source"), "storageSource");
  if (source.bucket !== undefined) view.sourceArchiveUrl = `gs://${String(source.bucket)}/${String(source.object)}`;
  const maximum = numberAt(serviceConfig, "maxInstanceCount");
  const minimum = numberAt(serviceConfig, "minInstanceCount");
  if (maximum !== null) view.maxInstances = maximum;
  if (minimum !== null && minimum > 0) view.minInstances = minimum;
  if (event === undefined) {
    const url = canonicalUrl(state.project, region, id);
    view.httpsTrigger = { url, securityLevel: textAt(serviceConfig, "securityLevel") ?? "SECURE_ALWAYS" };
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
  if (event !== null && body.httpsTrigger !== undefined) {
    throw invalidField("trigger", "must be exactly one of https_trigger and event_trigger");
  }
  checkAccount(state, textAt(body, "serviceAccountEmail"));
  const memory = numberAt(body, "availableMemoryMb") ?? 256;
  const maximum = numberAt(body, "maxInstances");
  const minimum = numberAt(body, "minInstances");
  const name = textAt(body, "name") ?? "";
  return {
    name,
    ...(textAt(body, "description") === null ? {} : { description: textAt(body, "description") ?? "" }),
    environment: "GEN_1",
    state: "DEPLOYING",
    buildConfig: {
      runtime,
      entryPoint: textAt(body, "entryPoint") ?? id,
      ...sourceOf(state, body),
      ...carriedTo("buildConfig", body),
    },
    serviceConfig: {
      ...carriedTo("serviceConfig", body),
      ...securityOf(body),
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
    ...(textAt(body, "kmsKeyName") === null ? {} : { kmsKeyName: textAt(body, "kmsKeyName") ?? "" }),
    createTime: now.toISOString(),
    updateTime: now.toISOString(),
    ...(event === null ? { url: canonicalUrl(state.project, partsOf(name).region, id) } : {}),
  };
}

function carriedTo(part: "buildConfig" | "serviceConfig", body: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const row of carried) {
    const value = body[row.v1];
    if (row.part === part && value !== undefined && value !== null) result[row.field] = value;
  }
  return result;
}

function sourceOf(state: State, body: JsonObject): JsonObject {
  const url = textAt(body, "sourceArchiveUrl");
  if (url === null || url === "") return {};
  const [, bucket, object] = /^gs:\/\/([^/]+)\/(.+)$/.exec(url) ?? [];
  if (bucket === undefined || object === undefined) {
    throw invalidField("source_archive_url", `"${url}" is no gs://BUCKET/OBJECT`);
  }
  checkArchive(state, bucket, object, "source_archive_url");
  return { source: { storageSource: { bucket, object } } };
}

function securityOf(body: JsonObject): JsonObject {
  const level = textAt(objectAt(body, "httpsTrigger"), "securityLevel");
  return level === null || level === "" ? {} : { securityLevel: level };
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
