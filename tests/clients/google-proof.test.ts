import { Firestore, Timestamp } from "@google-cloud/firestore";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deployedCopy } from "../../src/clients/deployed-copy.ts";
import { type LedgerPlace, ledgerCount, ledgerOfEvents, ledgerRecords } from "../../src/clients/ledger.ts";
import { type CountedCopy, requestCounts } from "../../src/clients/request-counts.ts";
import { subscriptionBacklog, subscriptionOfTrigger } from "../../src/clients/subscription-backlog.ts";
import { ask } from "../sandbox/client.ts";
import { openStage, type Stage } from "../sandbox/senders/sandbox.ts";
import { clean, failureOf, listed, mark, markedSeed, sandboxStart, writerTo, writesIn } from "./sandbox-side.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ seed: markedSeed });
});
afterEach(() => stage.sandbox.close());

const google = () => writerTo(stage.sandbox);
const minute = 60_000;

describe("requests of a copy", () => {
  const old: CountedCopy = { project: "acme-test", region: "europe-west1", id: "registerChatter", generation: 2 };
  const window = { from: sandboxStart - 10 * minute, to: sandboxStart + minute, now: sandboxStart + minute };
  const count = (body: object) => stage.admin("POST", "requests", { region: old.region, id: old.id, ...body });
  const at = (ms: number) => new Date(sandboxStart + ms).toISOString();

  test("are told by minute and class of answer, of that copy alone", async () => {
    await count({ count: 40, at: at(-9 * minute) });
    await count({ count: 2, at: at(-9 * minute + 59_999), status: 503 });
    await count({ count: 3, at: at(0), status: 404 });
    await count({ region: "europe-west2", count: 500 });
    await count({ id: "stripeWebhook", count: 500 });
    expect(await requestCounts(google(), old, window)).toEqual({
      from: "2026-11-22T11:50:00.000Z",
      to: "2026-11-22T12:01:00.000Z",
      completeUntil: "2026-11-22T11:56:00.000Z",
      minutes: [
        { minute: "2026-11-22T11:51:00.000Z", answers: { "2xx": 40, "5xx": 2 } },
        { minute: "2026-11-22T12:00:00.000Z", answers: { "4xx": 3 } },
      ],
      total: 45,
      failed: 2,
    });
    const other = await requestCounts(google(), { ...old, region: "europe-west2" }, window);
    expect([other.total, other.failed]).toEqual([500, 0]);
  });

  test("a window within a minute is widened to it, and one without requests is silent", async () => {
    await count({ at: at(30_000) });
    const within = { from: sandboxStart + 10_000, to: sandboxStart + 20_000, now: sandboxStart + 10 * minute };
    expect(await requestCounts(google(), old, within)).toMatchObject({
      from: "2026-11-22T12:00:00.000Z",
      to: "2026-11-22T12:01:00.000Z",
      completeUntil: "2026-11-22T12:01:00.000Z",
      total: 1,
    });
    const before = { ...within, from: sandboxStart - 20 * minute, to: sandboxStart };
    expect(await requestCounts(google(), old, before)).toMatchObject({ minutes: [], total: 0, failed: 0 });
  });

  test("of the first generation are executions, and what is not ok has failed", async () => {
    const first: CountedCopy = { project: "acme-test", region: "us-central1", id: "legacyReport", generation: 1 };
    await stage.admin("POST", "requests", { region: first.region, id: first.id, count: 4 });
    await stage.admin("POST", "requests", { region: first.region, id: first.id, count: 1, status: 500 });
    expect(await requestCounts(google(), first, window)).toMatchObject({
      minutes: [{ minute: "2026-11-22T12:00:00.000Z", answers: { ok: 4, error: 1 } }],
      total: 5,
      failed: 1,
    });
  });

  test("count what senders deliver, by the sandbox's clock, also after the copy is gone", async () => {
    const called = { ...old, id: "executeScheduledCall", region: "europe-west3" };
    const queue = "cloudtasks.googleapis.com/v2/projects/acme-test/locations/europe-west3/queues/executeScheduledCall";
    const task = { httpRequest: { url: "https://europe-west3-acme-test.cloudfunctions.net/executeScheduledCall" } };
    await stage.advance(3 * minute);
    await ask(stage.sandbox, "POST", `${queue}/tasks`, { task });
    await stage.advance(0);
    const later = { ...window, to: sandboxStart + 5 * minute, now: sandboxStart + 5 * minute };
    const counted = { minutes: [{ minute: "2026-11-22T12:03:00.000Z", answers: { "2xx": 1 } }], total: 1 };
    expect(await requestCounts(google(), called, later)).toMatchObject(counted);
    const name = "projects/acme-test/locations/europe-west3/functions/executeScheduledCall";
    await ask(stage.sandbox, "DELETE", `cloudfunctions.googleapis.com/v2/${name}`);
    await stage.advance(minute);
    expect(await requestCounts(google(), called, later)).toMatchObject(counted);
  });

  test("cannot be told where Monitoring refuses, and nothing is made up", async () => {
    stage.sandbox.faults.add({ match: { host: "monitoring.googleapis.com" }, do: { kind: "status", status: 403 } });
    expect(await failureOf(requestCounts(google(), old, window))).toMatchObject({ kind: "denied" });
  });
});

describe("the backlog of a subscription", () => {
  test("of the project's own is what was not acknowledged", async () => {
    const name = "projects/acme-test/subscriptions/orders-push";
    stage.delivery.answer = () => 500;
    const messages = [{ data: Buffer.from(mark).toString("base64") }, { attributes: { kind: "order" } }];
    await ask(stage.sandbox, "PUT", "pubsub.googleapis.com/v1/projects/acme-test/topics/orders", {});
    const published = await ask(
      stage.sandbox,
      "POST",
      "pubsub.googleapis.com/v1/projects/acme-test/topics/orders:publish",
      {
        messages,
      },
    );
    expect(published.status).toBe(200);
    await stage.advance(1000);
    expect(await subscriptionBacklog(google(), name, sandboxStart + 1000)).toEqual({
      messages: 2,
      at: "2026-11-22T12:00:01.000Z",
    });
    stage.delivery.answer = () => 200;
    await stage.advance(10 * minute);
    expect(await subscriptionBacklog(google(), name, sandboxStart + 10 * minute)).toMatchObject({ messages: 0 });
    expect(await subscriptionBacklog(google(), `${name}-2`, sandboxStart)).toBeNull();
  });

  test("of an event trigger is what its function has not taken", async () => {
    const name = "projects/acme-test/locations/europe-west3/functions/onProviderCreated";
    const copy = await deployedCopy(google(), name);
    const subscription = await subscriptionOfTrigger(google(), copy?.trigger ?? "");
    expect(subscription).toMatch(/^projects\/acme-test\/subscriptions\/eventarc-/);
    stage.delivery.answer = () => 503;
    const patch = { eventTrigger: { retryPolicy: "RETRY_POLICY_RETRY" } };
    await ask(
      stage.sandbox,
      "PATCH",
      `cloudfunctions.googleapis.com/v2/${name}?updateMask=eventTrigger.retryPolicy`,
      patch,
    );
    await stage.advance(0);
    const document = "projects/acme-test/databases/(default)/documents/providers/p1";
    await ask(
      stage.sandbox,
      "POST",
      "firestore.googleapis.com/v1/projects/acme-test/databases/(default)/documents:commit",
      {
        writes: [{ update: { name: document, fields: { name: { stringValue: "Ada" } } } }],
      },
    );
    await stage.advance(1000);
    expect(await subscriptionBacklog(google(), subscription ?? "", sandboxStart)).toMatchObject({ messages: 1 });
    stage.delivery.answer = () => 200;
    await stage.advance(10 * minute);
    expect(await subscriptionBacklog(google(), subscription ?? "", sandboxStart)).toMatchObject({ messages: 0 });
  });
});

describe("a ledger in Firestore", () => {
  const place: LedgerPlace = { project: "acme-test", database: "(default)", collection: "processed_events" };
  const from = new Date(sandboxStart);
  const window = { function: "stripeWebhook", from, to: new Date(sandboxStart + 60 * minute) };
  let db: Firestore;

  /** As the reference codebase writes it, with the official client. */
  async function write(name: string, event: string, atMs: number, doneAt: Timestamp | null) {
    const at = Timestamp.fromMillis(sandboxStart + atMs);
    await db
      .collection("processed_events")
      .doc(encodeURIComponent(`${name}:${event}`))
      .set({
        function: name,
        event,
        key: `${name}:${event}`,
        region: "europe-west3",
        claim: mark,
        attempt: 1,
        firstAt: at,
        startedAt: at,
        doneAt,
      });
  }

  beforeEach(async () => {
    process.env.FIRESTORE_EMULATOR_HOST = await stage.sandbox.firestoreHost();
    db = new Firestore({ projectId: "acme-test" });
  });
  afterEach(async () => {
    await db.terminate();
    delete process.env.FIRESTORE_EMULATOR_HOST;
  });

  test("tells what a function has begun and done in a window, in order, without what else is kept", async () => {
    await write("stripeWebhook", "evt_2", 2000, null);
    await write("stripeWebhook", "evt_1", 1000.5, Timestamp.fromMillis(sandboxStart + 1500));
    await write("stripeWebhook", "evt_0", -1, Timestamp.fromMillis(sandboxStart));
    await write("stripeWebhook", "evt_9", 60 * minute, null);
    await write("twilioWebhook", "CA1:completed", 1200, Timestamp.fromMillis(sandboxStart + 1300));
    expect(clean(await listed(ledgerRecords(google(), place, window)))).toEqual([
      {
        function: "stripeWebhook",
        event: "evt_1",
        region: "europe-west3",
        startedAt: "2026-11-22T12:00:01.000500Z",
        doneAt: "2026-11-22T12:00:01.500Z",
      },
      {
        function: "stripeWebhook",
        event: "evt_2",
        region: "europe-west3",
        startedAt: "2026-11-22T12:00:02Z",
        doneAt: null,
      },
    ]);
    expect(await ledgerCount(google(), place, window)).toBe(2);
    expect(writesIn(stage.sandbox)).toEqual([]);
  });

  test("is read in pages, also where many records have one time", async () => {
    const batch = db.bulkWriter();
    const startedAt = Timestamp.fromMillis(sandboxStart + 1000);
    for (let index = 0; index < 700; index += 1) {
      const record = { function: "stripeWebhook", event: `evt_${index}`, startedAt, doneAt: startedAt };
      void batch.set(db.collection("processed_events").doc(`e${index}`), record);
    }
    await batch.close();
    const records = await listed(ledgerRecords(google(), place, window));
    expect(new Set(records.map(({ event }) => event)).size).toBe(700);
    expect(records).toHaveLength(700);
    expect(records[0]?.region).toBeNull();
    expect(await ledgerCount(google(), place, window)).toBe(700);
  });

  test("tells of given events which were begun, however many are asked for", async () => {
    for (const event of ["evt_3", "evt_47"])
      await write("stripeWebhook", event, 1000, Timestamp.fromMillis(sandboxStart + 2000));
    await write("twilioWebhook", "evt_5", 1000, null);
    const asked = Array.from({ length: 61 }, (_, index) => `evt_${index}`);
    const found = await ledgerOfEvents(google(), place, "stripeWebhook", [...asked, ...asked]);
    expect([...found.keys()]).toEqual(["evt_3", "evt_47"]);
    expect(found.get("evt_47")).toMatchObject({ doneAt: "2026-11-22T12:00:02Z" });
  });

  test("without an index for function and time everybody's records of the time are read", async () => {
    await write("stripeWebhook", "evt_1", 1000, null);
    await write("twilioWebhook", "CA1:completed", 1200, null);
    const message =
      "The query requires an index. You can create it here: https://console.firebase.google.com/x?create=Cl";
    const lacking = () =>
      stage.sandbox.faults.add({
        match: { host: "firestore.googleapis.com" },
        times: 1,
        do: { kind: "status", status: 400, message },
      });
    lacking();
    expect((await listed(ledgerRecords(google(), place, window))).map(({ event }) => event)).toEqual(["evt_1"]);
    lacking();
    expect(await ledgerCount(google(), place, window)).toBe(1);
  });

  test.each([
    ["a lost answer", { kind: "drop" }],
    ["503", { kind: "status", status: 503 }],
    ["a page of somebody's own", { kind: "html" }],
  ] as const)("is asked again after %s, or it is said that nobody knows", async (name, effect) => {
    await write("stripeWebhook", "evt_1", 1000, null);
    stage.sandbox.faults.add({ match: { host: "firestore.googleapis.com" }, times: 1, do: effect });
    if (effect.kind === "html") {
      expect(await failureOf(listed(ledgerRecords(google(), place, window)))).toMatchObject({ kind: "malformed" });
    } else expect(await listed(ledgerRecords(google(), place, window)), name).toHaveLength(1);
  });

  test("a record that is of another form is told, not passed over", async () => {
    await db
      .collection("processed_events")
      .doc("odd")
      .set({ function: "stripeWebhook", startedAt: Timestamp.fromDate(from) });
    expect(await failureOf(listed(ledgerRecords(google(), place, window)))).toMatchObject({
      kind: "malformed",
      message: expect.stringContaining("lacks function, event or startedAt"),
    });
  });
});
