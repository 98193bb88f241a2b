import { fromApi, toApi } from "../api-shape.ts";
import { block, deletionPolicyField, type Fields, flag, map, number, output, projectField, text } from "../fields.ts";
import { lastPart, partsOfId, projectOf, regionOf } from "../names.ts";
import { lookUp } from "../operations.ts";
import { removeResource } from "../remove-resource.ts";
import type { Context, ResourceType } from "../resource-type.ts";
import { createOnce } from "../settle-creation.ts";
import { contains, isEmpty, isValues, textAt, type Value, type Values, valuesAt } from "../values.ts";

const token = "gcp:cloudscheduler/job:Job";
const form = "projects/{project}/locations/{region}/jobs/{name}";
const base = "cloudscheduler.googleapis.com/v1";
const targets = ["appEngineHttpTarget", "httpTarget", "pubsubTarget"];

const fields: Fields = {
  name: text({ required: true, replaces: true, local: true }),
  region: text({ owner: "either", replaces: true, local: true }),
  project: projectField,
  description: text(),
  schedule: text(),
  timeZone: text({ default: "Etc/UTC" }),
  attemptDeadline: text({ default: "180s", same: sameDeadline }),
  paused: flag({ owner: "either", local: true }),
  retryConfig: block(
    {
      retryCount: number({ owner: "either" }),
      maxRetryDuration: text({ owner: "either" }),
      minBackoffDuration: text({ owner: "either" }),
      maxBackoffDuration: text({ owner: "either" }),
      maxDoublings: number({ owner: "either" }),
    },
    { owner: "either" },
  ),
  httpTarget: block({
    uri: text({ required: true, same: sameUri }),
    httpMethod: text(),
    headers: map(),
    body: text(),
    oauthToken: block({ serviceAccountEmail: text({ required: true }), scope: text({ owner: "either" }) }),
    oidcToken: block({ serviceAccountEmail: text({ required: true }), audience: text({ owner: "either" }) }),
  }),
  pubsubTarget: block({ topicName: text({ required: true }), data: text(), attributes: map() }),
  appEngineHttpTarget: block({
    relativeUri: text({ required: true }),
    httpMethod: text(),
    headers: map(),
    body: text(),
    appEngineRouting: block({ service: text(), version: text(), instance: text() }),
  }),
  deletionPolicy: deletionPolicyField,
  state: output("text", { local: true }),
};

/** A Scheduler job. */
export const job: ResourceType = {
  token,
  fields,
  identity: ["name", "region", "project"],
  rules(inputs) {
    if (targets.filter((target) => inputs[target] !== undefined).length === 1) return [];
    return [{ property: "httpTarget", reason: `Exactly one of ${targets.join(", ")} must be set.` }];
  },
  plan(_context, olds, inputs, planned) {
    // An audience that nobody named is the address, also after the address has changed.
    const wanted = valuesAt(valuesAt(inputs, "httpTarget"), "oidcToken");
    const before = textAt(valuesAt(olds, "httpTarget"), "uri");
    const token = valuesAt(planned, "httpTarget").oidcToken;
    const moved = before !== textAt(valuesAt(planned, "httpTarget"), "uri");
    if (isValues(token) && wanted.audience === undefined && moved) delete token.audience;
  },
  async create(context, planned) {
    const id = idOf(context, planned);
    const path = `${base}/${id.slice(0, id.lastIndexOf("/"))}`;
    const body = { name: id, ...toApi(fields, planned) };
    await context.rest.paced(path, () =>
      createOnce(
        context.rest,
        { method: "POST", path, body, waitForOthers: true },
        () => lookUp(context.rest, `${base}/${id}`),
        (found) => contains(found, { ...body, attemptDeadline: found.attemptDeadline ?? null }),
      ),
    );
    // The real provider sets the state of every new job, also that of one which is to run.
    await turn(context, id, planned.paused === true ? "pause" : "resume");
    return { id, state: await readState(context, id, planned) };
  },
  async read(context, id, prior) {
    partsOfId(token, form, id);
    const live = await lookUp(context.rest, `${base}/${id}`);
    return live === null ? null : { id, state: stateOf(live, prior) };
  },
  async update(context, id, { planned, changed }) {
    if ([...changed].some((name) => fields[name]?.local !== true)) {
      // Without a mask, as the real provider does: every field is replaced.
      const body = toApi(fields, planned);
      await context.rest.send({ method: "PATCH", path: `${base}/${id}`, body, repeat: "always", waitForOthers: true });
    }
    if (changed.has("paused")) await turn(context, id, planned.paused === true ? "pause" : "resume");
    return readState(context, id, planned);
  },
  remove: (context, id) => removeResource(context, `${base}/${id}`),
};

async function turn(context: Context, id: string, verb: "pause" | "resume"): Promise<void> {
  await context.rest.send({ method: "POST", path: `${base}/${id}:${verb}`, body: {}, repeat: "always" });
}

async function readState(context: Context, id: string, prior: Values): Promise<Values> {
  return stateOf(await context.rest.send({ method: "GET", path: `${base}/${id}` }), prior);
}

function idOf(context: Context, state: Values): string {
  const region = regionOf(context, state, "region");
  return `projects/${projectOf(context, state)}/locations/${region}/jobs/${textAt(state, "name")}`;
}

function stateOf(live: Values, prior: Values): Values {
  const id = textAt(live, "name");
  const parts = partsOfId(token, form, id);
  const state: Values = {
    ...fromApi(fields, live),
    name: lastPart(id),
    region: parts.region ?? "",
    project: parts.project ?? "",
    state: textAt(live, "state"),
    paused: live.state === "PAUSED",
    deletionPolicy: textAt(prior, "deletionPolicy") || "DELETE",
  };
  for (const target of ["httpTarget", "appEngineHttpTarget"]) cleanHeaders(state[target]);
  return state;
}

/** Headers that Scheduler adds by itself. */
function cleanHeaders(target: Value | undefined): void {
  if (!isValues(target) || !isValues(target.headers)) return;
  const own = Object.entries(target.headers).filter(
    ([name, value]) =>
      !/^(X-Google-|X-AppEngine-|Content-Length)/i.test(name) &&
      !(name === "User-Agent" && /^(Google-Cloud-Scheduler|AppEngine-Google; .*)$/.test(String(value))) &&
      !(name === "Content-Type" && value === "application/octet-stream"),
  );
  if (own.length === 0) delete target.headers;
  else target.headers = Object.fromEntries(own);
}

/** Google leaves the deadline out of jobs that publish to a topic. */
function sameDeadline(old: Value | undefined, next: Value | undefined): boolean {
  const usual = "180s";
  return (isEmpty(old) && next === usual) || (isEmpty(next) && old === usual);
}

function sameUri(old: Value | undefined, next: Value | undefined): boolean {
  return typeof old === "string" && typeof next === "string" && old.replace(/\/$/, "") === next.replace(/\/$/, "");
}
