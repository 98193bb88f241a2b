import type { DeployedFunction, EventTriggerFact, Generation, TriggerKind } from "../../model/deployed.ts";
import { canonicalUrl } from "../../model/function-url.ts";
import { bucketOf, databaseOf, stateOf } from "./function-record.ts";
import { bareUrl, isObject, type JsonObject, numberAt, objectAt, objectsAt, textAt } from "./json.ts";
import { codebaseOf, deployerOf, kindOfEventType } from "./kind.ts";
import { isFunctionName, isRegionName } from "./listing-problems.ts";

const generations: Readonly<Record<string, Generation>> = { gcfv1: 1, gcfv2: 2, run: 2 };
/** firebase marks the kind by the presence of a key; the first that is there counts. */
const kindKeys: readonly (readonly [string, TriggerKind])[] = [
  ["scheduleTrigger", "scheduled"],
  ["taskQueueTrigger", "task"],
  ["callableTrigger", "callable"],
  ["dataConnectGraphqlTrigger", "other"],
  ["httpsTrigger", "https"],
];

/** An entry of firebase's own listing: it has `id`, `region` and `platform`, where Google's records have `name`. */
export function looksLikeEndpoint(entry: unknown): boolean {
  return isObject(entry) && "id" in entry && "region" in entry;
}

/**
 * A function as `firebase functions:list --json` writes it. Only the named fields are taken, so environment variables
 * and secrets never become facts. Returns what is wrong, as a sentence, where it cannot be understood.
 */
export function functionOfEndpoint(entry: unknown): DeployedFunction | string {
  if (!isObject(entry)) return "it is no object";
  const name = textAt(entry, "id");
  const region = textAt(entry, "region");
  const project = textAt(entry, "project");
  if (!isFunctionName(name)) return "its id is no function name";
  if (!isRegionName(region)) return `the region of ${name} is no region`;
  if (project === null) return `${name} names no project`;
  const platform = textAt(entry, "platform");
  const generation = platform === null ? undefined : generations[platform];
  if (generation === undefined) return `the platform of ${name} is none of gcfv1, gcfv2 and run`;
  const trigger = triggerOf(entry);
  if (trigger === null) return `${name} has no trigger that is known here`;
  const labels = objectAt(entry, "labels");
  const uri = textAt(entry, "uri");
  const hasUrl = platform !== "run" && !(trigger === "event" && generation === 1);
  const codebase = textAt(entry, "codebase");
  return {
    name,
    project,
    region,
    generation,
    trigger,
    state: stateOf(textAt(entry, "state")),
    stateMessage: null,
    runtime: textAt(entry, "runtime"),
    memoryMiB: numberAt(entry, "availableMemoryMb"),
    cpu: numberAt(entry, "cpu"),
    minInstances: numberAt(entry, "minInstances"),
    maxInstances: numberAt(entry, "maxInstances"),
    concurrency: numberAt(entry, "concurrency"),
    timeoutSeconds: numberAt(entry, "timeoutSeconds"),
    urls: [...new Set([hasUrl ? canonicalUrl(project, region, name) : null, uri])]
      .filter((url) => url !== null)
      .map(bareUrl),
    invoker: null,
    serviceAccount: textAt(entry, "serviceAccount"),
    // firebase writes "default" for everything, also for what it did not deploy; the label is the evidence.
    codebase: codebaseOf(labels) ?? (codebase === "default" ? null : codebase),
    deployer: deployerOf(labels),
    eventTrigger: isObject(entry.eventTrigger) ? eventTriggerOf(entry.eventTrigger) : null,
    updateTime: null,
  };
}

function triggerOf(entry: JsonObject): TriggerKind | null {
  const found = kindKeys.find(([key]) => isObject(entry[key]));
  if (found !== undefined) return found[1];
  if (isObject(entry.blockingTrigger)) {
    return kindOfEventType(textAt(entry.blockingTrigger, "eventType") ?? "") === "other" ? "other" : "blocking";
  }
  if (isObject(entry.eventTrigger)) return kindOfEventType(textAt(entry.eventTrigger, "eventType") ?? "");
  return null;
}

function eventTriggerOf(event: JsonObject): EventTriggerFact {
  const eventType = textAt(event, "eventType") ?? "";
  const filter = filtersOf(event);
  const resource = ["resource", "topic", "document", "bucket", "ref"].map(filter).find((value) => value !== null);
  return {
    eventType,
    triggerRegion: textAt(event, "region"),
    resource: resource ?? null,
    database: databaseOf(eventType, filter("database"), resource ?? null),
    bucket: bucketOf(eventType, filter("bucket"), resource ?? null),
  };
}

/** Filters are an object of attribute and value; older releases of firebase wrote a list. */
function filtersOf(event: JsonObject): (name: string) => string | null {
  const listed = objectsAt(event, "eventFilters");
  return (name) => {
    const entry = listed.find((candidate) => candidate.attribute === name);
    if (entry !== undefined) return textAt(entry, "value");
    return textAt(objectAt(event, "eventFilters"), name) ?? textAt(objectAt(event, "eventFilterPathPatterns"), name);
  };
}
