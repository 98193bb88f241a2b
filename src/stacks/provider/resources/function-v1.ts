import { toApi } from "../api-shape.ts";
import { changeFunction, createFunction, type Deployment, removeFunction } from "../deploy-function.ts";
import {
  block,
  blocks,
  deletionPolicyField,
  type Fields,
  flag,
  map,
  number,
  output,
  projectField,
  text,
} from "../fields.ts";
import { labelFields, readLabels } from "../labels.ts";
import { lastPart, partsOfId, projectOf, regionOf } from "../names.ts";
import { lookUp } from "../operations.ts";
import type { Context, Resource, ResourceType } from "../resource-type.ts";
import { isEmpty, isValues, textAt, type Value, type Values, valuesAt } from "../values.ts";

const token = "gcp:cloudfunctions/function:Function";
const form = "projects/{project}/locations/{region}/functions/{name}";
const base = "cloudfunctions.googleapis.com/v1";
/** The real provider's limit for one step. */
const usualLimitMs = 20 * 60_000;

const secretVariables: Fields = {
  key: text({ required: true }),
  projectId: text({ owner: "either" }),
  secret: text({ required: true }),
  version: text({ required: true }),
};

/** Fields that the API has under the same name. */
const plain: Fields = {
  description: text(),
  availableMemoryMb: number({ default: 256 }),
  entryPoint: text({ owner: "either", replaces: true }),
  ingressSettings: text({
    default: "ALLOW_ALL",
    choices: ["ALLOW_ALL", "ALLOW_INTERNAL_AND_GCLB", "ALLOW_INTERNAL_ONLY"],
  }),
  runtime: text({ required: true }),
  serviceAccountEmail: text({ owner: "either", replaces: true }),
  buildServiceAccount: text({ owner: "either" }),
  buildWorkerPool: text(),
  environmentVariables: map(),
  buildEnvironmentVariables: map(),
  vpcConnector: text(),
  vpcConnectorEgressSettings: text({ owner: "either" }),
  dockerRegistry: text({ owner: "either" }),
  dockerRepository: text(),
  kmsKeyName: text(),
  maxInstances: number({ owner: "either" }),
  minInstances: number(),
  secretEnvironmentVariables: blocks(secretVariables),
};

const fields: Fields = {
  name: text({ required: true, replaces: true, local: true }),
  region: text({ owner: "either", replaces: true, local: true }),
  project: projectField,
  ...plain,
  timeout: number({ default: 60, local: true }),
  sourceArchiveBucket: text({ local: true }),
  sourceArchiveObject: text({ local: true }),
  triggerHttp: flag({ replaces: true, local: true }),
  httpsTriggerUrl: text({ owner: "either", local: true }),
  httpsTriggerSecurityLevel: text({ owner: "either", local: true }),
  eventTrigger: block(
    {
      eventType: text({ required: true, replaces: true }),
      resource: text({ required: true, same: sameResource }),
      failurePolicy: block({ retry: flag({ required: true }) }, { owner: "either" }),
    },
    { owner: "either", local: true },
  ),
  ...labelFields,
  deletionPolicy: deletionPolicyField,
  status: output("text", { local: true }),
  versionId: output("text", { local: true }),
};

/** A function of the first generation. */
export const functionV1: ResourceType = {
  token,
  fields,
  identity: ["name", "region", "project"],
  rules(inputs) {
    const failures = [];
    if (isEmpty(inputs.eventTrigger) === isEmpty(inputs.triggerHttp)) {
      failures.push({ property: "triggerHttp", reason: "Exactly one of triggerHttp and eventTrigger must be set." });
    }
    if (isEmpty(inputs.sourceArchiveBucket) || isEmpty(inputs.sourceArchiveObject)) {
      failures.push({
        property: "sourceArchiveObject",
        reason: "sourceArchiveBucket and sourceArchiveObject must both be set.",
      });
    }
    return failures;
  },
  create(context, planned) {
    const id = idOf(context, planned);
    const collection = `${base}/${id.slice(0, id.lastIndexOf("/"))}`;
    const body: Values = { ...bodyOf(context, planned), name: id };
    return context.rest.paced(collection, () =>
      createFunction(
        context.rest,
        deploymentOf(context, id, planned),
        { method: "POST", path: collection, body },
        valuesAt(planned, "effectiveLabels"),
        {
          id,
          state: { ...planned, project: projectOf(context, planned), region: regionOf(context, planned, "region") },
        },
      ),
    );
  },
  async read(context, id, prior) {
    partsOfId(token, form, id);
    const live = await lookUp(context.rest, `${base}/${id}`);
    return live === null ? null : toResource(live, prior);
  },
  async update(context, id, { planned, changed }) {
    const deployment = deploymentOf(context, id, planned);
    const mask = maskFor(changed);
    const live = await lookUp(context.rest, deployment.path);
    if (mask.length === 0) {
      if (live !== null && deployment.failureOf(live) === null) return toResource(live, planned).state;
      mask.push("sourceArchiveUrl", "runtime");
    }
    // The whole function goes along, whatever the mask names: organisation policies are judged by it.
    const own = new Set([...Object.keys(plain), "sourceUploadUrl"]);
    const others = Object.fromEntries(Object.entries(live ?? {}).filter(([name]) => !own.has(name)));
    const body = { ...others, ...bodyOf(context, planned) };
    const resource = await context.rest.paced(deployment.path, () =>
      changeFunction(
        context.rest,
        deployment,
        { method: "PATCH", path: deployment.path, query: { updateMask: mask.join(",") }, body },
        { id, state: planned },
      ),
    );
    return resource.state;
  },
  remove(context, id, state) {
    const deployment = deploymentOf(context, id, state);
    return context.rest.paced(deployment.path, () => removeFunction(context.rest, deployment));
  },
};

/** In the order of the real provider, with its two ways of spelling. */
const masks: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["availableMemoryMb"], ["availableMemoryMb"]],
  [["sourceArchiveBucket", "sourceArchiveObject"], ["sourceArchiveUrl"]],
  [["secretEnvironmentVariables"], ["secretEnvironmentVariables"]],
  [["description"], ["description"]],
  [["buildWorkerPool"], ["build_worker_pool"]],
  [["timeout"], ["timeout"]],
  [["ingressSettings"], ["ingressSettings"]],
  [["effectiveLabels"], ["labels"]],
  [["runtime"], ["runtime"]],
  [["environmentVariables"], ["environmentVariables"]],
  [["buildEnvironmentVariables"], ["buildEnvironmentVariables"]],
  [["vpcConnector", "vpcConnectorEgressSettings"], ["vpcConnector"]],
  [["vpcConnectorEgressSettings"], ["vpcConnectorEgressSettings"]],
  [["eventTrigger"], ["eventTrigger", "eventTrigger.failurePolicy.retry"]],
  [["httpsTriggerSecurityLevel"], ["httpsTrigger", "httpsTrigger.securityLevel"]],
  [["dockerRegistry"], ["dockerRegistry"]],
  [["dockerRepository"], ["dockerRepository"]],
  [["kmsKeyName"], ["kmsKeyName"]],
  [["maxInstances"], ["maxInstances"]],
  [["minInstances"], ["minInstances"]],
  [["buildServiceAccount"], ["buildServiceAccount"]],
];

function maskFor(changed: ReadonlySet<string>): string[] {
  return masks.flatMap(([properties, paths]) => (properties.some((name) => changed.has(name)) ? paths : []));
}

function idOf(context: Context, state: Values): string {
  const region = regionOf(context, state, "region");
  return `projects/${projectOf(context, state)}/locations/${region}/functions/${textAt(state, "name")}`;
}

function bodyOf(context: Context, planned: Values): Values {
  const labels = valuesAt(planned, "effectiveLabels");
  const event = valuesAt(planned, "eventTrigger");
  const security = textAt(planned, "httpsTriggerSecurityLevel");
  const trigger: Values = isEmpty(event)
    ? { httpsTrigger: security === "" ? {} : { securityLevel: security } }
    : { eventTrigger: eventOf(event, projectOf(context, planned)) };
  return {
    ...toApi(plain, planned),
    ...trigger,
    timeout: `${typeof planned.timeout === "number" ? planned.timeout : 60}s`,
    sourceArchiveUrl: `gs://${textAt(planned, "sourceArchiveBucket")}/${textAt(planned, "sourceArchiveObject")}`,
    ...(isEmpty(labels) ? {} : { labels }),
  };
}

/** A short name of a bucket, topic or document becomes the full one that goes with the kind of event. */
function eventOf(event: Values, project: string): Values {
  const eventType = textAt(event, "eventType");
  const resource = textAt(event, "resource");
  const retry = valuesAt(event, "failurePolicy").retry === true;
  return {
    eventType,
    resource: resource.startsWith("projects/") ? resource : `projects/${project}/${kindOf(eventType)}${resource}`,
    ...(retry ? { failurePolicy: { retry: {} } } : {}),
  };
}

function kindOf(eventType: string): string {
  if (/^(google\.storage\.object\.|providers\/cloud\.storage\/)/.test(eventType)) return "buckets/";
  if (/^(google\.pubsub\.topic\.|providers\/cloud\.pubsub\/)/.test(eventType)) return "topics/";
  if (eventType.startsWith("providers/cloud.firestore/")) return "databases/(default)/documents/";
  throw new TypeError(`The resource of an event of type ${eventType} must be given by its full name.`);
}

function sameResource(old: Value | undefined, next: Value | undefined): boolean {
  if (typeof old !== "string" || typeof next !== "string") return false;
  const short = (name: string): string =>
    /^projects\/[^/]+\/databases\/\(default\)\/documents\/(.+)$/.exec(name)?.[1] ??
    /^projects\/[^/]+\/[^/]+\/(.+)$/.exec(name)?.[1] ??
    name;
  return short(old) === short(next);
}

function deploymentOf(context: Context, id: string, prior: Values): Deployment {
  return {
    base,
    path: `${base}/${id}`,
    withinMs: context.withinMs ?? usualLimitMs,
    isBusy: (live) => live.status === "DEPLOY_IN_PROGRESS" || live.status === "DELETE_IN_PROGRESS",
    failureOf: (live) => (live.status === "ACTIVE" ? null : `${id} is ${textAt(live, "status")}`),
    toResource: (live) => toResource(live, prior),
  };
}

function toResource(live: Values, prior: Values): Resource {
  const id = textAt(live, "name");
  const parts = partsOfId(token, form, id);
  const [, bucket, object] = /^gs:\/\/([^/]+)\/(.+)$/.exec(textAt(live, "sourceArchiveUrl")) ?? [];
  const state: Values = {
    ...Object.fromEntries(Object.keys(plain).flatMap((name) => (live[name] === undefined ? [] : [[name, live[name]]]))),
    name: lastPart(id),
    region: parts.region ?? "",
    project: parts.project ?? "",
    timeout: Number(textAt(live, "timeout").replace("s", "")),
    ...(bucket === undefined ? {} : { sourceArchiveBucket: bucket }),
    ...(object === undefined ? {} : { sourceArchiveObject: object }),
    status: textAt(live, "status"),
    versionId: String(live.versionId ?? ""),
    deletionPolicy: textAt(prior, "deletionPolicy") || "DELETE",
  };
  const http = live.httpsTrigger;
  if (isValues(http)) {
    state.triggerHttp = true;
    state.httpsTriggerUrl = textAt(http, "url");
    state.httpsTriggerSecurityLevel = textAt(http, "securityLevel");
  }
  const event = live.eventTrigger;
  if (isValues(event)) {
    state.eventTrigger = {
      eventType: textAt(event, "eventType"),
      resource: textAt(event, "resource"),
      failurePolicy: { retry: isValues(event.failurePolicy) && event.failurePolicy.retry !== undefined },
    };
  }
  readLabels(valuesAt(live, "labels"), prior, state);
  return { id, state };
}
