import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask } from "../sandbox/client.ts";
import { startWorld, type World } from "./client.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

describe("a Scheduler job", () => {
  const token = "gcp:cloudscheduler/job:Job";
  const base = "cloudscheduler.googleapis.com/v1";
  const id = "projects/acme-test/locations/europe-west3/jobs/nightly";
  const uri = "https://europe-west3-acme-test.cloudfunctions.net/nightly";
  const wanted = {
    name: "nightly",
    region: "europe-west3",
    schedule: "0 3 * * *",
    httpTarget: { uri, httpMethod: "POST", oidcToken: { serviceAccountEmail: "a@example.com", audience: uri } },
  };

  it("is created and set running, patched without a mask, paused, deleted", async () => {
    const engine = world.engine(token);
    const { inputs, failures } = await engine.check(wanted);
    expect(failures).toEqual([]);
    expect(inputs).toEqual({ ...wanted, timeZone: "Etc/UTC", attemptDeadline: "180s" });
    const { id: made, state } = await engine.create(inputs);
    expect(made).toBe(id);
    expect(world.calls()).toEqual([
      `POST ${base}/projects/acme-test/locations/europe-west3/jobs`,
      `POST ${base}/${id}:resume`,
      `GET ${base}/${id}`,
    ]);
    expect(state).toMatchObject({
      state: "ENABLED",
      paused: false,
      retryConfig: { minBackoffDuration: "5s", maxDoublings: 5 },
      httpTarget: wanted.httpTarget,
    });
    expect((await engine.diff(id, state, inputs, inputs)).changes).toBe(1);
    expect(await engine.read(id, state, inputs)).toEqual({ id, state, inputs });

    const news = { ...inputs, schedule: "0 4 * * *", paused: true };
    expect((await engine.diff(id, state, inputs, news)).detailed).toEqual({ paused: 0, schedule: 4 });
    world.calls();
    const next = await engine.update(id, state, inputs, news);
    expect(world.calls()).toEqual([`PATCH ${base}/${id}`, `POST ${base}/${id}:pause`, `GET ${base}/${id}`]);
    expect(next).toMatchObject({ schedule: "0 4 * * *", paused: true, state: "PAUSED" });
    world.calls();
    await engine.update(id, next, news, { ...news, paused: false });
    expect(world.calls()).toEqual([`POST ${base}/${id}:resume`, `GET ${base}/${id}`]);
    expect((await engine.diff(id, next, news, { ...news, region: "europe-west1" })).replaces).toEqual(["region"]);
    await engine.delete(id, next);
    expect((await engine.read(id, next, news)).id).toBe("");
  });

  it("lets an audience that nobody named follow the address", async () => {
    const engine = world.engine(token);
    const target = { uri, oidcToken: { serviceAccountEmail: "a@example.com" } };
    const { inputs } = await engine.check({ ...wanted, httpTarget: target });
    const { state } = await engine.create(inputs);
    const moved = `${uri}2`;
    const next = await engine.update(id, state, inputs, { ...inputs, httpTarget: { ...target, uri: moved } });
    expect(next.httpTarget).toMatchObject({ uri: moved });
    expect(next.httpTarget.oidcToken.audience ?? moved).toBe(moved);
    const slash = { ...inputs, httpTarget: { ...target, uri: `${uri}/` } };
    expect((await engine.diff(id, state, inputs, slash)).changes).toBe(1);
  });

  it("is imported with what firebase has made, and takes exactly one target", async () => {
    const engine = world.engine(token);
    const seeded = "projects/acme-test/locations/europe-west1/jobs/firebase-schedule-nightlyExport-europe-west1";
    const { inputs } = await engine.read(seeded, {}, null);
    expect(inputs).toMatchObject({
      name: "firebase-schedule-nightlyExport-europe-west1",
      region: "europe-west1",
      timeZone: "Europe/Paris",
      schedule: "0 3 * * *",
      httpTarget: { httpMethod: "POST" },
    });
    expect(inputs.httpTarget).not.toHaveProperty("headers");
    const both = await engine.check({ ...wanted, pubsubTarget: { topicName: "projects/acme-test/topics/t" } });
    expect(both.failures).toEqual([
      { property: "httpTarget", reason: "Exactly one of appEngineHttpTarget, httpTarget, pubsubTarget must be set." },
    ]);
  });
});

describe("a task queue", () => {
  const token = "gcp:cloudtasks/queue:Queue";
  const base = "cloudtasks.googleapis.com/v2";
  const id = "projects/acme-test/locations/europe-west3/queues/remind";
  const wanted = {
    name: "remind",
    location: "europe-west3",
    rateLimits: { maxConcurrentDispatches: 10 },
    retryConfig: { maxAttempts: 3, minBackoff: "0.1s", maxRetryDuration: "0s" },
  };

  it("is created, patched by mask, paused and deleted, and Google's own choices are no difference", async () => {
    const engine = world.engine(token);
    const { inputs } = await engine.check(wanted);
    expect(inputs).toEqual({ ...wanted, desiredState: "RUNNING" });
    const { state } = await engine.create(inputs);
    expect(world.calls()).toEqual([
      `POST ${base}/projects/acme-test/locations/europe-west3/queues`,
      `GET ${base}/${id}`,
    ]);
    expect(state).toMatchObject({ state: "RUNNING", desiredState: "RUNNING", retryConfig: { maxAttempts: 3 } });
    const asGoogle = { ...state, retryConfig: { ...state.retryConfig, minBackoff: "0.100s", maxBackoff: "3600s" } };
    expect((await engine.diff(id, asGoogle, inputs, inputs)).changes).toBe(1);

    const news = { ...inputs, rateLimits: { maxConcurrentDispatches: 20 }, desiredState: "PAUSED" };
    expect((await engine.diff(id, state, inputs, news)).detailed).toEqual({
      desiredState: 4,
      "rateLimits.maxConcurrentDispatches": 4,
    });
    world.calls();
    const next = await engine.update(id, state, inputs, news);
    expect(world.calls()).toEqual([
      `PATCH ${base}/${id}?updateMask=rateLimits`,
      `POST ${base}/${id}:pause`,
      `GET ${base}/${id}`,
    ]);
    expect(next).toMatchObject({ state: "PAUSED", rateLimits: { maxConcurrentDispatches: 20 } });
    await engine.delete(id, next);
    expect((await engine.read(id, next, news)).id).toBe("");
    const paused = await engine.create(news);
    expect(paused.state.state).toBe("PAUSED");
  });

  it("is imported by its id", async () => {
    const engine = world.engine(token);
    const seeded = "projects/acme-test/locations/europe-west3/queues/executeScheduledCall";
    const { inputs, state } = await engine.read(seeded, {}, null);
    expect(inputs).toMatchObject({ name: "executeScheduledCall", rateLimits: { maxConcurrentDispatches: 1000 } });
    expect(inputs.rateLimits).not.toHaveProperty("maxBurstSize");
    expect((await engine.diff(seeded, state, inputs, inputs)).changes).toBe(1);
  });
});

describe("a topic", () => {
  it("is created by PUT, patched by mask with the topic inside the body, and deleted", async () => {
    const engine = world.engine("gcp:pubsub/topic:Topic");
    await engine.configure({ addPulumiAttributionLabel: "false" });
    const id = "projects/acme-test/topics/nightly";
    const path = `pubsub.googleapis.com/v1/${id}`;
    const inputs = { name: "nightly", labels: { "deployment-tool": "regions" } };
    const { id: made, state } = await engine.create((await engine.check(inputs)).inputs);
    expect(made).toBe(id);
    expect(world.calls()).toEqual([`PUT ${path}`, `GET ${path}`]);
    expect((await engine.diff(id, state, inputs, inputs)).changes).toBe(1);
    const news = { name: "nightly", labels: { a: "1" }, messageRetentionDuration: "600s" };
    const next = await engine.update(id, state, inputs, news);
    expect(world.calls()).toEqual([`PATCH ${path}?updateMask=messageRetentionDuration%2Clabels`, `GET ${path}`]);
    expect(next).toMatchObject({ effectiveLabels: { a: "1" }, messageRetentionDuration: "600s" });
    expect((await ask(world.sandbox, "GET", path)).body).toMatchObject({ labels: { a: "1" } });
    const imported = await engine.read(id, {}, null);
    expect(imported.inputs).toEqual({
      name: "nightly",
      project: "acme-test",
      messageRetentionDuration: "600s",
      deletionPolicy: "DELETE",
    });
    await engine.delete(id, next);
    expect((await engine.read(id, next, news)).id).toBe("");
  });
});
