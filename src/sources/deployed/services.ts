import type { Google } from "../../clients/google.ts";
import type { DeployedFunction, RunService } from "../../model/deployed.ts";
import { resourceNameOf } from "./function-record.ts";
import { bareUrl, isObject, type JsonObject, numberAt, objectAt, objectsAt, textAt, textsAt } from "./json.ts";
import { codebaseOf, kindOf } from "./kind.ts";
import { type Listing, listEverywhere } from "./listing.ts";
import { mebibytesOf, secondsOf, vcpuOf } from "./quantity.ts";

/** A Cloud Run service with what completes the function that runs on it. */
export interface ListedService {
  readonly name: string;
  readonly region: string;
  /** vCPU of one instance: the sum over its containers. */
  readonly cpu: number | null;
  readonly memoryMiB: number | null;
  readonly minInstances: number | null;
  /** The smaller of the revision's and the service's own limit. */
  readonly maxInstances: number | null;
  readonly concurrency: number | null;
  readonly timeoutSeconds: number | null;
  readonly serviceAccount: string | null;
  readonly urls: readonly string[];
  /** The run.app forms are switched off. */
  readonly runUrlsOff: boolean;
  /** Anybody may call, without a binding. */
  readonly invokerCheckOff: boolean;
  /** A function that firebase deployed straight to Cloud Run, which the Functions API does not list; else null. */
  readonly function: DeployedFunction | null;
}

const fields = [
  "nextPageToken",
  "unreachable",
  "services(name,uri,urls,labels,annotations,updateTime,defaultUriDisabled,invokerIamDisabled," +
    "scaling(minInstanceCount,maxInstanceCount),terminalCondition(state,message)," +
    "template(scaling,maxInstanceRequestConcurrency,timeout,serviceAccount,containers/resources/limits))",
].join(",");

/** All Cloud Run services, from `projects.locations.services.list` of Cloud Run v2. */
export function readServices(
  google: Google,
  project: string,
  locations: () => Promise<readonly string[] | null>,
): Promise<Listing<ListedService>> {
  return listEverywhere<ListedService>(
    google,
    {
      facet: "services",
      url: (location) => `https://run.googleapis.com/v2/projects/${project}/locations/${location}/services`,
      key: "services",
      query: { pageSize: "1000", fields },
      read: (record) => serviceOfRecord(record, project),
    },
    locations,
  );
}

export function serviceOfRecord(record: JsonObject, project: string): ListedService | null {
  const name = resourceNameOf(textAt(record, "name"));
  if (name === null) return null;
  const template = objectAt(record, "template");
  const limits = objectsAt(template, "containers").map((container) =>
    objectAt(objectAt(container, "resources"), "limits"),
  );
  const runUrlsOff = record.defaultUriDisabled === true;
  const urls = [...textsAt(record, "urls"), textAt(record, "uri")].filter((url) => url !== null).map(bareUrl);
  const service = {
    name: name.id,
    region: name.region,
    cpu: total(limits.map((limit) => vcpuOf(textAt(limit, "cpu")))),
    memoryMiB: total(limits.map((limit) => mebibytesOf(textAt(limit, "memory")))),
    minInstances: scaled(record, template, "minInstanceCount", Math.max),
    maxInstances: scaled(record, template, "maxInstanceCount", Math.min),
    concurrency: numberAt(template, "maxInstanceRequestConcurrency"),
    timeoutSeconds: secondsOf(textAt(template, "timeout")),
    serviceAccount: textAt(template, "serviceAccount"),
    urls: [...new Set(urls)].filter((url) => !(runUrlsOff && isRunUrl(url))),
    runUrlsOff,
    invokerCheckOff: record.invokerIamDisabled === true,
  };
  return { ...service, function: functionOnRun(record, project, service) };
}

/** The function with what its record leaves out and its service shows. */
export function completed(fact: DeployedFunction, service: ListedService): DeployedFunction {
  const shown = service.runUrlsOff ? fact.urls.filter((url) => !isRunUrl(url)) : fact.urls;
  return {
    ...fact,
    cpu: fact.cpu ?? service.cpu,
    memoryMiB: fact.memoryMiB ?? service.memoryMiB,
    minInstances: fact.minInstances ?? service.minInstances,
    maxInstances: fact.maxInstances ?? service.maxInstances,
    concurrency: fact.concurrency ?? service.concurrency,
    timeoutSeconds: fact.timeoutSeconds ?? service.timeoutSeconds,
    serviceAccount: fact.serviceAccount ?? service.serviceAccount,
    urls: [...new Set([...shown, ...service.urls])],
    invoker: service.invokerCheckOff ? "public" : fact.invoker,
  };
}

/** The service as what takes part in quotas only. */
export function runServiceOf(service: ListedService, project: string): RunService {
  const { name, region, cpu, maxInstances } = service;
  return { name, project, region, cpu, maxInstances };
}

function functionOnRun(
  record: JsonObject,
  project: string,
  service: Omit<ListedService, "function">,
): DeployedFunction | null {
  const labels = objectAt(record, "labels");
  if (textAt(labels, "goog-managed-by") !== "firebase-functions") return null;
  const annotations = objectAt(record, "annotations");
  const triggerType = textAt(annotations, "cloudfunctions.googleapis.com/trigger-type");
  const eventType = triggerType === "HTTP_TRIGGER" ? null : triggerType;
  const condition = objectAt(record, "terminalCondition");
  const failed = textAt(condition, "state") === "CONDITION_FAILED";
  return {
    name:
      functionIdIn(textAt(annotations, "firebase-functions-metadata")) ??
      textAt(annotations, "cloudfunctions.googleapis.com/function-id") ??
      service.name,
    project,
    region: service.region,
    generation: 2,
    trigger: kindOf(labels, 2, eventType !== null),
    state: failed ? "FAILED" : "ACTIVE",
    stateMessage: failed ? textAt(condition, "message") : null,
    runtime: textAt(labels, "goog-cloudfunctions-runtime"),
    memoryMiB: service.memoryMiB,
    cpu: service.cpu,
    minInstances: service.minInstances,
    maxInstances: service.maxInstances,
    concurrency: service.concurrency,
    timeoutSeconds: service.timeoutSeconds,
    urls: service.urls,
    invoker: service.invokerCheckOff ? "public" : null,
    serviceAccount: service.serviceAccount,
    codebase: codebaseOf(labels) ?? "default",
    deployer: "firebase",
    eventTrigger:
      eventType === null ? null : { eventType, triggerRegion: null, resource: null, database: null, bucket: null },
    updateTime: textAt(record, "updateTime"),
  };
}

/** firebase keeps the ID with its own case as JSON in an annotation: `{"functionId":"myFn"}`. */
function functionIdIn(metadata: string | null): string | null {
  try {
    const parsed: unknown = JSON.parse(metadata ?? "null");
    return isObject(parsed) ? textAt(parsed, "functionId") : null;
  } catch {
    return null;
  }
}

function scaled(
  record: JsonObject,
  template: JsonObject,
  key: string,
  pick: (...values: number[]) => number,
): number | null {
  const values = [numberAt(objectAt(template, "scaling"), key), numberAt(objectAt(record, "scaling"), key)];
  const set = values.filter((value) => value !== null);
  return set.length === 0 ? null : pick(...set);
}

function total(values: readonly (number | null)[]): number | null {
  const set = values.filter((value) => value !== null);
  return set.length === 0 ? null : set.reduce((sum, value) => sum + value, 0);
}

function isRunUrl(url: string): boolean {
  return /^https:\/\/[^/]+\.run\.app(?:\/|$)/.test(url);
}
