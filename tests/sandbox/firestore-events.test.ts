import { readFileSync } from "node:fs";
import { Firestore } from "@google-cloud/firestore";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { ask } from "./client.ts";
import { archiveOf, deployCode, deployFirst } from "./deployed-code.ts";
import { smallSeed } from "./small-seed.ts";

const versionOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), "utf8"))
    .version as string;

/** Each handler writes what it got where no trigger listens. */
const code = `
const { initializeApp } = require("firebase-admin/app");
const { getFirestore } = require("firebase-admin/firestore");
const v1 = require("firebase-functions/v1");
const v2 = require("firebase-functions/v2/firestore");
initializeApp();
const note = (what, event) => getFirestore().collection("seen").add({ what, ...event });
exports.onCreated = v2.onDocumentCreated("users/{user}/orders/{order}", (event) =>
  note("created", { id: event.id, params: event.params, data: event.data.data(), subject: event.subject, type: event.type }));
exports.onWritten = v2.onDocumentWritten("users/{user}/orders/{order}", (event) =>
  note("written", {
    before: event.data.before.data() ?? null, after: event.data.after.data() ?? null,
    time: event.data.after.updateTime ?? null,
  }));
exports.onDeleted = v2.onDocumentDeleted("users/{user}/orders/{order}", (event) =>
  note("deleted", { data: event.data.data() }));
exports.onFirst = v1.firestore.document("users/{user}/orders/{order}").onUpdate((change, context) =>
  note("first", { before: change.before.data(), after: change.after.data(), params: context.params, type: context.eventType }));
exports.onFlaky = v2.onDocumentCreated({ document: "flaky/{id}", retry: true }, async (event) => {
  const attempts = getFirestore().doc("attempts/" + event.id);
  const before = (await attempts.get()).data()?.n ?? 0;
  await attempts.set({ n: before + 1 });
  if (before === 0) throw new Error("told to fail at first");
  await note("flaky", { id: event.id });
});
`;

let sandbox: Sandbox;
let db: Firestore;
beforeAll(async () => {
  process.env.METADATA_SERVER_DETECTION = "none";
  sandbox = await startSandbox({ folder: null, seed: smallSeed });
  process.env.FIRESTORE_EMULATOR_HOST = await sandbox.firestoreHost();
  db = new Firestore({ projectId: "acme-test" });
  const archive = archiveOf(
    { "index.js": code },
    { "firebase-functions": versionOf("firebase-functions"), "firebase-admin": versionOf("firebase-admin") },
  );
  const region = "europe-west3";
  const trigger = (type: string, document: string, retryPolicy = "RETRY_POLICY_DO_NOT_RETRY") => ({
    eventType: `google.cloud.firestore.document.v1.${type}`,
    triggerRegion: "eur3",
    retryPolicy,
    eventFilters: [
      { attribute: "database", value: "(default)" },
      { attribute: "namespace", value: "(default)" },
      { attribute: "document", value: document, operator: "match-path-pattern" },
    ],
  });
  const orders = "users/{user}/orders/{order}";
  await deployCode(sandbox, archive, [
    { id: "onCreated", region, eventTrigger: trigger("created", orders) },
    { id: "onWritten", region: "europe-west1", eventTrigger: trigger("written", orders) },
    { id: "onDeleted", region, eventTrigger: trigger("deleted", orders) },
    { id: "onFlaky", region, eventTrigger: trigger("created", "flaky/{id}", "RETRY_POLICY_RETRY") },
  ]);
  await deployFirst(sandbox, archive, [
    {
      id: "onFirst",
      region: "europe-west1",
      eventTrigger: {
        eventType: "providers/cloud.firestore/eventTypes/document.update",
        resource: "projects/acme-test/databases/(default)/documents/users/{user}/orders/{order}",
      },
    },
  ]);
});
beforeEach(async () => {
  await settled();
  await db.recursiveDelete(db.collection("seen"));
});
afterAll(async () => {
  await db.terminate();
  await sandbox.close();
});

const clock = (advanceMs: number) => ask(sandbox, "POST", "_sandbox/clock", { advanceMs });
/** Everything that is due has been sent and answered. */
const settled = () => clock(1);

async function seen(): Promise<Record<string, unknown>[]> {
  const { docs } = await db.collection("seen").get();
  return docs.map((document) => document.data()).sort((a, b) => (String(a.what) < String(b.what) ? -1 : 1));
}

describe("events of documents", () => {
  it("reach the copies whose triggers fit, in whatever region, of both generations, as their SDK reads them", async () => {
    const order = db.doc("users/ann/orders/7");
    const { writeTime } = await order.set({ amount: 5, at: new Date(1000), list: [1, null] });
    await settled();
    const data = { amount: 5, at: expect.objectContaining({ _seconds: 1 }), list: [1, null] };
    expect(await seen()).toEqual([
      {
        what: "created",
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        params: { user: "ann", order: "7" },
        data,
        subject: "documents/users/ann/orders/7",
        type: "google.cloud.firestore.document.v1.created",
      },
      { what: "written", before: null, after: data, time: writeTime },
    ]);
    await db.recursiveDelete(db.collection("seen"));
    await order.update({ amount: 6 });
    await settled();
    expect(await seen()).toEqual([
      {
        what: "first",
        before: data,
        after: { ...data, amount: 6 },
        params: { user: "ann", order: "7" },
        type: "google.firestore.document.update",
      },
      { what: "written", before: data, after: { ...data, amount: 6 }, time: expect.anything() },
    ]);
    await db.recursiveDelete(db.collection("seen"));
    await order.delete();
    await settled();
    expect((await seen()).map(({ what }) => what)).toEqual(["deleted", "written"]);
  });

  it("name a document in the bytes of UTF-8, as Google does, for Node to take for Latin-1", async () => {
    const id = "é 😀";
    await db.doc(`users/ann/orders/${id}`).set({ amount: 5 });
    await settled();
    const created = (await seen()).find(({ what }) => what === "created");
    const order = (created?.params as { order: string } | undefined)?.order ?? "";
    expect(order).not.toBe(id);
    expect(Buffer.from(order, "latin1").toString()).toBe(id);
    await db.doc(`users/ann/orders/${id}`).delete();
    await settled();
  });

  it("do not come of a write that changes nothing, nor of a document that no pattern fits", async () => {
    const order = db.doc("users/ann/orders/8");
    await order.set({ amount: 5 });
    await settled();
    await db.recursiveDelete(db.collection("seen"));
    await order.set({ amount: 5 });
    await db.doc("users/ann").set({ name: "Ann" });
    await db.doc("users/ann/orders/8/lines/1").set({ name: "Ann" });
    await settled();
    expect(await seen()).toEqual([]);
  });

  it("come again after a failure where the trigger says so, with the same id", async () => {
    const one = db.doc("flaky/1");
    await one.set({});
    await settled();
    expect(await seen()).toEqual([]);
    await clock(9_000);
    expect(await seen()).toEqual([]);
    await clock(1_000);
    const [first, ...others] = await seen();
    expect([first?.what, others]).toEqual(["flaky", []]);
    const { body } = await ask(sandbox, "GET", "_sandbox/deliveries?sender=firestore");
    const rows = body.deliveries as { event: string; attempt: number; status: number }[];
    expect(rows.filter(({ event }) => event === first?.id).map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 500],
      [2, 204],
    ]);
  });

  it("come twice, and out of order, on demand", async () => {
    const type = "google.cloud.firestore.document.v1.created";
    await ask(sandbox, "POST", "_sandbox/disturbances", { match: { type }, times: 1, do: { kind: "duplicate" } });
    await db.doc("users/bob/orders/1").set({ n: 1 });
    await settled();
    const created = (await seen()).filter(({ what }) => what === "created");
    expect(created).toHaveLength(2);
    expect(new Set(created.map(({ id }) => id)).size).toBe(1);
    await db.recursiveDelete(db.collection("seen"));
    const written = "google.cloud.firestore.document.v1.written";
    await ask(sandbox, "POST", "_sandbox/disturbances", {
      match: { type: written },
      times: 1,
      do: { kind: "delay", ms: 60_000 },
    });
    await db.doc("users/bob/orders/2").set({ n: 1 });
    await db.doc("users/bob/orders/2").set({ n: 2 });
    await settled();
    const numbers = async () =>
      (await seen()).filter(({ what }) => what === "written").map((row) => (row.after as { n: number }).n);
    expect(await numbers()).toEqual([2]);
    await clock(60_000);
    expect((await numbers()).sort()).toEqual([1, 2]);
  });

  it("are kept out by IAM where the account of the trigger may not invoke the copy", async () => {
    const region = "europe-west3";
    const service = `run.googleapis.com/v2/projects/acme-test/locations/${region}/services/oncreated`;
    await ask(sandbox, "POST", `${service}:setIamPolicy`, { policy: { bindings: [] } });
    await db.doc("users/eve/orders/1").set({ n: 1 });
    await settled();
    expect((await seen()).map(({ what }) => what)).toEqual(["written"]);
    const { body } = await ask(sandbox, "GET", "_sandbox/deliveries?sender=firestore");
    const rows = body.deliveries as { copy: string; status: number }[];
    expect(rows.filter(({ copy }) => copy === `${region}/onCreated`).at(-1)?.status).toBe(403);
  });
});
