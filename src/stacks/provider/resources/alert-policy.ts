import { fromApi, maskOf, toApi } from "../api-shape.ts";
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
import { partsOfId, projectOf } from "../names.ts";
import { lookUp } from "../operations.ts";
import { removeResource } from "../remove-resource.ts";
import type { Context, ResourceType } from "../resource-type.ts";
import { createOnce } from "../settle-creation.ts";
import { contains, isEmpty, isValues, listAt, textAt, type Value, type Values } from "../values.ts";

const token = "gcp:monitoring/alertPolicy:AlertPolicy";
const form = "projects/{project}/alertPolicies/{policy}";
const base = "monitoring.googleapis.com/v3";

const aggregations = blocks({
  alignmentPeriod: text(),
  crossSeriesReducer: text({ same: sameReducer }),
  groupByFields: texts(),
  perSeriesAligner: text(),
});
const trigger = block({ count: number(), percent: number() });

const conditions: Fields = {
  displayName: text({ required: true }),
  conditionThreshold: block({
    filter: text(),
    comparison: text({ required: true }),
    duration: text({ required: true }),
    thresholdValue: number(),
    aggregations,
    denominatorFilter: text(),
    denominatorAggregations: aggregations,
    evaluationMissingData: text(),
    forecastOptions: block({ forecastHorizon: text({ required: true }) }),
    trigger,
  }),
  conditionAbsent: block({ filter: text(), duration: text({ required: true }), aggregations, trigger }),
  conditionMatchedLog: block({ filter: text({ required: true }), labelExtractors: map() }),
  conditionMonitoringQueryLanguage: block({
    query: text({ required: true }),
    duration: text({ required: true }),
    evaluationMissingData: text(),
    trigger,
  }),
  conditionPrometheusQueryLanguage: block({
    query: text({ required: true }),
    duration: text(),
    evaluationInterval: text(),
    labels: map(),
    ruleGroup: text(),
    alertRule: text(),
    disableMetricValidation: flag(),
  }),
  name: output(),
};

const fields: Fields = {
  displayName: text({ required: true }),
  combiner: text({ required: true }),
  enabled: flag({ default: true, always: true }),
  conditions: blocks(conditions, { required: true }),
  notificationChannels: texts(),
  alertStrategy: block({
    notificationRateLimit: block({ period: text() }),
    autoClose: text(),
    notificationPrompts: texts(),
    notificationChannelStrategies: blocks(
      { notificationChannelNames: texts(), renotifyInterval: text() },
      { api: "notificationChannelStrategy" },
    ),
  }),
  userLabels: map(),
  severity: text(),
  documentation: block({
    content: text(),
    mimeType: text({ default: "text/markdown" }),
    subject: text(),
    links: blocks({ displayName: text(), url: text() }),
  }),
  project: projectField,
  deletionPolicy: deletionPolicyField,
  name: output(),
  creationRecords: output("text", { local: true }),
};

/** An alert policy. Google names it, so that only its id tells two of one display name apart. */
export const alertPolicy: ResourceType = {
  token,
  fields,
  identity: ["project"],
  create(context, planned) {
    const project = projectOf(context, planned);
    const path = `${base}/projects/${project}/alertPolicies`;
    const body = toApi(fields, planned);
    // Policies are edited one at a time: the service refuses concurrent edits of a project.
    return context.rest.exclusive(path, async () => {
      const settled = await createOnce(
        context.rest,
        { method: "POST", path, body, waitForOthers: true },
        () => findPolicy(context, path, body),
        () => true,
      );
      const id = textAt(settled.kind === "answered" ? settled.answer : settled.found, "name");
      return { id, state: await readState(context, id, planned) };
    });
  },
  async read(context, id, prior) {
    partsOfId(token, form, id);
    const live = await lookUp(context.rest, `${base}/${id}`);
    return live === null ? null : { id, state: stateOf(live, prior) };
  },
  update(context, id, { planned, changed }) {
    const path = `${base}/${id}`;
    return context.rest.exclusive(path.slice(0, path.lastIndexOf("/")), async () => {
      const mask = maskOf(fields, changed);
      if (mask.length > 0) {
        const query = { updateMask: mask.join(",") };
        const body = toApi(fields, planned);
        await context.rest.send({ method: "PATCH", path, query, body, repeat: "always", waitForOthers: true });
      }
      return readState(context, id, planned);
    });
  },
  remove(context, id) {
    const path = `${base}/${id}`;
    return context.rest.exclusive(path.slice(0, path.lastIndexOf("/")), () => removeResource(context, path));
  },
};

/** After a lost answer: the policy that looks like the one that was sent. */
async function findPolicy(context: Context, path: string, body: Values): Promise<Values | null> {
  const query = { filter: `display_name=${JSON.stringify(textAt(body, "displayName"))}` };
  const listed = await context.rest.send({ method: "GET", path, query });
  const found = listAt(listed, "alertPolicies").find((item) => contains(item, body));
  return isValues(found) ? found : null;
}

async function readState(context: Context, id: string, prior: Values): Promise<Values> {
  return stateOf(await context.rest.send({ method: "GET", path: `${base}/${id}` }), prior);
}

function stateOf(live: Values, prior: Values): Values {
  const record = live.creationRecord;
  return {
    ...fromApi(fields, live),
    enabled: live.enabled === true,
    project: partsOfId(token, form, textAt(live, "name")).project ?? "",
    deletionPolicy: textAt(prior, "deletionPolicy") || "DELETE",
    creationRecords: isValues(record) ? [record] : [],
  };
}

function sameReducer(old: Value | undefined, next: Value | undefined): boolean {
  return (isEmpty(old) && next === "REDUCE_NONE") || (isEmpty(next) && old === "REDUCE_NONE");
}
