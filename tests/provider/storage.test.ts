import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, inflateRawSync } from "node:zlib";
import { asset } from "@pulumi/pulumi";
import { serializeProperty } from "@pulumi/pulumi/runtime/rpc.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask } from "../sandbox/client.ts";
import { startWorld, type World } from "./client.ts";

let world: World;
let folder: string;
beforeEach(async () => {
  world = await startWorld();
  folder = mkdtempSync(join(tmpdir(), "regions-provider-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});

const storage = "storage.googleapis.com/storage/v1/b";

/** Files of a ZIP by its directory, each held against its checksum. */
function unzip(bytes: Buffer): Record<string, string> {
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06"));
  const files: Record<string, string> = {};
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = inflateRawSync(bytes.subarray(start, start + bytes.readUInt32LE(at + 20)));
    if (crc32(content) !== bytes.readUInt32LE(at + 16)) throw new Error(`${name}: wrong checksum`);
    files[name] = content.toString("utf8");
    at += 46 + nameLength;
  }
  return files;
}

describe("a bucket", () => {
  const wanted = {
    name: "acme-sources",
    location: "europe-west1",
    uniformBucketLevelAccess: true,
    labels: { "deployment-tool": "regions", old: "1" },
    lifecycleRules: [{ action: { type: "Delete" }, condition: { age: 30, matchesPrefixes: ["src/"] } }],
  };

  it("is created, patched field by field, and deleted once it is empty", async () => {
    const engine = world.engine("gcp:storage/bucket:Bucket");
    await engine.configure({ addPulumiAttributionLabel: "false" });
    const { inputs, failures } = await engine.check(wanted);
    expect(failures).toEqual([]);
    expect(inputs).toEqual({ ...wanted, storageClass: "STANDARD", forceDestroy: false });
    const { id, state } = await engine.create(inputs);
    expect(world.calls()).toEqual([`POST ${storage}?project=acme-test`, `GET ${storage}/acme-sources`]);
    expect(id).toBe("acme-sources");
    expect(state).toMatchObject({
      location: "EUROPE-WEST1",
      project: "acme-test",
      url: "gs://acme-sources",
      publicAccessPrevention: "inherited",
      softDeletePolicy: { retentionDurationSeconds: 604800 },
      lifecycleRules: wanted.lifecycleRules,
    });
    expect((await engine.diff(id, state, inputs, inputs)).detailed).toEqual({});
    expect(await engine.read(id, state, inputs)).toEqual({ id, state, inputs });

    const news = {
      ...inputs,
      labels: { "deployment-tool": "regions", new: "2" },
      versioning: { enabled: true },
      publicAccessPrevention: "enforced",
      lifecycleRules: [],
    };
    expect((await engine.diff(id, state, inputs, news)).detailed).toEqual({
      "labels.new": 0,
      "labels.old": 2,
      "lifecycleRules[0]": 2,
      publicAccessPrevention: 4,
      versioning: 0,
    });
    world.calls();
    const next = await engine.update(id, state, inputs, news);
    expect(world.calls()).toEqual([`PATCH ${storage}/acme-sources`, `GET ${storage}/acme-sources`]);
    expect(next).toMatchObject({
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      versioning: { enabled: true },
      effectiveLabels: { "deployment-tool": "regions", new: "2" },
    });
    expect(next).not.toHaveProperty("lifecycleRules");
    expect((await engine.diff(id, next, news, { ...news, location: "EU" })).replaces).toEqual(["location"]);

    const upload = "storage.googleapis.com/upload/storage/v1/b/acme-sources/o?uploadType=media&name=a.zip";
    await ask(world.sandbox, "POST", upload, {});
    await expect(engine.delete(id, next)).rejects.toThrow("The bucket acme-sources is not empty, and `forceDestroy`");
    world.calls();
    await engine.delete(id, { ...next, forceDestroy: true });
    expect(world.calls()).toEqual([
      `GET ${storage}/acme-sources/o?versions=true`,
      `DELETE ${storage}/acme-sources/o/a.zip`,
      `GET ${storage}/acme-sources/o?versions=true`,
      `DELETE ${storage}/acme-sources`,
    ]);
    await engine.delete(id, next);
  });

  it("is imported by its name", async () => {
    const engine = world.engine("gcp:storage/bucket:Bucket");
    await engine.configure({ addPulumiAttributionLabel: "false" });
    const { id, state, inputs } = await engine.read("acme-test/acme-exports", {}, null);
    expect(id).toBe("acme-exports");
    expect(inputs).toMatchObject({ name: "acme-exports", location: "EUROPE-WEST1", project: "acme-test" });
    expect((await engine.diff(id, state, inputs, { name: "acme-exports", location: "europe-west1" })).changes).toBe(1);
  });
});

describe("an object", () => {
  const token = "gcp:storage/bucketObject:BucketObject";
  /** As the engine hands it on: with the digest of the content. */
  const source = async (value: asset.Asset | asset.Archive, content = "") => ({
    ...(await serializeProperty("source", value, new Set())),
    hash: createHash("sha256").update(content).digest("hex"),
  });

  it.each([
    ["a file", () => new asset.FileAsset(join(folder, "a.txt"))],
    ["a text", () => new asset.StringAsset("hello")],
    ["an archive file", () => new asset.FileArchive(join(folder, "a.txt"))],
  ])("is uploaded from %s, with its checksum", async (_, make) => {
    writeFileSync(join(folder, "a.txt"), "hello");
    const engine = world.engine(token);
    const inputs = {
      bucket: "acme-exports",
      name: "src/a.txt",
      contentType: "text/plain",
      source: await source(make()),
    };
    const { id, state } = await engine.create((await engine.check(inputs)).inputs);
    expect(id).toBe("acme-exports-src/a.txt");
    expect(world.calls()).toEqual([
      "POST storage.googleapis.com/upload/storage/v1/b/acme-exports/o?uploadType=multipart&name=src%2Fa.txt",
      `GET ${storage}/acme-exports/o/src%2Fa.txt`,
    ]);
    expect(state).toMatchObject({
      md5hash: createHash("md5").update("hello").digest("base64"),
      md5hexhash: createHash("md5").update("hello").digest("hex"),
      contentType: "text/plain",
      outputName: "src/a.txt",
      storageClass: "STANDARD",
    });
    expect((await engine.diff(id, state, inputs, inputs)).changes).toBe(1);
    expect((await engine.read(id, state, inputs)).state).toEqual(state);
  });

  it("packs a folder, or a map of files, into one archive that does not depend on times", async () => {
    mkdirSync(join(folder, "lib/inner"), { recursive: true });
    writeFileSync(join(folder, "lib/index.js"), "exports.a = 1;\n");
    writeFileSync(join(folder, "lib/inner/b.js"), "exports.b = 2;\n");
    const engine = world.engine(token);
    const archives = [
      new asset.FileArchive(join(folder, "lib")),
      new asset.AssetArchive({
        "index.js": new asset.StringAsset("exports.a = 1;\n"),
        inner: new asset.AssetArchive({ "b.js": new asset.StringAsset("exports.b = 2;\n") }),
      }),
    ];
    const made = [];
    for (const [index, archive] of archives.entries()) {
      const inputs = { bucket: "acme-exports", name: `${index}.zip`, source: await source(archive) };
      made.push((await engine.create(inputs)).state.md5hash);
    }
    expect(made[0]).toBe(made[1]);
    const media = await fetch(`${world.sandbox.base}/${storage}/acme-exports/o/0.zip?alt=media`, {
      headers: { authorization: "Bearer x" },
    });
    expect(unzip(Buffer.from(await media.arrayBuffer()))).toEqual({
      "index.js": "exports.a = 1;\n",
      "inner/b.js": "exports.b = 2;\n",
    });
  });

  it("is replaced with the old one gone first when its content changes, also behind the engine's back", async () => {
    const engine = world.engine(token);
    const one = { bucket: "acme-exports", name: "a.txt", source: await source(new asset.StringAsset("one"), "one") };
    const two = { ...one, source: await source(new asset.StringAsset("two"), "two") };
    const { id, state } = await engine.create(one);
    const changed = await engine.diff(id, state, one, two);
    expect([changed.replaces, changed.deleteBeforeReplace]).toEqual([["source"], true]);
    await ask(
      world.sandbox,
      "POST",
      "storage.googleapis.com/upload/storage/v1/b/acme-exports/o?uploadType=media&name=a.txt",
      {},
    );
    const refreshed = await engine.read(id, state, one);
    expect((await engine.diff(id, refreshed.state, refreshed.inputs, one)).replaces).toEqual(["source"]);
    await engine.delete(id, state);
    expect((await engine.read(id, state, one)).id).toBe("");
    await expect(engine.read(id, {}, null)).rejects.toThrow("objects cannot be imported");
  });

  it("says what is wrong with its source", async () => {
    const engine = world.engine(token);
    const none = await engine.check({ bucket: "acme-exports", name: "a" });
    expect(none.failures).toEqual([{ property: "source", reason: "Exactly one of source and content must be set." }]);
    const remote = { bucket: "acme-exports", name: "a", source: await source(new asset.RemoteAsset("https://a")) };
    await expect(engine.create(remote)).rejects.toThrow("An asset of this kind cannot be read here");
    const missing = {
      bucket: "acme-exports",
      name: "a",
      source: await source(new asset.FileAsset(join(folder, "no"))),
    };
    await expect(engine.create(missing)).rejects.toThrow("ENOENT");
  });
});
