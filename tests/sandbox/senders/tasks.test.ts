import { createRequire } from "node:module";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask } from "../client.ts";
import { deliveries, openStage, type Stage } from "./sandbox.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.sandbox.close());

const parent = "cloudtasks.googleapis.com/v2/projects/acme-test/locations/europe-west3/queues";
const queue = `${parent}/executeScheduledCall`;
const url = "https://europe-west3-acme-test.cloudfunctions.net/executeScheduledCall";
const start = Date.parse("2026-11-22T12:00:00.000Z");

async function enqueue(fields: Record<string, unknown> = {}, to = queue) {
  const { url: own = url, ...rest } = fields;
  const oidcToken = { serviceAccountEmail: "calls@acme-test.iam.gserviceaccount.com" };
  const httpRequest = {
    url: own,
    body: Buffer.from('{"data":{"sessionId":"s1"}}').toString("base64"),
    headers: { "Content-Type": "application/json" },
    oidcToken,
  };
  return ask(stage.sandbox, "POST", `${to}/tasks`, { task: { httpRequest, ...rest } });
}

async function configure(fields: Record<string, unknown>, mask = Object.keys(fields).join(",")) {
  const answer = await ask(stage.sandbox, "PATCH", `${queue}?updateMask=${mask}`, fields);
  expect(answer.status).toBe(200);
}

async function waiting(): Promise<number> {
  return (((await ask(stage.sandbox, "GET", `${queue}/tasks`)).body.tasks ?? []) as unknown[]).length;
}

async function secondsOfDeliveries(): Promise<number[]> {
  return (await deliveries(stage)).map((row) => (Date.parse(row.at) - start) / 1000);
}

describe("a task", () => {
  it("is sent to the function with Cloud Tasks' headers and a token for it, and is gone when it is done", async () => {
    const created = await enqueue({
      name: "projects/acme-test/locations/europe-west3/queues/executeScheduledCall/tasks/s1",
    });
    expect(created.body).toMatchObject({ dispatchCount: 0, view: "BASIC", scheduleTime: "2026-11-22T12:00:00.000Z" });
    expect(created.body.httpRequest).not.toHaveProperty("body");
    await stage.advance(0);
    const [received] = stage.delivery.take();
    expect(received).toMatchObject({
      copy: "europe-west3/executeScheduledCall",
      method: "POST",
      path: "/",
      body: '{"data":{"sessionId":"s1"}}',
      headers: {
        "content-type": "application/json",
        "user-agent": "Google-Cloud-Tasks",
        "x-cloudtasks-queuename": "executeScheduledCall",
        "x-cloudtasks-taskname": "s1",
        "x-cloudtasks-taskretrycount": "0",
        "x-cloudtasks-taskexecutioncount": "0",
        "x-cloudtasks-tasketa": `${start / 1000}.000000`,
      },
    });
    const [, claims = ""] = (received?.headers.authorization ?? "").split(".");
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
      aud: url,
      email: "calls@acme-test.iam.gserviceaccount.com",
      iss: "https://accounts.google.com",
    });
    expect(await waiting()).toBe(0);
  });

  it("has a name that is taken while it waits and for a day after", async () => {
    const name = "projects/acme-test/locations/europe-west3/queues/executeScheduledCall/tasks/b1";
    const scheduleTime = new Date(start + 3_600_000).toISOString();
    expect((await enqueue({ name, scheduleTime })).status).toBe(200);
    expect((await enqueue({ name })).status).toBe(409);
    await stage.advance(3_599_999);
    expect(stage.delivery.received).toHaveLength(0);
    await stage.advance(1);
    expect(stage.delivery.received).toHaveLength(1);
    expect((await enqueue({ name })).body.error).toMatchObject({ status: "ALREADY_EXISTS" });
    await stage.advance(86_400_000);
    expect((await enqueue({ name })).status).toBe(200);
  });

  it("is tried again after pauses that double and then grow by steps, until its attempts are used up", async () => {
    await configure({
      retryConfig: { maxAttempts: 8, minBackoff: "10s", maxBackoff: "300s", maxDoublings: 3 },
    });
    stage.delivery.answer = () => 500;
    await enqueue();
    await stage.advance(86_400_000);
    const seconds = await secondsOfDeliveries();
    expect(seconds.map((second, index) => second - (seconds[index - 1] ?? 0))).toEqual([
      0, 10, 20, 40, 80, 160, 240, 300,
    ]);
    const [, second, third] = stage.delivery.received;
    expect(second?.headers).toMatchObject({
      "x-cloudtasks-taskretrycount": "1",
      "x-cloudtasks-taskexecutioncount": "1",
      "x-cloudtasks-taskpreviousresponse": "500",
    });
    expect(third?.headers["x-cloudtasks-taskretrycount"]).toBe("2");
    expect(await waiting()).toBe(0);
  });

  it("is refused where it cannot be", async () => {
    const status = async (fields: Record<string, unknown>) => (await enqueue(fields)).status;
    expect(await status({ url: "ftp://acme.example/x" })).toBe(400);
    expect(await status({ scheduleTime: new Date(start + 31 * 86_400_000).toISOString() })).toBe(400);
    expect(await status({ dispatchDeadline: "5s" })).toBe(400);
    expect(await status({ name: "projects/acme-test/locations/europe-west1/queues/other/tasks/x" })).toBe(400);
    expect((await enqueue({}, `${parent}/nobody`)).status).toBe(404);
    expect(await waiting()).toBe(0);
  });

  it("shows its body only in the full view, and can be deleted and forced", async () => {
    await configure({ state: "PAUSED" });
    const { name } = (await enqueue()).body;
    const path = `cloudtasks.googleapis.com/v2/${name}`;
    const full = (await ask(stage.sandbox, "GET", `${path}?responseView=FULL`)).body.httpRequest as { body: string };
    expect(Buffer.from(full.body, "base64").toString()).toBe('{"data":{"sessionId":"s1"}}');
    stage.delivery.answer = () => 503;
    await ask(stage.sandbox, "POST", `${path}:run`, {});
    await stage.advance(0);
    expect(stage.delivery.received).toHaveLength(1);
    expect((await ask(stage.sandbox, "GET", path)).body).toMatchObject({
      dispatchCount: 1,
      responseCount: 1,
      lastAttempt: { responseStatus: { message: "HTTP status code 503" } },
    });
    expect((await ask(stage.sandbox, "DELETE", path)).status).toBe(200);
    expect((await ask(stage.sandbox, "GET", path)).status).toBe(404);
  });
});

describe("a queue", () => {
  it("dispatches no faster than its rate, after a burst", async () => {
    await configure({ rateLimits: { maxDispatchesPerSecond: 2, maxBurstSize: 3, maxConcurrentDispatches: 1000 } });
    for (let count = 0; count < 7; count += 1) await enqueue();
    await stage.advance(10_000);
    expect(await secondsOfDeliveries()).toEqual([0, 0, 0, 0.5, 1, 1.5, 2]);
  });

  it("has no more under way at once than it may", async () => {
    await configure({ rateLimits: { maxDispatchesPerSecond: 500, maxConcurrentDispatches: 2 } });
    let running = 0;
    let most = 0;
    stage.delivery.answer = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((done) => setTimeout(done, 20));
      running -= 1;
      return 200;
    };
    for (let count = 0; count < 6; count += 1) await enqueue();
    await stage.advance(0);
    expect([stage.delivery.received.length, most]).toEqual([6, 2]);
  });

  it("keeps its tasks while it is paused or disabled, sends them when it is resumed, and loses them when purged", async () => {
    await ask(stage.sandbox, "POST", `${queue}:pause`, {});
    await enqueue();
    await stage.advance(60_000);
    expect([stage.delivery.received.length, await waiting()]).toEqual([0, 1]);
    await ask(stage.sandbox, "POST", `${queue}:resume`, {});
    await stage.advance(0);
    expect([stage.delivery.received.length, await waiting()]).toEqual([1, 0]);
    await configure({ state: "DISABLED" });
    await enqueue();
    await stage.advance(60_000);
    expect([stage.delivery.received.length, await waiting()]).toEqual([1, 1]);
    const purged = await ask(stage.sandbox, "POST", `${queue}:purge`, {});
    expect(purged.body.purgeTime).toBe("2026-11-22T12:02:00.000Z");
    expect(await waiting()).toBe(0);
  });

  it.each(["task", "target"])(
    "sends what already waits to the host that it overrides, with the audience of the %s",
    async (who) => {
      await stage.admin("POST", "settings", { tasksOverrideAudience: who });
      await enqueue({ scheduleTime: new Date(start + 60_000).toISOString() });
      const host = "europe-west1-acme-test.cloudfunctions.net";
      const override = { scheme: "HTTPS", host, uriOverrideEnforceMode: "ALWAYS", pathOverride: { path: "/moved" } };
      await configure({ httpTarget: { uriOverride: override } });
      await stage.advance(60_000);
      const [received] = stage.delivery.received;
      expect(received?.copy).toBe("europe-west1/moved");
      const [, claims = ""] = (received?.headers.authorization ?? "").split(".");
      const moved = `https://${host}/moved`;
      expect(JSON.parse(Buffer.from(claims, "base64url").toString()).aud).toBe(who === "task" ? url : moved);
    },
  );

  it("gives up a task that has waited for 31 days", async () => {
    await ask(stage.sandbox, "POST", `${queue}:pause`, {});
    await enqueue();
    await stage.advance(31 * 86_400_000);
    await ask(stage.sandbox, "POST", `${queue}:resume`, {});
    await stage.advance(0);
    expect([stage.delivery.received.length, await waiting()]).toEqual([0, 0]);
  });
});

describe("firebase-admin", () => {
  afterEach(() => {
    delete process.env.CLOUD_TASKS_EMULATOR_HOST;
    delete process.env.METADATA_SERVER_DETECTION;
  });

  it("enqueues, once under an id, where the sandbox stands in for Google's emulator", async () => {
    // The reference functions' own package.
    const load = createRequire(new URL("../../../src/functions/package.json", import.meta.url));
    const { initializeApp, deleteApp } = load("firebase-admin/app");
    const { getFunctions } = load("firebase-admin/functions");
    // There is no metadata server to ask for an account.
    process.env.METADATA_SERVER_DETECTION = "none";
    process.env.CLOUD_TASKS_EMULATOR_HOST = new URL(stage.sandbox.base).host;
    const app = initializeApp({ projectId: "acme-test" }, "tasks-test");
    try {
      const tasks = getFunctions(app).taskQueue("locations/europe-west3/functions/executeScheduledCall");
      const scheduleTime = new Date(start + 60_000);
      await tasks.enqueue({ sessionId: "s7" }, { id: "s7", scheduleTime });
      await expect(tasks.enqueue({ sessionId: "s7" }, { id: "s7" })).rejects.toMatchObject({
        code: "functions/task-already-exists",
      });
      await stage.advance(59_999);
      expect(stage.delivery.received).toEqual([]);
      await stage.advance(1);
      expect(stage.delivery.received).toMatchObject([
        { copy: "europe-west3/executeScheduledCall", path: "/", body: '{"data":{"sessionId":"s7"}}' },
      ]);
    } finally {
      await deleteApp(app);
    }
  });
});
