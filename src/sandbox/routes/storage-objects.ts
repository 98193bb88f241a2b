import { createHash } from "node:crypto";
import { type Call, param, type Reply, reply } from "../http/call.ts";
import { readMultipart } from "../http/multipart.ts";
import { page } from "../http/pages.ts";
import { type Route, reads, writes } from "../http/service.ts";
import { announceObject } from "../senders/storage/events.ts";
import { crc32c } from "../state/crc32c.ts";
import { type JsonObject, textAt } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";
import type { StoredObject } from "../state/state.ts";
import { findBucket } from "./storage-buckets.ts";

const collection = "/storage/v1/b/{bucket+}/o";
const single = `${collection}/{object+}`;
const metadata = ["cacheControl", "contentDisposition", "contentEncoding", "contentLanguage", "metadata"];

/** Objects: one version each. An upload is one request, `uploadType` media or multipart; resumable is refused by name. */
export const objectRoutes: readonly Route[] = [
  reads("GET", collection, (call) => {
    const bucket = String(findBucket(call).name);
    const prefix = call.query.get("prefix") ?? "";
    const items = Object.entries(call.world.state.objects)
      .filter(([key]) => key.startsWith(`${bucket}/${prefix}`))
      .map(([, object]) => object.resource);
    return {
      kind: "storage#objects",
      ...page(call, items, { key: "items", maxPage: 1000, sizeParameter: "maxResults" }),
    };
  }),
  reads("GET", single, async (call) => {
    const { resource, blob } = findObject(call);
    const unmet = unmetCondition(call, resource);
    if (unmet !== null) return unmet;
    if (call.query.get("alt") !== "media") return resource;
    const bytes = await call.world.blobs.get(blob);
    if (bytes === null) throw new Refusal("INTERNAL", `The content of ${String(resource.name)} is gone.`);
    return reply(200, bytes, {
      "content-type": textAt(resource, "contentType") ?? "application/octet-stream",
      "x-goog-generation": textAt(resource, "generation") ?? "",
      "x-goog-metageneration": textAt(resource, "metageneration") ?? "",
    });
  }),
  writes("POST", "/upload/storage/v1/b/{bucket+}/o", upload),
  writes("DELETE", single, async (call) => {
    const { resource, blob } = findObject(call);
    const unmet = unmetCondition(call, resource);
    if (unmet !== null) return unmet;
    delete call.world.state.objects[keyOf(call, param(call, "object"))];
    announceObject(call.world, resource, "removed");
    await forget(call, blob);
    return reply(204, "");
  }),
];

async function upload(call: Call): Promise<JsonObject | Reply> {
  const { state, now, blobs } = call.world;
  const bucket = String(findBucket(call).name);
  const { fields, bytes, contentType } = read(call);
  const name = call.query.get("name") ?? textAt(fields, "name") ?? "";
  if (name === "") throw new Refusal("INVALID_ARGUMENT", "Required parameter: name");
  const key = keyOf(call, name);
  const early = unmetCondition(call, state.objects[key]?.resource ?? null);
  if (early !== null) return early;
  const blob = await blobs.put(bytes);
  // Another upload may have come first meanwhile; from here to the replacement nothing else gets a turn.
  const before = state.objects[key];
  const unmet = unmetCondition(call, before?.resource ?? null);
  if (unmet !== null) return unmet;
  state.counter += 1;
  const least = Number(textAt(before?.resource ?? {}, "generation") ?? "0") + 1;
  const generation = String(Math.max(least, now().getTime() * 1000 + (state.counter % 1000)));
  const time = now().toISOString();
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32c(bytes));
  const address = `https://storage.googleapis.com`;
  const escaped = encodeURIComponent(name);
  const resource: JsonObject = {
    kind: "storage#object",
    id: `${bucket}/${name}/${generation}`,
    selfLink: `https://www.googleapis.com/storage/v1/b/${bucket}/o/${escaped}`,
    mediaLink: `${address}/download/storage/v1/b/${bucket}/o/${escaped}?generation=${generation}&alt=media`,
    name,
    bucket,
    generation,
    metageneration: "1",
    contentType: textAt(fields, "contentType") ?? contentType ?? "application/octet-stream",
    ...Object.fromEntries(Object.entries(fields).filter(([field]) => metadata.includes(field))),
    storageClass: textAt(fields, "storageClass") ?? "STANDARD",
    size: String(bytes.length),
    md5Hash: createHash("md5").update(bytes).digest("base64"),
    crc32c: checksum.toString("base64"),
    etag: Buffer.from(generation).toString("base64"),
    timeCreated: time,
    updated: time,
    timeStorageClassUpdated: time,
  };
  state.objects[key] = { resource, blob };
  if (before !== undefined) announceObject(call.world, before.resource, "removed");
  announceObject(call.world, resource, "stored");
  if (before !== undefined && before.blob !== blob) await forget(call, before.blob);
  return resource;
}

function read(call: Call): { fields: JsonObject; bytes: Buffer; contentType: string | null } {
  const type = call.headers["content-type"] ?? null;
  const kind = call.query.get("uploadType");
  if (kind === "media") return { fields: {}, bytes: call.bytes, contentType: type };
  if (kind === "multipart") return readMultipart(type ?? "", call.bytes);
  throw new Refusal(
    "INVALID_ARGUMENT",
    `Upload type "${kind}" is not known to the sandbox; it knows media and multipart.`,
  );
}

/** The answer where a condition on the object's generations does not hold; null: all of them do. */
function unmetCondition({ query }: Call, resource: JsonObject | null): Reply | null {
  const failed = new Refusal("CONDITION_NOT_MET", "At least one of the pre-conditions you specified did not hold.");
  for (const [of, field] of [
    ["Generation", "generation"],
    ["Metageneration", "metageneration"],
  ] as const) {
    const is = textAt(resource ?? {}, field) ?? "0";
    const [match, unlike] = [query.get(`if${of}Match`), query.get(`if${of}NotMatch`)];
    for (const asked of [match, unlike]) {
      if (asked !== null && !/^\d+$/.test(asked)) {
        throw new Refusal("INVALID_ARGUMENT", `Invalid long value: '${asked}'.`);
      }
    }
    if (match !== null && match !== is) throw failed;
    // What must not be there is there as it was: there is nothing new to tell.
    if (unlike !== null && unlike === is) return reply(304, "");
  }
  return null;
}

function findObject(call: Call): StoredObject {
  findBucket(call);
  const name = param(call, "object");
  const found = call.world.state.objects[keyOf(call, name)];
  if (found === undefined) throw new Refusal("NOT_FOUND", `No such object: ${param(call, "bucket")}/${name}`);
  return found;
}

function keyOf(call: Call, name: string): string {
  return `${param(call, "bucket")}/${name}`;
}

/** A content goes when nothing refers to it any more. */
async function forget(call: Call, blob: string): Promise<void> {
  const { objects, uploads, sources } = call.world.state;
  const used = [...Object.values(objects), ...Object.values(uploads)].some((holder) => holder.blob === blob);
  // Google builds from a copy of its own, which outlives the archive it was made from.
  if (!used && !Object.values(sources).includes(blob)) await call.world.blobs.remove(blob);
}
