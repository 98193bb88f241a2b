import { isObject, type JsonObject, objectAt, textAt } from "./json.ts";
import { Refusal } from "./refusal.ts";
import type { State } from "./state.ts";

/** Fields of a bucket that a caller may write. */
const writable = [
  "autoclass",
  "billing",
  "cors",
  "defaultEventBasedHold",
  "encryption",
  "iamConfiguration",
  "labels",
  "lifecycle",
  "logging",
  "retentionPolicy",
  "rpo",
  "softDeletePolicy",
  "storageClass",
  "versioning",
  "website",
];

/** A bucket with what the server adds to it. `fields.name` and, where it is not US, `fields.location` must be there. */
export function newBucket(state: State, fields: JsonObject, time: string): JsonObject {
  const name = textAt(fields, "name") ?? "";
  const location = (textAt(fields, "location") ?? "US").toUpperCase();
  const regional = location.includes("-");
  return {
    kind: "storage#bucket",
    id: name,
    selfLink: `https://www.googleapis.com/storage/v1/b/${name}`,
    name,
    projectNumber: state.projectNumber,
    location,
    locationType: regional ? "region" : "multi-region",
    timeCreated: time,
    storageClass: "STANDARD",
    softDeletePolicy: { retentionDurationSeconds: "604800", effectiveTime: time },
    ...(regional ? {} : { rpo: "DEFAULT" }),
    ...pick(fields),
    iamConfiguration: iamConfigurationOf(objectAt(fields, "iamConfiguration")),
    updated: time,
    etag: "CAE=",
    metageneration: "1",
  };
}

/** `bucket` with a JSON merge patch applied: null removes a field, or one label. */
export function patchBucket(bucket: JsonObject, patch: JsonObject, time: string): JsonObject {
  const next = structuredClone(bucket);
  for (const field of Object.keys(patch)) {
    if (!writable.includes(field)) {
      if (patch[field] === bucket[field]) continue;
      throw new Refusal("INVALID_ARGUMENT", `The field ${field} of a bucket cannot be changed.`);
    }
    merge(next, field, patch[field] ?? null);
  }
  next.iamConfiguration = iamConfigurationOf(objectAt(next, "iamConfiguration"));
  const generation = Number(bucket.metageneration) + 1;
  next.metageneration = String(generation);
  next.etag = Buffer.from([8, generation % 128]).toString("base64");
  next.updated = time;
  return next;
}

/** The bucket that Firebase's SDKs take where code names none: of projects since October 2024, else of older ones. */
export function defaultBucket({ project, buckets }: State): string | null {
  return [`${project}.firebasestorage.app`, `${project}.appspot.com`].find((name) => name in buckets) ?? null;
}

export function checkBucketName(name: string): void {
  if (/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(name) && !name.includes("..")) return;
  throw new Refusal("INVALID_ARGUMENT", `Invalid bucket name: '${name}'`);
}

function merge(target: JsonObject, field: string, value: JsonObject[string]): void {
  if (value === null) {
    delete target[field];
  } else if (isObject(value)) {
    const below = isObject(target[field]) ? { ...objectAt(target, field) } : {};
    for (const [key, inner] of Object.entries(value)) merge(below, key, inner);
    target[field] = below;
  } else {
    target[field] = structuredClone(value);
  }
}

function iamConfigurationOf(wanted: JsonObject): JsonObject {
  const uniform = objectAt(wanted, "uniformBucketLevelAccess").enabled === true;
  return {
    bucketPolicyOnly: { enabled: uniform },
    uniformBucketLevelAccess: { enabled: uniform },
    publicAccessPrevention: textAt(wanted, "publicAccessPrevention") ?? "inherited",
  };
}

function pick(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => writable.includes(key) && value !== null),
  ) as JsonObject;
}
