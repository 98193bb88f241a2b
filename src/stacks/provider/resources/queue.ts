import { fromApi, maskOf, toApi } from "../api-shape.ts";
import { block, blocks, deletionPolicyField, type Fields, number, output, projectField, text } from "../fields.ts";
import { lastPart, partsOfId, projectOf } from "../names.ts";
import { lookUp } from "../operations.ts";
import { removeResource } from "../remove-resource.ts";
import type { Context, ResourceType } from "../resource-type.ts";
import { createOnce } from "../settle-creation.ts";
import { contains, isEmpty, textAt, type Value, type Values } from "../values.ts";

const token = "gcp:cloudtasks/queue:Queue";
const form = "projects/{project}/locations/{location}/queues/{name}";
const base = "cloudtasks.googleapis.com/v2";

const account = { serviceAccountEmail: text({ required: true }) };

const fields: Fields = {
  name: text({ required: true, replaces: true, local: true }),
  location: text({ required: true, replaces: true, local: true }),
  project: projectField,
  appEngineRoutingOverride: block({ service: text(), version: text(), instance: text(), host: output() }),
  rateLimits: block(
    {
      maxDispatchesPerSecond: number({ owner: "either" }),
      maxConcurrentDispatches: number({ owner: "either" }),
      maxBurstSize: output("number"),
    },
    { owner: "either" },
  ),
  retryConfig: block(
    {
      maxAttempts: number({ owner: "either" }),
      maxRetryDuration: text({ owner: "either", same: sameLongest }),
      minBackoff: text({ owner: "either", same: sameDuration }),
      maxBackoff: text({ owner: "either", same: sameDuration }),
      maxDoublings: number({ owner: "either" }),
    },
    { owner: "either" },
  ),
  stackdriverLoggingConfig: block({ samplingRatio: number({ required: true }) }),
  httpTarget: block({
    httpMethod: text({ owner: "either" }),
    headerOverrides: blocks({ header: block({ key: text({ required: true }), value: text({ required: true }) }) }),
    oauthToken: block({ ...account, scope: text({ owner: "either" }) }),
    oidcToken: block({ ...account, audience: text({ owner: "either" }) }),
    uriOverride: block({
      scheme: text({ owner: "either" }),
      host: text(),
      port: text(),
      pathOverride: block({ path: text({ owner: "either" }) }),
      queryOverride: block({ queryParams: text({ owner: "either" }) }, { owner: "either" }),
      uriOverrideEnforceMode: text({ owner: "either" }),
    }),
  }),
  desiredState: text({ default: "RUNNING", choices: ["RUNNING", "PAUSED"], local: true }),
  deletionPolicy: deletionPolicyField,
  state: output("text", { local: true }),
};

/** A Cloud Tasks queue. */
export const queue: ResourceType = {
  token,
  fields,
  identity: ["name", "location", "project"],
  async create(context, planned) {
    const id = idOf(context, planned);
    const path = `${base}/${id.slice(0, id.lastIndexOf("/"))}`;
    const body = { name: id, ...toApi(fields, planned) };
    await context.rest.paced(path, () =>
      createOnce(
        context.rest,
        { method: "POST", path, body },
        () => lookUp(context.rest, `${base}/${id}`),
        (found) => contains(found, body),
      ),
    );
    if (planned.desiredState === "PAUSED") await turn(context, id, "PAUSED");
    return { id, state: await readState(context, id, planned) };
  },
  async read(context, id, prior) {
    partsOfId(token, form, id);
    const live = await lookUp(context.rest, `${base}/${id}`);
    return live === null ? null : { id, state: stateOf(live, prior) };
  },
  async update(context, id, { planned, changed }) {
    const mask = maskOf(fields, changed);
    if (mask.length > 0) {
      const query = { updateMask: mask.join(",") };
      const body = toApi(fields, planned);
      await context.rest.send({ method: "PATCH", path: `${base}/${id}`, query, body, repeat: "always" });
    }
    if (changed.has("desiredState")) await turn(context, id, textAt(planned, "desiredState"));
    return readState(context, id, planned);
  },
  remove: (context, id) => removeResource(context, `${base}/${id}`),
};

async function turn(context: Context, id: string, to: string): Promise<void> {
  const verb = to === "PAUSED" ? "pause" : "resume";
  await context.rest.send({ method: "POST", path: `${base}/${id}:${verb}`, repeat: "always" });
}

async function readState(context: Context, id: string, prior: Values): Promise<Values> {
  return stateOf(await context.rest.send({ method: "GET", path: `${base}/${id}` }), prior);
}

function idOf(context: Context, state: Values): string {
  return `projects/${projectOf(context, state)}/locations/${textAt(state, "location")}/queues/${textAt(state, "name")}`;
}

function stateOf(live: Values, prior: Values): Values {
  const id = textAt(live, "name");
  const parts = partsOfId(token, form, id);
  return {
    ...fromApi(fields, live),
    name: lastPart(id),
    location: parts.location ?? "",
    project: parts.project ?? "",
    state: textAt(live, "state"),
    // The real provider does not look at the queue for this: it is what the program said last.
    desiredState: textAt(prior, "desiredState") || "RUNNING",
    deletionPolicy: textAt(prior, "deletionPolicy") || "DELETE",
  };
}

/** "0.1s" and "0.100s". */
function sameDuration(old: Value | undefined, next: Value | undefined): boolean {
  const seconds = (value: Value | undefined): number =>
    typeof value === "string" && /^\d+(\.\d+)?s$/.test(value) ? Number(value.slice(0, -1)) : Number.NaN;
  return seconds(old) === seconds(next);
}

/** Google leaves out a limit of 0 s, which is none. */
function sameLongest(old: Value | undefined, next: Value | undefined): boolean {
  return (isEmpty(old) && next === "0s") || sameDuration(old, next);
}
