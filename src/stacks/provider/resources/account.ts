import { deletionPolicyField, type Fields, flag, output, projectField, text } from "../fields.ts";
import { partsOfId, projectOf } from "../names.ts";
import { lookUp } from "../operations.ts";
import { removeResource } from "../remove-resource.ts";
import type { Context, ResourceType } from "../resource-type.ts";
import type { Request } from "../rest.ts";
import { createOnce } from "../settle-creation.ts";
import { contains, isUnknown, textAt, type Values } from "../values.ts";

const token = "gcp:serviceaccount/account:Account";
const form = "projects/{project}/serviceAccounts/{email}";
const base = "iam.googleapis.com/v1";

const fields: Fields = {
  accountId: text({ required: true, replaces: true }),
  project: projectField,
  displayName: text(),
  description: text(),
  disabled: flag({ default: false }),
  createIgnoreAlreadyExists: flag({ owner: "either" }),
  deletionPolicy: deletionPolicyField,
  email: output(),
  member: output(),
  name: output(),
  uniqueId: output(),
};

/** A service account. Its address is known before it is there. */
export const account: ResourceType = {
  token,
  fields,
  identity: ["accountId", "project"],
  plan(context, _olds, inputs, planned) {
    if (isUnknown(inputs.accountId) || isUnknown(inputs.project)) return;
    planned.email = `${textAt(inputs, "accountId")}@${projectOf(context, inputs)}.iam.gserviceaccount.com`;
    planned.member = `serviceAccount:${planned.email}`;
  },
  async create(context, planned) {
    const project = projectOf(context, planned);
    const id = `projects/${project}/serviceAccounts/${textAt(planned, "accountId")}@${project}.iam.gserviceaccount.com`;
    const details = detailsOf(planned);
    const request: Request = {
      method: "POST",
      path: `${base}/projects/${project}/serviceAccounts`,
      body: { accountId: textAt(planned, "accountId"), serviceAccount: details },
    };
    const find = (): Promise<Values | null> => lookUp(context.rest, `${base}/${id}`);
    const existing = planned.createIgnoreAlreadyExists === true ? await find() : null;
    if (existing === null) await createOnce(context.rest, request, find, (found) => contains(found, details));
    if (planned.disabled === true) await turn(context, id, "disable");
    return { id, state: stateOf(await awaitAccount(context, id), planned) };
  },
  async read(context, id, prior) {
    partsOfId(token, form, id);
    const live = await lookUp(context.rest, `${base}/${id}`);
    return live === null ? null : { id, state: stateOf(live, prior) };
  },
  async update(context, id, { planned, changed }) {
    const path = `${base}/${id}`;
    const live = await context.rest.send({ method: "GET", path });
    if (changed.has("disabled")) await turn(context, id, planned.disabled === true ? "disable" : "enable");
    const mask = [
      ...(changed.has("description") ? ["description"] : []),
      ...(changed.has("displayName") ? ["display_name"] : []),
    ];
    if (mask.length > 0) {
      const serviceAccount = { ...detailsOf(planned), ...(changed.has("disabled") ? {} : { etag: live.etag ?? null }) };
      await context.rest.send({ method: "PATCH", path, body: { serviceAccount, updateMask: mask.join(",") } });
    }
    return stateOf(await context.rest.send({ method: "GET", path }), planned);
  },
  remove: (context, id) => removeResource(context, `${base}/${id}`),
};

/** A new account cannot be read for a moment. */
async function awaitAccount(context: Context, id: string): Promise<Values> {
  const { rest } = context;
  const end = Date.now() + rest.patience.giveUpMs;
  for (let pause = rest.patience.firstPauseMs; ; pause = Math.min(pause * 2, rest.patience.longestPauseMs)) {
    const live = await lookUp(rest, `${base}/${id}`);
    if (live !== null) return live;
    if (Date.now() + pause > end) throw new Error(`The service account ${id} was created and cannot be read.`);
    await rest.pause(pause);
  }
}

async function turn(context: Context, id: string, verb: "enable" | "disable"): Promise<void> {
  await context.rest.send({ method: "POST", path: `${base}/${id}:${verb}`, body: {}, repeat: "always" });
}

function detailsOf(planned: Values): Values {
  const displayName = textAt(planned, "displayName");
  const description = textAt(planned, "description");
  return { ...(displayName === "" ? {} : { displayName }), ...(description === "" ? {} : { description }) };
}

function stateOf(live: Values, prior: Values): Values {
  const email = textAt(live, "email");
  return {
    accountId: email.split("@")[0] ?? "",
    project: textAt(live, "projectId"),
    displayName: textAt(live, "displayName"),
    description: textAt(live, "description"),
    disabled: live.disabled === true,
    ...(prior.createIgnoreAlreadyExists === undefined
      ? {}
      : { createIgnoreAlreadyExists: prior.createIgnoreAlreadyExists }),
    deletionPolicy: textAt(prior, "deletionPolicy") || "DELETE",
    email,
    member: `serviceAccount:${email}`,
    name: textAt(live, "name"),
    uniqueId: textAt(live, "uniqueId"),
  };
}
