import { fromApi, maskOf, toApi } from "../api-shape.ts";
import { block, deletionPolicyField, type Fields, flag, projectField, text, texts } from "../fields.ts";
import { labelFields, readLabels } from "../labels.ts";
import { lastPart, partsOfId, projectOf } from "../names.ts";
import { lookUp } from "../operations.ts";
import { removeResource } from "../remove-resource.ts";
import type { Context, ResourceType } from "../resource-type.ts";
import { createOnce } from "../settle-creation.ts";
import { contains, isEmpty, textAt, type Values, valuesAt } from "../values.ts";

const token = "gcp:pubsub/topic:Topic";
const form = "projects/{project}/topics/{name}";
const base = "pubsub.googleapis.com/v1";

const fields: Fields = {
  name: text({ required: true, replaces: true, local: true }),
  project: projectField,
  kmsKeyName: text(),
  messageRetentionDuration: text(),
  messageStoragePolicy: block(
    { allowedPersistenceRegions: texts({ required: true, unordered: true }), enforceInTransit: flag() },
    { owner: "either" },
  ),
  ...labelFields,
  deletionPolicy: deletionPolicyField,
};

/** A Pub/Sub topic. */
export const topic: ResourceType = {
  token,
  fields,
  identity: ["name", "project"],
  async create(context, planned) {
    const id = `projects/${projectOf(context, planned)}/topics/${textAt(planned, "name")}`;
    const path = `${base}/${id}`;
    const body = bodyOf(planned);
    await createOnce(
      context.rest,
      { method: "PUT", path, body },
      () => lookUp(context.rest, path),
      (found) => contains(found, body),
    );
    return { id, state: await readState(context, id, planned) };
  },
  async read(context, id, prior) {
    partsOfId(token, form, id);
    const live = await lookUp(context.rest, `${base}/${id}`);
    return live === null ? null : { id, state: stateOf(live, prior) };
  },
  async update(context, id, { planned, changed }) {
    const mask = [...maskOf(fields, changed), ...(changed.has("effectiveLabels") ? ["labels"] : [])];
    if (mask.length > 0) {
      const query = { updateMask: mask.join(",") };
      const body = { topic: bodyOf(planned) };
      await context.rest.send({ method: "PATCH", path: `${base}/${id}`, query, body, repeat: "always" });
    }
    return readState(context, id, planned);
  },
  remove: (context, id) => removeResource(context, `${base}/${id}`),
};

async function readState(context: Context, id: string, prior: Values): Promise<Values> {
  return stateOf(await context.rest.send({ method: "GET", path: `${base}/${id}` }), prior);
}

function bodyOf(planned: Values): Values {
  const labels = valuesAt(planned, "effectiveLabels");
  return { ...toApi(fields, planned), ...(isEmpty(labels) ? {} : { labels }) };
}

function stateOf(live: Values, prior: Values): Values {
  const id = textAt(live, "name");
  const state: Values = {
    ...fromApi(fields, live),
    name: lastPart(id),
    project: partsOfId(token, form, id).project ?? "",
    deletionPolicy: textAt(prior, "deletionPolicy") || "DELETE",
  };
  readLabels(valuesAt(live, "labels"), prior, state);
  return state;
}
