import { fromApi, maskOf, toApi } from "../api-shape.ts";
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
  texts,
} from "../fields.ts";
import { labelFields, readLabels } from "../labels.ts";
import { lastPart, partsOfId, projectOf } from "../names.ts";
import { lookUp } from "../operations.ts";
import type { Context, Resource, ResourceType } from "../resource-type.ts";
import { isEmpty, isValues, listAt, textAt, type Value, type Values, valuesAt } from "../values.ts";

const token = "gcp:cloudfunctionsv2/function:Function";
const form = "projects/{project}/locations/{location}/functions/{name}";
const base = "cloudfunctions.googleapis.com/v2";
/** The real provider's limit for one step. */
const usualLimitMs = 60 * 60_000;

const buildConfig: Fields = {
  runtime: text(),
  entryPoint: text(),
  environmentVariables: map({ owner: "either" }),
  dockerRepository: text({ owner: "either" }),
  serviceAccount: text({ owner: "either" }),
  workerPool: text(),
  automaticUpdatePolicy: block({}, { owner: "either" }),
  onDeployUpdatePolicy: block({ runtimeVersion: output() }),
  source: block({
    storageSource: block({
      bucket: text(),
      object: text(),
      generation: number({ owner: "either" }),
    }),
  }),
  build: output(),
};

const secretVolumes: Fields = {
  mountPath: text({ required: true }),
  projectId: text({ required: true }),
  secret: text({ required: true }),
  versions: blocks({ path: text({ required: true }), version: text({ required: true }) }, { owner: "either" }),
};

const serviceConfig: Fields = {
  allTrafficOnLatestRevision: flag({ default: true, always: true }),
  availableCpu: text({ owner: "either" }),
  availableMemory: text({ owner: "either" }),
  binaryAuthorizationPolicy: text(),
  directVpcEgress: text({ owner: "either" }),
  directVpcNetworkInterfaces: blocks(
    { network: text(), subnetwork: text(), tags: texts() },
    { api: "directVpcNetworkInterface" },
  ),
  environmentVariables: map({ owner: "either", same: sameVariables }),
  ingressSettings: text({
    default: "ALLOW_ALL",
    choices: ["ALLOW_ALL", "ALLOW_INTERNAL_ONLY", "ALLOW_INTERNAL_AND_GCLB"],
  }),
  maxInstanceCount: number({ owner: "either" }),
  maxInstanceRequestConcurrency: number({ owner: "either" }),
  minInstanceCount: number(),
  secretEnvironmentVariables: blocks({
    key: text({ required: true }),
    projectId: text({ required: true }),
    secret: text({ required: true }),
    version: text({ required: true }),
  }),
  secretVolumes: blocks(secretVolumes),
  serviceAccountEmail: text({ owner: "either" }),
  timeoutSeconds: number({ owner: "either" }),
  vpcConnector: text(),
  vpcConnectorEgressSettings: text({
    choices: ["VPC_CONNECTOR_EGRESS_SETTINGS_UNSPECIFIED", "PRIVATE_RANGES_ONLY", "ALL_TRAFFIC"],
  }),
  gcfUri: output(),
  service: output(),
  uri: output(),
};

const eventTrigger: Fields = {
  eventType: text({ required: true }),
  eventFilters: blocks(
    { attribute: text({ required: true }), value: text({ required: true }), operator: text() },
    { unordered: true },
  ),
  pubsubTopic: text({ owner: "either" }),
  retryPolicy: text({ choices: ["RETRY_POLICY_UNSPECIFIED", "RETRY_POLICY_DO_NOT_RETRY", "RETRY_POLICY_RETRY"] }),
  serviceAccountEmail: text({ owner: "either" }),
  triggerRegion: text({ owner: "either" }),
  trigger: output(),
};

const fields: Fields = {
  name: text({ required: true, replaces: true, local: true }),
  location: text({ required: true, replaces: true, local: true }),
  project: projectField,
  description: text(),
  buildConfig: block(buildConfig),
  serviceConfig: block(serviceConfig),
  eventTrigger: block(eventTrigger),
  kmsKeyName: text(),
  ...labelFields,
  deletionPolicy: deletionPolicyField,
  environment: output(),
  state: output(),
  updateTime: output(),
  url: output(),
};

/** A function of the second generation. */
export const functionV2: ResourceType = {
  token,
  fields,
  identity: ["name", "location", "project"],
  plan(_context, olds, _inputs, planned) {
    // The variable that Google adds to every new function stays, although no program names it.
    const before = valuesAt(valuesAt(olds, "serviceConfig"), "environmentVariables")[executionId];
    const variables = valuesAt(planned, "serviceConfig").environmentVariables;
    if (before !== undefined && isValues(variables) && variables[executionId] === undefined) {
      variables[executionId] = before;
    }
  },
  create(context, planned) {
    const id = idOf(context, planned);
    const collection = `${base}/${id.slice(0, id.lastIndexOf("/"))}`;
    const body = { name: id, ...bodyOf(planned) };
    return context.rest.paced(collection, () =>
      createFunction(
        context.rest,
        deploymentOf(context, id, planned),
        { method: "POST", path: collection, query: { functionId: textAt(planned, "name") }, body },
        valuesAt(planned, "effectiveLabels"),
        { id, state: { ...planned, project: projectOf(context, planned) } },
      ),
    );
  },
  async read(context, id, prior) {
    const { path } = deploymentOf(context, idFor(id), prior);
    const live = await lookUp(context.rest, path);
    return live === null ? null : toResource(live, prior);
  },
  async update(context, id, { planned, changed }) {
    const deployment = deploymentOf(context, id, planned);
    const mask = [...maskOf(fields, changed), ...(changed.has("effectiveLabels") ? ["labels"] : [])];
    if (mask.length === 0) {
      // After a deployment that failed the engine asks without a difference: what does not serve is deployed anew.
      const live = await lookUp(context.rest, deployment.path);
      if (live !== null && deployment.failureOf(live) === null) return toResource(live, planned).state;
      mask.push("buildConfig", "serviceConfig");
    }
    const resource = await context.rest.paced(deployment.path, () =>
      changeFunction(
        context.rest,
        deployment,
        { method: "PATCH", path: deployment.path, query: { updateMask: mask.join(",") }, body: bodyOf(planned) },
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

const executionId = "LOG_EXECUTION_ID";

function sameVariables(old: Value | undefined, next: Value | undefined): boolean {
  if (!isValues(old) || !isValues(next)) return false;
  const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])];
  return keys.every((key) => old[key] === next[key] || (key === executionId && next[key] === undefined));
}

function idOf(context: Context, state: Values): string {
  return `projects/${projectOf(context, state)}/locations/${textAt(state, "location")}/functions/${textAt(state, "name")}`;
}

/** Refuses an id of another form. */
function idFor(id: string): string {
  partsOfId(token, form, id);
  return id;
}

function bodyOf(planned: Values): Values {
  const body = toApi(fields, planned);
  if (isValues(body.buildConfig) && body.buildConfig.onDeployUpdatePolicy !== undefined) {
    delete body.buildConfig.automaticUpdatePolicy;
  }
  const labels = valuesAt(planned, "effectiveLabels");
  return { ...body, ...(isEmpty(labels) ? {} : { labels }) };
}

function deploymentOf(context: Context, id: string, prior: Values): Deployment {
  return {
    base,
    path: `${base}/${id}`,
    withinMs: context.withinMs ?? usualLimitMs,
    isBusy: (live) => live.state === "DEPLOYING" || live.state === "DELETING",
    failureOf(live) {
      if (live.state === "ACTIVE") return null;
      const messages = listAt(live, "stateMessages").map((item) => (isValues(item) ? textAt(item, "message") : ""));
      return `${id} is ${textAt(live, "state")}${messages.length === 0 ? "" : `: ${messages.join("; ")}`}`;
    },
    toResource: (live) => toResource(live, prior),
  };
}

function toResource(live: Values, prior: Values): Resource {
  const id = textAt(live, "name");
  const parts = partsOfId(token, form, id);
  const state: Values = {
    ...fromApi(fields, live),
    name: lastPart(id),
    location: parts.location ?? "",
    project: parts.project ?? "",
    deletionPolicy: textAt(prior, "deletionPolicy") || "DELETE",
  };
  keepSource(state, prior);
  readLabels(valuesAt(live, "labels"), prior, state);
  return { id, state };
}

/** Google answers with the copy that it made of the source; the program means the archive that it named. */
function keepSource(state: Values, prior: Values): void {
  const before = valuesAt(valuesAt(prior, "buildConfig"), "source");
  const named = valuesAt(before, "storageSource");
  const build = state.buildConfig;
  if (!isValues(build) || isEmpty(named)) return;
  const live = valuesAt(valuesAt(build, "source"), "storageSource");
  build.source = { storageSource: { ...live, ...named } };
}
