import { cleanReason } from "../../clients/google-error.ts";
import type { DeployedFunction, EventTriggerFact, FunctionState, Generation } from "../../model/deployed.ts";
import { canonicalUrl } from "../../model/function-url.ts";
import { bareUrl, isObject, type JsonObject, numberAt, objectAt, objectsAt, textAt } from "./json.ts";
import { codebaseOf, deployerOf, kindOf } from "./kind.ts";
import { mebibytesOf, secondsOf, vcpuOf } from "./quantity.ts";

const states: ReadonlySet<string> = new Set([
  "ACTIVE",
  "FAILED",
  "DEPLOYING",
  "DELETING",
  "OFFLINE",
  "DETACHING",
  "DETACH_FAILED",
]);
const v1States: Readonly<Record<string, FunctionState>> = {
  DEPLOY_IN_PROGRESS: "DEPLOYING",
  DELETE_IN_PROGRESS: "DELETING",
};

export interface ResourceName {
  readonly project: string;
  readonly region: string;
  readonly id: string;
}

/** "projects/P/locations/L/functions/ID" in its parts; null for text of any other form. */
export function resourceNameOf(name: string | null): ResourceName | null {
  // Cut by hand: this runs twice for each function, and a look may hold tens of thousands.
  if (name === null || !name.startsWith("projects/")) return null;
  const afterProject = name.indexOf("/", 9);
  if (afterProject === -1 || !name.startsWith("/locations/", afterProject)) return null;
  const afterRegion = name.indexOf("/", afterProject + 11);
  const afterKind = afterRegion === -1 ? -1 : name.indexOf("/", afterRegion + 1);
  if (afterKind === -1 || name.indexOf("/", afterKind + 1) !== -1) return null;
  const project = name.slice(9, afterProject);
  const region = name.slice(afterProject + 11, afterRegion);
  const id = name.slice(afterKind + 1);
  return project === "" || region === "" || id === "" ? null : { project, region, id };
}

/**
 * A function as the Cloud Functions API writes it, v2 (both generations) or v1. Only the named fields are taken, so
 * environment variables and secrets never become facts. Null where it is no such record.
 */
export function functionOfRecord(record: unknown): DeployedFunction | null {
  if (!isObject(record)) return null;
  const name = resourceNameOf(textAt(record, "name"));
  if (name === null) return null;
  const isV1 = !("serviceConfig" in record || "buildConfig" in record || "environment" in record || "state" in record);
  return isV1 ? functionOfV1(record, name) : functionOfV2(record, name);
}

function functionOfV2(record: JsonObject, name: ResourceName): DeployedFunction {
  const generation = generationOf(textAt(record, "environment"));
  const service = objectAt(record, "serviceConfig");
  const labels = objectAt(record, "labels");
  const event = isObject(record.eventTrigger) ? record.eventTrigger : null;
  const messages = objectsAt(record, "stateMessages");
  const message = messages.find((entry) => entry.severity === "ERROR") ?? null;
  return {
    ...common(record, name, labels),
    generation,
    trigger: kindOf(labels, generation, event !== null),
    state: stateOf(textAt(record, "state")),
    stateMessage: message === null ? null : cleanReason(textAt(message, "message") ?? "") || null,
    runtime: textAt(objectAt(record, "buildConfig"), "runtime"),
    memoryMiB: mebibytesOf(textAt(service, "availableMemory")),
    cpu: vcpuOf(textAt(service, "availableCpu")),
    minInstances: numberAt(service, "minInstanceCount"),
    maxInstances: numberAt(service, "maxInstanceCount"),
    concurrency: numberAt(service, "maxInstanceRequestConcurrency"),
    timeoutSeconds: numberAt(service, "timeoutSeconds"),
    urls: urlsOf(name, generation, event !== null, textAt(record, "url"), textAt(service, "uri")),
    serviceAccount: textAt(service, "serviceAccountEmail"),
    eventTrigger: event === null ? null : eventTriggerOf(event),
  };
}

function functionOfV1(record: JsonObject, name: ResourceName): DeployedFunction {
  const labels = objectAt(record, "labels");
  const event = isObject(record.eventTrigger) ? record.eventTrigger : null;
  const status = textAt(record, "status");
  return {
    ...common(record, name, labels),
    generation: 1,
    trigger: kindOf(labels, 1, event !== null),
    state: status === null ? null : (v1States[status] ?? stateOf(status)),
    stateMessage: null,
    runtime: textAt(record, "runtime"),
    memoryMiB: numberAt(record, "availableMemoryMb"),
    cpu: null,
    minInstances: numberAt(record, "minInstances"),
    maxInstances: numberAt(record, "maxInstances"),
    concurrency: null,
    timeoutSeconds: secondsOf(textAt(record, "timeout")),
    urls: urlsOf(name, 1, event !== null, textAt(objectAt(record, "httpsTrigger"), "url"), null),
    serviceAccount: textAt(record, "serviceAccountEmail"),
    eventTrigger: event === null ? null : eventTriggerOf(event),
  };
}

function common(record: JsonObject, name: ResourceName, labels: JsonObject) {
  return {
    name: name.id,
    project: name.project,
    region: name.region,
    invoker: null,
    codebase: codebaseOf(labels),
    deployer: deployerOf(labels),
    updateTime: textAt(record, "updateTime"),
  };
}

/**
 * The cloudfunctions.net form first: it reaches both generations and is what client SDKs build. A function of
 * generation 1 with an event trigger has no URL.
 */
function urlsOf(
  name: ResourceName,
  generation: Generation | null,
  isEvent: boolean,
  shown: string | null,
  ofService: string | null,
): string[] {
  if (isEvent && generation === 1) return [];
  const urls = [canonicalUrl(name.project, name.region, name.id)];
  for (const text of [shown, ofService]) {
    const url = text === null ? null : bareUrl(text);
    if (url !== null && !urls.includes(url)) urls.push(url);
  }
  return urls;
}

/** An event trigger as v2 (`eventFilters[]`, `triggerRegion`) or v1 (`resource`) writes it. */
export function eventTriggerOf(event: JsonObject): EventTriggerFact {
  const filters = new Map(
    objectsAt(event, "eventFilters").map((filter) => [textAt(filter, "attribute"), textAt(filter, "value")]),
  );
  const eventType = textAt(event, "eventType") ?? "";
  const resource =
    textAt(event, "resource") ??
    textAt(event, "pubsubTopic") ??
    filters.get("document") ??
    filters.get("bucket") ??
    filters.get("ref") ??
    filters.get("resourceName") ??
    null;
  return {
    eventType,
    triggerRegion: textAt(event, "triggerRegion"),
    resource,
    database: databaseOf(eventType, filters.get("database") ?? null, resource),
    bucket: bucketOf(eventType, filters.get("bucket") ?? null, resource),
  };
}

/** Firestore only. v1 writes the database into the resource: "projects/P/databases/(default)/documents/…". */
export function databaseOf(eventType: string, filter: string | null, resource: string | null): string | null {
  if (!/firestore/.test(eventType)) return null;
  return filter ?? /\/databases\/([^/]+)/.exec(resource ?? "")?.[1] ?? "(default)";
}

/** Storage only. v1 writes the bucket into the resource: "projects/_/buckets/NAME". */
export function bucketOf(eventType: string, filter: string | null, resource: string | null): string | null {
  if (!/storage/.test(eventType)) return null;
  return filter ?? /\/buckets\/([^/]+)/.exec(resource ?? "")?.[1] ?? null;
}

export function generationOf(environment: string | null): Generation | null {
  return environment === "GEN_1" ? 1 : environment === "GEN_2" ? 2 : null;
}

export function stateOf(state: string | null): FunctionState | null {
  if (state === null) return null;
  return states.has(state) ? (state as FunctionState) : "UNKNOWN";
}
