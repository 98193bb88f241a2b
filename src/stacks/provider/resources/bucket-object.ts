import { createHash, randomBytes } from "node:crypto";
import { fromApi, toApi } from "../api-shape.ts";
import { assetBytes } from "../assets.ts";
import { asset, deletionPolicyField, type Fields, map, output, text } from "../fields.ts";
import { lookUp } from "../operations.ts";
import { removeResource } from "../remove-resource.ts";
import { type ResourceType, UnreadableId } from "../resource-type.ts";
import { createOnce } from "../settle-creation.ts";
import { isEmpty, textAt, type Values } from "../values.ts";

const token = "gcp:storage/bucketObject:BucketObject";
const host = "storage.googleapis.com";

/** Fields that the API has under the same name. */
const plain: Fields = {
  bucket: text({ required: true, replaces: true }),
  name: text({ required: true, replaces: true }),
  cacheControl: text({ replaces: true }),
  contentDisposition: text({ replaces: true }),
  contentEncoding: text({ replaces: true }),
  contentLanguage: text({ replaces: true }),
  contentType: text({ owner: "either", replaces: true }),
  storageClass: text({ owner: "either", replaces: true }),
  metadata: map({ replaces: true }),
  crc32c: output(),
  generation: output("number"),
  md5hash: output("text", { api: "md5Hash" }),
  mediaLink: output(),
  selfLink: output(),
};

const fields: Fields = {
  ...plain,
  source: asset({ replaces: true }),
  content: text(),
  deletionPolicy: deletionPolicyField,
  md5hexhash: output(),
  outputName: output(),
};

/** An object, uploaded in one request. Like the real provider's, it cannot be imported. */
export const bucketObject: ResourceType = {
  token,
  fields,
  identity: ["bucket", "name"],
  rules(inputs) {
    if ((inputs.source === undefined) !== (inputs.content === undefined)) return [];
    return [{ property: "source", reason: "Exactly one of source and content must be set." }];
  },
  async create(context, planned) {
    const bucket = textAt(planned, "bucket");
    const name = textAt(planned, "name");
    const bytes = await contentOf(planned);
    const md5Hash = createHash("md5").update(bytes).digest("base64");
    await createOnce(
      context.rest,
      {
        method: "POST",
        path: `${host}/upload/storage/v1/b/${bucket}/o`,
        query: { uploadType: "multipart", name },
        content: multipart({ ...toApi(plain, planned) }, bytes),
      },
      () => lookUp(context.rest, pathOf(bucket, name)),
      (found) => found.md5Hash === md5Hash,
    );
    const live = await context.rest.send({ method: "GET", path: pathOf(bucket, name) });
    return { id: `${bucket}-${name}`, state: stateOf(live, planned) };
  },
  async read(context, id, prior) {
    const bucket = textAt(prior, "bucket");
    const name = textAt(prior, "name");
    if (bucket === "" || name === "") throw new UnreadableId(token, id, "none: objects cannot be imported");
    const live = await lookUp(context.rest, pathOf(bucket, name));
    return live === null ? null : { id: `${bucket}-${name}`, state: stateOf(live, prior) };
  },
  async update(context, _id, { planned, changed }) {
    const path = pathOf(textAt(planned, "bucket"), textAt(planned, "name"));
    if (changed.has("content")) {
      await context.rest.send({
        method: "POST",
        path: `${host}/upload/storage/v1/b/${textAt(planned, "bucket")}/o`,
        query: { uploadType: "multipart", name: textAt(planned, "name") },
        content: multipart({ ...toApi(plain, planned) }, await contentOf(planned)),
        repeat: "always",
      });
    }
    return stateOf(await context.rest.send({ method: "GET", path }), planned);
  },
  remove: (context, _id, state) => removeResource(context, pathOf(textAt(state, "bucket"), textAt(state, "name"))),
};

function pathOf(bucket: string, name: string): string {
  return `${host}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
}

async function contentOf(planned: Values): Promise<Buffer> {
  return typeof planned.content === "string" ? Buffer.from(planned.content) : assetBytes(planned.source);
}

function multipart(details: Values, bytes: Buffer): { type: string; bytes: Buffer } {
  const boundary = randomBytes(16).toString("hex");
  const type = textAt(details, "contentType") || "application/octet-stream";
  const head = `--${boundary}\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(details)}\r\n`;
  const lead = `--${boundary}\r\ncontent-type: ${type}\r\n\r\n`;
  return {
    type: `multipart/related; boundary=${boundary}`,
    bytes: Buffer.concat([Buffer.from(head + lead), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}

function stateOf(live: Values, prior: Values): Values {
  const md5hash = textAt(live, "md5Hash");
  const known = textAt(prior, "md5hash");
  // An object that somebody else has written over has no longer the program's content.
  const own = known === "" || known === md5hash;
  return {
    ...fromApi(plain, live),
    ...(own && !isEmpty(prior.source) ? { source: prior.source ?? null } : {}),
    ...(own && !isEmpty(prior.content) ? { content: prior.content ?? null } : {}),
    md5hash,
    md5hexhash: Buffer.from(md5hash, "base64").toString("hex"),
    outputName: textAt(live, "name"),
    deletionPolicy: textAt(prior, "deletionPolicy") || "DELETE",
  };
}
