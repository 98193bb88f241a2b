import { deletionPolicyField, type Fields, projectField, text } from "../fields.ts";
import { partsOfId, projectOf } from "../names.ts";
import { lookUp } from "../operations.ts";
import { removeResource } from "../remove-resource.ts";
import type { Context, ResourceType } from "../resource-type.ts";
import { createOnce } from "../settle-creation.ts";
import { canonical, isUnknown, isValues, listAt, textAt, type Value, type Values } from "../values.ts";

const token = "gcp:monitoring/dashboard:Dashboard";
const form = "projects/{project}/dashboards/{dashboard}";
const base = "monitoring.googleapis.com/v1";

const fields: Fields = {
  dashboardJson: text({ required: true, same: sameDashboard }),
  project: projectField,
  deletionPolicy: deletionPolicyField,
};

/** A dashboard, written as Google's JSON. */
export const dashboard: ResourceType = {
  token,
  fields,
  identity: ["project"],
  rules(inputs) {
    if (isUnknown(inputs.dashboardJson) || parse(inputs.dashboardJson) !== null) return [];
    return [{ property: "dashboardJson", reason: "dashboardJson must be the text of a JSON object." }];
  },
  async create(context, planned) {
    const path = `${base}/projects/${projectOf(context, planned)}/dashboards`;
    const body = parse(planned.dashboardJson) ?? {};
    const settled = await createOnce(
      context.rest,
      { method: "POST", path, body, waitForOthers: true },
      () => findDashboard(context, path, body),
      () => true,
    );
    const id = textAt(settled.kind === "answered" ? settled.answer : settled.found, "name");
    return { id, state: await readState(context, id, planned) };
  },
  async read(context, id, prior) {
    const parts = partsOfId(token, form, id);
    const live = await lookUp(context.rest, `${base}/${id}`);
    const project = textAt(prior, "project") || context.project || textAt(parts, "project");
    return live === null ? null : { id, state: stateOf(live, { ...prior, project }) };
  },
  async update(context, id, { olds, planned, changed }) {
    if (changed.has("dashboardJson")) {
      const { etag } = parse(olds.dashboardJson) ?? {};
      const body: Values = { ...parse(planned.dashboardJson), ...(etag === undefined ? {} : { etag }) };
      await context.rest.send({ method: "PATCH", path: `${base}/${id}`, body });
    }
    return readState(context, id, planned);
  },
  remove: (context, id) => removeResource(context, `${base}/${id}`),
};

/** After a lost answer: the dashboard that looks like the one that was sent. */
async function findDashboard(context: Context, path: string, body: Values): Promise<Values | null> {
  const listed = await context.rest.send({ method: "GET", path });
  const found = listAt(listed, "dashboards").find((item) => canonical(without(item, body)) === canonical(body));
  return isValues(found) ? found : null;
}

async function readState(context: Context, id: string, prior: Values): Promise<Values> {
  const live = await context.rest.send({ method: "GET", path: `${base}/${id}` });
  return stateOf(live, { ...prior, project: projectOf(context, prior) });
}

function stateOf(live: Values, prior: Values): Values {
  return {
    dashboardJson: sorted(live),
    project: textAt(prior, "project"),
    deletionPolicy: textAt(prior, "deletionPolicy") || "DELETE",
  };
}

/** What Google has added to a dashboard is no difference. */
function sameDashboard(old: Value | undefined, next: Value | undefined): boolean {
  const live = parse(old);
  const wanted = parse(next);
  return live !== null && wanted !== null && canonical(without(live, wanted)) === canonical(wanted);
}

/** `live` without the keys that `wanted` does not have, all the way down. */
function without(live: Value, wanted: Value | undefined): Value {
  if (Array.isArray(live)) {
    const list = Array.isArray(wanted) ? wanted : [];
    return live.map((item, index) => without(item, list[index]));
  }
  if (!isValues(live) || !isValues(wanted)) return live;
  return Object.fromEntries(
    Object.entries(live).flatMap(([key, value]) =>
      wanted[key] === undefined ? [] : [[key, without(value, wanted[key])]],
    ),
  );
}

function parse(value: Value | undefined): Values | null {
  if (typeof value !== "string") return null;
  try {
    const parsed: unknown = JSON.parse(value);
    return isValues(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

/** JSON with its keys in order, as the real provider keeps it. */
function sorted(value: Value): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isValues(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
