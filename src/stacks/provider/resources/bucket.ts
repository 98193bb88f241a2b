import { isMissing } from "../api-error.ts";
import { fromApi, toApi } from "../api-shape.ts";
import {
  block,
  blocks,
  deletionPolicyField,
  type Fields,
  flag,
  number,
  output,
  projectField,
  text,
  texts,
} from "../fields.ts";
import { labelFields, readLabels } from "../labels.ts";
import { projectOf } from "../names.ts";
import { lookUp } from "../operations.ts";
import { removeResource } from "../remove-resource.ts";
import { type Context, type ResourceType, UnreadableId } from "../resource-type.ts";
import { createOnce } from "../settle-creation.ts";
import { contains, isEmpty, isValues, listAt, textAt, type Value, type Values, valuesAt } from "../values.ts";

const token = "gcp:storage/bucket:Bucket";
const base = "storage.googleapis.com/storage/v1/b";

const condition: Fields = {
  age: number(),
  createdBefore: text(),
  numNewerVersions: number(),
  daysSinceNoncurrentTime: number(),
  matchesPrefixes: texts({ api: "matchesPrefix" }),
  matchesSuffixes: texts({ api: "matchesSuffix" }),
  matchesStorageClasses: texts({ api: "matchesStorageClass" }),
};

/** Fields that the API has under the same name. */
const plain: Fields = {
  storageClass: text({ default: "STANDARD" }),
  versioning: block({ enabled: flag({ required: true, always: true }) }, { owner: "either" }),
  defaultEventBasedHold: flag(),
  rpo: text({ owner: "either" }),
  softDeletePolicy: block(
    {
      retentionDurationSeconds: number({ default: 604_800, always: true }),
      effectiveTime: output("text", { local: true }),
    },
    { owner: "either" },
  ),
};

const fields: Fields = {
  name: text({ required: true, replaces: true }),
  location: text({ required: true, replaces: true, same: sameLocation }),
  project: projectField,
  ...plain,
  lifecycleRules: blocks({
    action: block({ type: text({ required: true }), storageClass: text() }, { required: true }),
    condition: block(condition, { required: true }),
  }),
  uniformBucketLevelAccess: flag({ owner: "either" }),
  publicAccessPrevention: text({ owner: "either", choices: ["inherited", "enforced"] }),
  requesterPays: flag(),
  forceDestroy: flag({ default: false }),
  ...labelFields,
  deletionPolicy: deletionPolicyField,
  projectNumber: output("number"),
  selfLink: output(),
  timeCreated: output(),
  updated: output(),
  url: output(),
};

/** A Cloud Storage bucket. */
export const bucket: ResourceType = {
  token,
  fields,
  identity: ["name"],
  async create(context, planned) {
    const name = textAt(planned, "name");
    const labels = valuesAt(planned, "effectiveLabels");
    const body: Values = {
      name,
      location: textAt(planned, "location"),
      ...toApi(plain, planned),
      ...iamConfiguration(planned),
      ...lifecycle(planned),
      ...(planned.requesterPays === true ? { billing: { requesterPays: true } } : {}),
      ...(isEmpty(labels) ? {} : { labels }),
    };
    await createOnce(
      context.rest,
      { method: "POST", path: base, query: { project: projectOf(context, planned) }, body },
      () => lookUp(context.rest, `${base}/${name}`),
      (found) => contains(found.labels, labels) && sameLocation(found.location, planned.location),
    );
    return { id: name, state: await readState(context, name, planned) };
  },
  async read(context, id, prior) {
    const name = nameOf(id);
    const live = await lookUp(context.rest, `${base}/${name}`);
    return live === null ? null : { id: name, state: stateOf(context, live, prior) };
  },
  async update(context, id, { olds, planned, changed }) {
    const body: Values = {};
    for (const name of changed) Object.assign(body, patchOf(name, olds, planned));
    if (Object.keys(body).length > 0) {
      await context.rest.send({ method: "PATCH", path: `${base}/${nameOf(id)}`, body, repeat: "always" });
    }
    return readState(context, nameOf(id), planned);
  },
  async remove(context, id, state) {
    const name = nameOf(id);
    await emptyBucket(context, name, state.forceDestroy === true);
    await removeResource(context, `${base}/${name}`);
  },
};

/** A JSON merge patch of one property: null clears it. */
function patchOf(name: string, olds: Values, planned: Values): Values {
  if (plain[name] !== undefined) return { [name]: toApi(plain, planned)[name] ?? null };
  switch (name) {
    case "lifecycleRules":
      return { lifecycle: lifecycle(planned).lifecycle ?? null };
    case "uniformBucketLevelAccess":
    case "publicAccessPrevention":
      return iamConfiguration(planned);
    case "requesterPays":
      return { billing: { requesterPays: planned.requesterPays === true } };
    case "effectiveLabels": {
      const gone = Object.keys(valuesAt(olds, "effectiveLabels")).map((key): [string, Value] => [key, null]);
      return { labels: { ...Object.fromEntries(gone), ...valuesAt(planned, "effectiveLabels") } };
    }
    default:
      return {};
  }
}

async function emptyBucket(context: Context, name: string, force: boolean): Promise<void> {
  for (;;) {
    let listed: Values;
    try {
      listed = await context.rest.send({ method: "GET", path: `${base}/${name}/o`, query: { versions: "true" } });
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    const items = listAt(listed, "items");
    if (items.length === 0) return;
    if (!force) {
      throw new Error(
        `The bucket ${name} is not empty, and \`forceDestroy\` is not set: empty it, or set it and deploy.`,
      );
    }
    for (const item of items) {
      const object = isValues(item) ? encodeURIComponent(textAt(item, "name")) : "";
      await removeResource(context, `${base}/${name}/o/${object}`);
    }
  }
}

/** "BUCKET" or "PROJECT/BUCKET". */
function nameOf(id: string): string {
  const match = /^(?:[^/]+\/)?([^/]+)$/.exec(id);
  if (match?.[1] === undefined) throw new UnreadableId(token, id, "BUCKET or PROJECT/BUCKET");
  return match[1];
}

async function readState(context: Context, name: string, prior: Values): Promise<Values> {
  return stateOf(context, await context.rest.send({ method: "GET", path: `${base}/${name}` }), prior);
}

function iamConfiguration(planned: Values): Values {
  const prevention = textAt(planned, "publicAccessPrevention");
  return {
    iamConfiguration: {
      uniformBucketLevelAccess: { enabled: planned.uniformBucketLevelAccess === true },
      ...(prevention === "" ? {} : { publicAccessPrevention: prevention }),
    },
  };
}

function lifecycle(planned: Values): Values {
  const { lifecycleRules } = toApi({ lifecycleRules: fields.lifecycleRules ?? blocks({}) }, planned);
  return lifecycleRules === undefined ? {} : { lifecycle: { rule: lifecycleRules } };
}

function stateOf(context: Context, live: Values, prior: Values): Values {
  const name = textAt(live, "name");
  const access = valuesAt(live, "iamConfiguration");
  const rules = fromApi(
    { lifecycleRules: fields.lifecycleRules ?? blocks({}) },
    { lifecycleRules: valuesAt(live, "lifecycle").rule ?? null },
  );
  const state: Values = {
    ...fromApi(plain, live),
    ...rules,
    name,
    location: textAt(live, "location"),
    project: textAt(prior, "project") || context.project,
    uniformBucketLevelAccess: valuesAt(access, "uniformBucketLevelAccess").enabled === true,
    publicAccessPrevention: textAt(access, "publicAccessPrevention"),
    requesterPays: valuesAt(live, "billing").requesterPays === true,
    forceDestroy: prior.forceDestroy === true,
    deletionPolicy: textAt(prior, "deletionPolicy") || "DELETE",
    projectNumber: Number(live.projectNumber ?? 0),
    selfLink: textAt(live, "selfLink"),
    timeCreated: textAt(live, "timeCreated"),
    updated: textAt(live, "updated"),
    url: `gs://${name}`,
  };
  readLabels(valuesAt(live, "labels"), prior, state);
  return state;
}

/** Google writes locations in capitals. */
function sameLocation(old: Value | undefined, next: Value | undefined): boolean {
  return typeof old === "string" && typeof next === "string" && old.toUpperCase() === next.toUpperCase();
}
