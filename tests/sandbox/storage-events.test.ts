import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { ask, testClock } from "./client.ts";
import { archiveOf, deployCode, deployFirst } from "./deployed-code.ts";
import type { DeliveryRow } from "./senders/sandbox.ts";
import { smallSeed } from "./small-seed.ts";

const version = JSON.parse(
  readFileSync(new URL("../../node_modules/firebase-functions/package.json", import.meta.url), "utf8"),
).version as string;

/** Each handler prints what it got. */
const code = `
const v1 = require("firebase-functions/v1");
const v2 = require("firebase-functions/v2/storage");
const note = (what, event) => console.log(JSON.stringify({ what, ...event }));
const bucket = "acme-exports";
exports.onStored = v2.onObjectFinalized({ bucket, retry: true }, (event) => {
  note("stored", { id: event.id, type: event.type, bucket: event.bucket, subject: event.subject, data: event.data });
  if (event.data.name === "told to fail" && !exports.failed) {
    exports.failed = true;
    throw new Error("told to fail at first");
  }
});
exports.onRemoved = v2.onObjectDeleted(bucket, (event) => note("removed", { name: event.data.name }));
exports.onArchived = v2.onObjectArchived(bucket, (event) => note("archived", { name: event.data.name }));
exports.onOther = v2.onObjectFinalized("acme-test.appspot.com", (event) => note("other", { name: event.data.name }));
exports.onFirst = v1.storage.bucket(bucket).object().onFinalize((object, context) =>
  note("first", { name: object.name, size: object.size, type: context.eventType, resource: context.resource }));
`;

const bucket = "acme-exports";
const clock = testClock();
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ folder: null, seed: smallSeed, now: clock.now });
  const agent = "service-123456789012@gs-project-accounts.iam.gserviceaccount.com";
  const bindings = [{ role: "roles/pubsub.publisher", members: [`serviceAccount:${agent}`] }];
  const project = "cloudresourcemanager.googleapis.com/v1/projects/acme-test";
  await ask(sandbox, "POST", `${project}:setIamPolicy`, { policy: { bindings } });
  const archive = archiveOf({ "index.js": code }, { "firebase-functions": version });
  const on = (type: string, name = bucket, retry = false) => ({
    eventType: `google.cloud.storage.object.v1.${type}`,
    triggerRegion: "europe-west1",
    retryPolicy: retry ? "RETRY_POLICY_RETRY" : "RETRY_POLICY_DO_NOT_RETRY",
    eventFilters: [{ attribute: "bucket", value: name }],
  });
  await deployCode(sandbox, archive, [
    { id: "onStored", region: "europe-west1", eventTrigger: on("finalized", bucket, true) },
    { id: "onStored", region: "europe-west3", eventTrigger: on("finalized", bucket, true) },
    { id: "onRemoved", region: "europe-west1", eventTrigger: on("deleted") },
    { id: "onArchived", region: "europe-west1", eventTrigger: on("archived") },
    { id: "onOther", region: "europe-west1", eventTrigger: on("finalized", "acme-test.appspot.com") },
  ]);
  const eventTrigger = { eventType: "google.storage.object.finalize", resource: `projects/_/buckets/${bucket}` };
  await deployFirst(sandbox, archive, [{ id: "onFirst", region: "us-central1", eventTrigger }]);
});
beforeEach(async () => {
  await advance(1);
  await ask(sandbox, "DELETE", "_sandbox/output");
});
afterAll(() => sandbox.close());

async function advance(advanceMs: number): Promise<void> {
  const { body } = await ask(sandbox, "POST", "_sandbox/clock", { advanceMs });
  expect(body.failures).toEqual([]);
}

/** What the handlers have printed: region and what they got, in the order of the regions. */
async function seen(): Promise<[string, Record<string, unknown>][]> {
  const { body } = await ask(sandbox, "GET", "_sandbox/output");
  const lines = body.lines as { region: string; text: string }[];
  return lines
    .flatMap(({ region, text }) => (text.startsWith("{") ? [[region, JSON.parse(text)] as const] : []))
    .map(([region, row]): [string, Record<string, unknown>] => [region, row])
    .sort((one, other) => (`${one[0]} ${one[1].what}` < `${other[0]} ${other[1].what}` ? -1 : 1));
}

const names = async () => (await seen()).map(([region, { what, name, data }]) => [region, what, name ?? nameOf(data)]);
const nameOf = (data: unknown) => (data as { name: string }).name;

async function store(name: string, text: string): Promise<Record<string, unknown>> {
  const path = `storage.googleapis.com/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`;
  const { status, body } = await ask(sandbox, "POST", path, { text });
  expect(status).toBe(200);
  return body;
}

const remove = (name: string) =>
  fetch(`${sandbox.base}/storage.googleapis.com/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${sandbox.token}` },
  });

describe("events of stored objects", () => {
  it("reach every copy that listens to the bucket, in both regions and generations, as its SDK reads them", async () => {
    const object = await store("photos/añé\t1.png", "one");
    await advance(1);
    const rows = await seen();
    expect(rows.map(([region, { what }]) => [region, what])).toEqual([
      ["europe-west1", "stored"],
      ["europe-west3", "stored"],
      ["us-central1", "first"],
    ]);
    const [west1, west3, first] = rows.map(([, row]) => row);
    expect(west1).toEqual({
      what: "stored",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: "google.cloud.storage.object.v1.finalized",
      bucket,
      // The bytes of UTF-8, which Node takes for Latin-1: so it is at Google.
      subject: `objects/${Buffer.from("photos/añé%091.png").toString("latin1")}`,
      data: object,
    });
    expect({ ...west3, id: west1?.id }).toEqual(west1);
    // Each trigger has a topic of its own: who tells events apart by their id handles an object twice.
    expect(west3?.id).not.toBe(west1?.id);
    expect(first).toEqual({
      what: "first",
      name: "photos/añé\t1.png",
      size: object.size,
      type: "google.storage.object.finalize",
      resource: {
        service: "storage.googleapis.com",
        name: `projects/_/buckets/${bucket}/objects/photos/añé\t1.png`,
        type: "storage#object",
      },
    });
  });

  it("tell of an overwrite as of a removal and a new object, and of a removal alone", async () => {
    await store("a.txt", "one");
    await advance(1);
    await ask(sandbox, "DELETE", "_sandbox/output");
    await store("a.txt", "two");
    await advance(1);
    expect(await names()).toEqual([
      ["europe-west1", "removed", "a.txt"],
      ["europe-west1", "stored", "a.txt"],
      ["europe-west3", "stored", "a.txt"],
      ["us-central1", "first", "a.txt"],
    ]);
    await ask(sandbox, "DELETE", "_sandbox/output");
    expect((await remove("a.txt")).status).toBe(204);
    await advance(1);
    expect(await names()).toEqual([["europe-west1", "removed", "a.txt"]]);
  });

  it("say that an object was archived where the bucket keeps versions", async () => {
    const path = `storage.googleapis.com/storage/v1/b/${bucket}`;
    await ask(sandbox, "PATCH", path, { versioning: { enabled: true } });
    await store("b.txt", "one");
    await advance(1);
    await ask(sandbox, "DELETE", "_sandbox/output");
    await remove("b.txt");
    await advance(1);
    expect(await names()).toEqual([["europe-west1", "archived", "b.txt"]]);
    await ask(sandbox, "PATCH", path, { versioning: { enabled: false } });
  });

  it("do not come of an upload that is refused", async () => {
    const refused = `storage.googleapis.com/upload/storage/v1/b/${bucket}/o?uploadType=media&name=c.txt&ifGenerationMatch=7`;
    expect((await ask(sandbox, "POST", refused, {})).status).toBe(412);
    await advance(1);
    expect(await names()).toEqual([]);
  });

  it("come again under the same id where a copy failed, to that copy alone", async () => {
    const after = (await deliveries()).at(-1)?.number ?? 0;
    await store("told to fail", "one");
    await advance(1);
    const backlog = async () => (await ask(sandbox, "GET", "_sandbox/backlog")).body.backlog as Record<string, number>;
    const waiting = await backlog();
    // One for each copy's trigger, both of which lie where the bucket does.
    expect(Object.values(waiting)).toEqual([1, 1]);
    for (const name of Object.keys(waiting)) {
      expect(name).toMatch(/^projects\/acme-test\/subscriptions\/eventarc-europe-west1-onstored-\d{6}-sub$/);
    }
    await advance(60_000);
    expect(await backlog()).toEqual({});
    const rows = (await deliveries(after)).filter(({ type }) => type === "google.cloud.storage.object.v1.finalized");
    for (const region of ["europe-west1", "europe-west3"]) {
      const tries = rows.filter(({ copy }) => copy === `${region}/onStored`);
      expect(tries.map(({ attempt, status }) => [attempt, status])).toEqual([
        [1, 500],
        [2, 204],
      ]);
      expect(new Set(tries.map(({ event }) => event)).size).toBe(1);
      expect(Date.parse(tries[1]?.at ?? "") - Date.parse(tries[0]?.at ?? "")).toBe(10_000);
    }
  });

  it("come twice on demand", async () => {
    const match = { sender: "storage", urlIncludes: "europe-west3" };
    await ask(sandbox, "POST", "_sandbox/disturbances", { match, times: 1, do: { kind: "duplicate" } });
    await store("d.txt", "one");
    await advance(1);
    expect((await names()).map(([region, what]) => [region, what])).toEqual([
      ["europe-west1", "stored"],
      ["europe-west3", "stored"],
      ["europe-west3", "stored"],
      ["us-central1", "first"],
    ]);
  });
});

async function deliveries(after = 0): Promise<(DeliveryRow & { number: number })[]> {
  const { body } = await ask(sandbox, "GET", `_sandbox/deliveries?sender=storage&after=${after}`);
  return body.deliveries as (DeliveryRow & { number: number })[];
}
