import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deployedCopy, invokersOf, removeCopy, startRemoval } from "../../src/clients/deployed-copy.ts";
import { moveSubscription, pushSubscription } from "../../src/clients/push-subscription.ts";
import { copyTask, deleteTask, isQueueEmpty, waitingTasks } from "../../src/clients/queue-tasks.ts";
import { deleteJob, moveJob, runJob, schedulerJob, turnJob } from "../../src/clients/scheduler-write.ts";
import { overrideQueue, taskQueue, turnQueue } from "../../src/clients/task-queue.ts";
import { UncertainWriteError } from "../../src/clients/uncertain-write.ts";
import { ask } from "../sandbox/client.ts";
import { openStage, type Stage } from "../sandbox/senders/sandbox.ts";
import { clean, failureOf, listed, mark, markedSeed, reach, writerTo, writesIn } from "./sandbox-side.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ seed: markedSeed });
});
afterEach(() => stage.sandbox.close());

const google = () => writerTo(stage.sandbox);
const fault = (match: object, effect: object, times = 1) =>
  stage.sandbox.faults.add({ match, times, do: effect as never });
const drop = { kind: "drop" };
const raw = async (path: string) => (await ask(stage.sandbox, "GET", path)).body;
const move = (name: string, from: string, to: string) => ({
  from: `https://${from}-acme-test.cloudfunctions.net/${name}`,
  to: `https://${to}-acme-test.cloudfunctions.net/${name}`,
});
const hostile = [
  ["a lost answer", drop],
  ["503", { kind: "status", status: 503 }],
  ["429", { kind: "status", status: 429, retryAfterSeconds: 3 }],
] as const;

describe("a job of Cloud Scheduler", () => {
  const parent = "projects/acme-test/locations/europe-west1/jobs";
  const name = `${parent}/firebase-schedule-nightlyExport-europe-west1`;
  const path = `cloudscheduler.googleapis.com/v1/${name}`;
  const export_ = move("nightlyExport", "europe-west1", "europe-west3");

  beforeEach(async () => {
    const body = {
      name,
      schedule: "0 3 * * *",
      timeZone: "Europe/Paris",
      httpTarget: {
        uri: `${export_.from}?key=${mark}`,
        headers: { "X-Key": mark },
        body: Buffer.from(mark).toString("base64"),
        oidcToken: { serviceAccountEmail: "jobs@acme-test.iam.gserviceaccount.com", audience: export_.from },
      },
    };
    const made = await ask(stage.sandbox, "PATCH", path, body);
    const created = made.status === 404 ? await ask(stage.sandbox, "POST", path.replace(/\/[^/]+$/, ""), body) : made;
    expect(created.status).toBe(200);
    stage.sandbox.log.clear();
  });

  test("gets another URL and audience, and stays what it is", async () => {
    const before = await raw(path);
    await stage.advance(5000);
    expect(clean(await moveJob(google(), name, export_))).toMatchObject({
      outcome: "written",
      fields: [{ field: "httpTarget.uri" }, { field: "httpTarget.oidcToken.audience", after: export_.to }],
      comparison: { result: "same" },
    });
    const target = before.httpTarget as Record<string, object>;
    expect(await raw(path)).toEqual({
      ...before,
      userUpdateTime: "2026-11-22T12:00:05.000Z",
      httpTarget: {
        ...target,
        uri: `${export_.to}?key=${mark}`,
        oidcToken: { ...target.oidcToken, audience: export_.to },
      },
    });
    expect(await moveJob(google(), name, { from: export_.to, to: export_.from })).toMatchObject({ outcome: "written" });
    expect(await raw(path)).toEqual({ ...before, userUpdateTime: "2026-11-22T12:00:05.000Z" });
  });

  test("an audience that names no copy is somebody's intention and stays", async () => {
    const oidcToken = { serviceAccountEmail: "jobs@acme-test.iam.gserviceaccount.com", audience: "my-client-id" };
    await ask(stage.sandbox, "PATCH", `${path}?updateMask=httpTarget`, {
      httpTarget: { uri: export_.from, oidcToken },
    });
    expect(await moveJob(google(), name, export_)).toMatchObject({
      outcome: "written",
      fields: [{ field: "httpTarget.uri" }],
    });
    expect(await raw(path)).toMatchObject({ httpTarget: { uri: export_.to, oidcToken } });
  });

  test.each(hostile)("is moved, paused and resumed through %s", async (_name, effect) => {
    fault({ method: "PATCH" }, effect);
    expect(await moveJob(google(), name, export_)).toMatchObject({ outcome: "written" });
    fault({ pathIncludes: ":pause" }, effect);
    expect(clean(await turnJob(google(), name, "PAUSED"))).toMatchObject({
      outcome: "written",
      job: { state: "PAUSED", nextRun: null },
    });
    expect(await turnJob(google(), name, "PAUSED")).toMatchObject({ outcome: "already" });
    fault({ pathIncludes: ":resume" }, effect);
    expect(await turnJob(google(), name, "ENABLED")).toMatchObject({
      outcome: "written",
      job: { state: "ENABLED", nextRun: "2026-11-23T02:00:00.000Z" },
    });
    fault({ method: "DELETE" }, effect);
    await deleteJob(google(), name);
    expect(await schedulerJob(google(), name)).toBeNull();
    expect(await deleteJob(google(), name)).toBe(false);
  });

  test("is run once by the sandbox's clock, and says so", async () => {
    expect(await schedulerJob(google(), name)).toMatchObject({ lastAttempt: null, lastCode: null });
    await runJob(google(), name);
    await stage.advance(0);
    expect(clean(await schedulerJob(google(), name))).toMatchObject({
      lastAttempt: "2026-11-22T12:00:00.000Z",
      lastCode: 0,
      audience: export_.from,
    });
    expect(stage.delivery.received.map(({ copy }) => copy)).toEqual(["europe-west1/nightlyExport"]);
  });

  test("a run whose answer was lost is not asked for again", async () => {
    fault({ pathIncludes: ":run" }, drop);
    expect(await failureOf(runJob(google(), name))).toBeInstanceOf(UncertainWriteError);
    expect(writesIn(stage.sandbox)).toEqual([`POST /v1/${name}:run lost`]);
    await stage.advance(0);
    expect(stage.delivery.received).toHaveLength(1);
  });
});

describe("a task queue", () => {
  const queue = "projects/acme-test/locations/europe-west3/queues/executeScheduledCall";
  const other = "projects/acme-test/locations/europe-west1/queues/executeScheduledCall";
  const path = `cloudtasks.googleapis.com/v2/${queue}`;
  const call = move("executeScheduledCall", "europe-west3", "europe-west1");
  const email = "tasks@acme-test.iam.gserviceaccount.com";
  const override = { url: call.to, serviceAccountEmail: email, audience: call.to };
  const enqueue = async (id: string, inMs: number) => {
    const task = {
      name: `${queue}/tasks/${id}`,
      scheduleTime: new Date(Date.parse("2026-11-22T12:00:00Z") + inMs).toISOString(),
      httpRequest: {
        url: call.from,
        body: Buffer.from(JSON.stringify({ data: mark })).toString("base64"),
        headers: { "Content-Type": "application/json", "X-Key": mark },
        oidcToken: { serviceAccountEmail: email, audience: call.from },
      },
    };
    expect((await ask(stage.sandbox, "POST", `${path}/tasks`, { task })).status).toBe(200);
  };

  test.each(hostile)("is paused and resumed through %s", async (_name, effect) => {
    fault({ pathIncludes: ":pause" }, effect);
    expect(await turnQueue(google(), queue, "PAUSED")).toMatchObject({ state: "PAUSED" });
    fault({ pathIncludes: ":resume" }, effect);
    expect(await turnQueue(google(), queue, "RUNNING")).toMatchObject({ state: "RUNNING" });
  });

  test.each(hostile)("sends what waits elsewhere and back through %s", async (_name, effect) => {
    const before = await raw(path);
    await enqueue("one", 30_000);
    await enqueue("two", 60_000);
    fault({ method: "PATCH" }, effect);
    expect(clean(await overrideQueue(google(), queue, override))).toMatchObject({
      outcome: "written",
      comparison: { result: "same" },
      before: { override: null },
      after: { override },
    });
    expect(await overrideQueue(google(), queue, override)).toMatchObject({ outcome: "already" });
    await stage.advance(30_000);
    fault({ method: "PATCH" }, effect);
    expect(await overrideQueue(google(), queue, null)).toMatchObject({ outcome: "written" });
    const { httpTarget, ...after } = await raw(path);
    const { httpTarget: _before, ...rest } = before;
    expect([after, httpTarget ?? {}]).toEqual([rest, {}]);
    await stage.advance(30_000);
    const claims = stage.delivery.received.map(({ copy, headers }) => [
      copy,
      JSON.parse(Buffer.from(headers.authorization?.split(".")[1] ?? "", "base64url").toString()).aud,
    ]);
    expect(claims).toEqual([
      ["europe-west1/executeScheduledCall", call.to],
      ["europe-west3/executeScheduledCall", call.from],
    ]);
    expect(await isQueueEmpty(google(), queue)).toBe(true);
  });

  test("keeps what else a queue sets, and refuses what could not be put back", async () => {
    const httpMethod = { httpTarget: { httpMethod: "PUT" } };
    await ask(stage.sandbox, "PATCH", `${path}?updateMask=httpTarget`, httpMethod);
    await overrideQueue(google(), queue, override);
    await overrideQueue(google(), queue, null);
    expect(await raw(path)).toMatchObject(httpMethod);
    // Google may spell out what was left to it: it is the same override all the same, and can be taken away.
    const { host: name, pathname: path_ } = new URL(call.to);
    const uriOverride = { scheme: "HTTPS", host: name, port: "443", pathOverride: { path: path_ }, queryOverride: {} };
    const oidcToken = { serviceAccountEmail: email, audience: call.to };
    await ask(stage.sandbox, "PATCH", `${path}?updateMask=httpTarget`, { httpTarget: { uriOverride, oidcToken } });
    expect(await overrideQueue(google(), queue, override)).toMatchObject({ outcome: "already" });
    expect(await overrideQueue(google(), queue, null)).toMatchObject({ outcome: "written", after: { override: null } });
    const query = { httpTarget: { uriOverride: { ...uriOverride, queryOverride: { queryParams: "a=1" } }, oidcToken } };
    await ask(stage.sandbox, "PATCH", `${path}?updateMask=httpTarget`, query);
    expect(await failureOf(overrideQueue(google(), queue, null))).toMatchObject({ kind: "invalid" });
    const foreign = { httpTarget: { uriOverride: { host: "example.com", uriOverrideEnforceMode: "IF_NOT_EXISTS" } } };
    await ask(stage.sandbox, "PATCH", `${path}?updateMask=httpTarget`, foreign);
    expect(await failureOf(overrideQueue(google(), queue, override))).toMatchObject({ kind: "invalid" });
    expect(await raw(path)).toMatchObject(foreign);
  });

  test("a queue that is not there is not made", async () => {
    expect(await taskQueue(google(), other)).toBeNull();
    expect(await failureOf(overrideQueue(google(), other, override))).toMatchObject({ kind: "not-found" });
    expect(writesIn(stage.sandbox)).toEqual([]);
  });

  test("its tasks are copied with all they carry, once each, and shown without it", async () => {
    await ask(stage.sandbox, "POST", `cloudtasks.googleapis.com/v2/${other.replace(/\/[^/]+$/, "")}`, { name: other });
    await turnQueue(google(), queue, "PAUSED");
    for (const [id, ms] of [
      ["one", 1000],
      ["two", 5000],
      ["three", 9000],
    ] as const) {
      await enqueue(id, ms);
    }
    fault({ method: "GET", pathIncludes: "/tasks" }, { kind: "short-pages", size: 2 }, 2);
    const tasks = clean(await listed(waitingTasks(google(), queue)));
    expect(`${inspect(tasks, { depth: 9 })} ${tasks.map(({ whole }) => `${whole}`)}`).not.toContain(mark);
    expect(tasks.map(({ name, scheduleTime }) => [name.split("/").at(-1), scheduleTime]).sort()).toEqual([
      ["one", "2026-11-22T12:00:01.000Z"],
      ["three", "2026-11-22T12:00:09.000Z"],
      ["two", "2026-11-22T12:00:05.000Z"],
    ]);
    // Each copy loses its first answer.
    for (const task of tasks) {
      fault({ method: "POST", pathIncludes: "/tasks" }, drop);
      expect(await copyTask(google(), task, other, call)).toMatchObject({ outcome: "created" });
      expect(await copyTask(google(), task, other, call)).toMatchObject({ outcome: "existed" });
      fault({ method: "DELETE" }, drop);
      await deleteTask(google(), task.name);
    }
    expect(await isQueueEmpty(google(), queue)).toBe(true);
    // Back again: their own ids are spent in the queue they came from.
    const [first] = tasks;
    const [copied] = await listed(waitingTasks(google(), other));
    if (first === undefined || copied === undefined) throw new Error("nothing was copied");
    const back = { from: call.to, to: call.from };
    expect(await copyTask(google(), copied, queue, back)).toMatchObject({ outcome: "spent" });
    expect(await copyTask(google(), copied, queue, back, "back-1")).toMatchObject({ outcome: "created" });
    expect(await failureOf(copyTask(google(), first, other, back))).toMatchObject({ kind: "invalid" });
    await stage.advance(10_000);
    const came = stage.delivery.received.map(({ copy, body, headers }) => [copy, body, headers["x-key"]]);
    expect(came).toEqual(
      Array.from({ length: 3 }, () => ["europe-west1/executeScheduledCall", JSON.stringify({ data: mark }), mark]),
    );
  });
});

describe("a push subscription", () => {
  const name = "projects/acme-test/subscriptions/orders-push";
  const path = `pubsub.googleapis.com/v1/${name}`;
  const orders = move("ordersPush", "europe-west1", "europe-west3");

  test.each(hostile)("gets another address in place through %s", async (_name, effect) => {
    const pushConfig = {
      pushEndpoint: `${orders.from}?token=${mark}`,
      attributes: { "x-goog-version": "v1" },
      oidcToken: { serviceAccountEmail: "push@acme-test.iam.gserviceaccount.com", audience: orders.from },
    };
    await ask(stage.sandbox, "POST", `${path}:modifyPushConfig`, { pushConfig });
    const before = await raw(path);
    fault({ pathIncludes: ":modifyPushConfig" }, effect);
    expect(clean(await moveSubscription(google(), name, orders))).toMatchObject({
      outcome: "written",
      fields: [{ field: "pushConfig.pushEndpoint" }, { field: "pushConfig.oidcToken.audience", after: orders.to }],
      comparison: { result: "same" },
    });
    expect(await raw(path)).toEqual({
      ...before,
      pushConfig: {
        ...pushConfig,
        pushEndpoint: `${orders.to}?token=${mark}`,
        oidcToken: { ...pushConfig.oidcToken, audience: orders.to },
      },
    });
    expect(clean(await pushSubscription(google(), name))).toMatchObject({ name, state: "ACTIVE" });
  });

  test("somebody else has changed it: nothing is written", async () => {
    const pushConfig = { pushEndpoint: "https://hooks.example.com/orders" };
    await ask(stage.sandbox, "POST", `${path}:modifyPushConfig`, { pushConfig });
    expect(await moveSubscription(google(), name, orders)).toMatchObject({ outcome: "elsewhere" });
    expect(await raw(path)).toMatchObject({ pushConfig });
  });
});

describe("a deployed copy", () => {
  const second = "projects/acme-test/locations/europe-west1/functions/stripeWebhook";
  const first = "projects/acme-test/locations/us-central1/functions/legacyReport";
  const time = () => {
    const { now, sleep } = reach(stage.sandbox);
    return { now, sleep };
  };

  test("is told with its addresses and who may call it, in both generations", async () => {
    const copy = await deployedCopy(google(), second);
    expect(copy).toEqual({
      name: second,
      generation: 2,
      state: "ACTIVE",
      service: "stripewebhook",
      trigger: null,
      urls: [
        "https://europe-west1-acme-test.cloudfunctions.net/stripeWebhook",
        "https://stripewebhook-k3v7q2m9xa-ew.a.run.app",
      ],
      hash: expect.stringMatching(/^[0-9a-f]{40}$/),
      updated: "2026-11-02T08:30:00Z",
    });
    const older = await deployedCopy(google(), first);
    expect(older).toMatchObject({ generation: 1, service: null });
    for (const one of [copy, older]) {
      if (one !== null) expect(await invokersOf(google(), one)).toEqual(["allUsers"]);
    }
    const private_ = await deployedCopy(google(), second.replace("stripeWebhook", "checkSignIn"));
    expect(private_).not.toBeNull();
  });

  test.each([
    ["second", second],
    ["first", first],
  ])("of the %s generation is deleted, with an operation that takes its time", async (_generation, name) => {
    fault({ method: "DELETE" }, { kind: "operation-slow", ms: 45_000 });
    const started = await startRemoval(google(), name);
    expect(started).toMatchObject({ outcome: "under-way", operation: expect.stringMatching(/operations\//) });
    expect(await deployedCopy(google(), name)).toMatchObject({ state: "DELETING" });
    expect(await removeCopy(google(), name, { ...time(), patienceMs: 10_000 })).toMatchObject({ outcome: "under-way" });
    expect(await removeCopy(google(), name, time())).toEqual({ outcome: "gone" });
    expect(await deployedCopy(google(), name)).toBeNull();
    expect(await removeCopy(google(), name, time())).toEqual({ outcome: "gone" });
  });

  test.each(hostile)("is deleted through %s", async (_name, effect) => {
    fault({ method: "DELETE" }, { kind: "operation-slow", ms: 20_000 }, 9);
    fault({ method: "DELETE" }, effect);
    expect(await removeCopy(google(), second, time())).toEqual({ outcome: "gone" });
    expect(await deployedCopy(google(), second)).toBeNull();
  });

  test("stays where the operation fails, and says why", async () => {
    fault({ method: "DELETE" }, { kind: "operation-error", code: 13, message: "Build of the image failed" });
    expect(await removeCopy(google(), second, time())).toEqual({
      outcome: "failed",
      reason: "Build of the image failed",
    });
    expect(await deployedCopy(google(), second)).toMatchObject({ name: second });
  });
});
