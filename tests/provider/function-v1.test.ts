import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startWorld, type World } from "./client.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  await world.archive("a.zip");
  await world.archive("b.zip");
});
afterEach(() => world.close());

describe("a function of the first generation", () => {
  const token = "gcp:cloudfunctions/function:Function";
  const id = "projects/acme-test/locations/europe-west1/functions/oldStyle";
  const v1 = "cloudfunctions.googleapis.com/v1";
  const wanted = {
    name: "oldStyle",
    region: "europe-west1",
    runtime: "nodejs22",
    entryPoint: "oldStyle",
    sourceArchiveBucket: "acme-exports",
    sourceArchiveObject: "a.zip",
    triggerHttp: true,
    environmentVariables: { A: "1" },
    labels: { "deployment-tool": "regions" },
  };

  it("is created, updated by the masks of the real provider, replaced and deleted", async () => {
    const engine = world.engine(token);
    await engine.configure({ addPulumiAttributionLabel: "false" });
    const { inputs, failures } = await engine.check(wanted);
    expect(failures).toEqual([]);
    expect(inputs).toEqual({ ...wanted, availableMemoryMb: 256, timeout: 60, ingressSettings: "ALLOW_ALL" });
    const { id: made, state } = await engine.create(inputs);
    expect(made).toBe(id);
    expect(world.calls()).toEqual([
      `POST ${v1}/projects/acme-test/locations/europe-west1/functions`,
      `GET ${v1}/operations/…`,
      `GET ${v1}/${id}`,
    ]);
    expect(state).toMatchObject({
      status: "ACTIVE",
      versionId: "1",
      triggerHttp: true,
      httpsTriggerUrl: "https://europe-west1-acme-test.cloudfunctions.net/oldStyle",
      httpsTriggerSecurityLevel: "SECURE_ALWAYS",
      serviceAccountEmail: "acme-test@appspot.gserviceaccount.com",
    });
    expect((await engine.diff(id, state, inputs, inputs)).changes).toBe(1);
    expect(await engine.read(id, state, inputs)).toEqual({ id, state, inputs });

    const { environmentVariables: _, ...rest } = inputs;
    const news = { ...rest, sourceArchiveObject: "b.zip", timeout: 90, maxInstances: 3 };
    expect((await engine.diff(id, state, inputs, news)).detailed).toEqual({
      environmentVariables: 2,
      maxInstances: 0,
      sourceArchiveObject: 4,
      timeout: 4,
    });
    world.calls();
    const next = await engine.update(id, state, inputs, news);
    expect(world.calls()).toEqual([
      `GET ${v1}/${id}`,
      `PATCH ${v1}/${id}?updateMask=sourceArchiveUrl%2Ctimeout%2CenvironmentVariables%2CmaxInstances`,
      `GET ${v1}/operations/…`,
      `GET ${v1}/${id}`,
    ]);
    expect(next).toMatchObject({
      timeout: 90,
      maxInstances: 3,
      sourceArchiveObject: "b.zip",
      environmentVariables: {},
    });
    expect((await engine.diff(id, next, news, news)).changes).toBe(1);

    const moved = await engine.diff(id, next, news, { ...news, region: "europe-west2" });
    expect([moved.replaces, moved.deleteBeforeReplace]).toEqual([["region"], false]);
    const renamed = await engine.diff(id, next, news, { ...news, entryPoint: "newStyle" });
    expect([renamed.replaces, renamed.deleteBeforeReplace]).toEqual([["entryPoint"], true]);
    await engine.delete(id, next);
    expect((await engine.read(id, next, news)).id).toBe("");
  });

  it("listens to a topic by its short name, and says how to write what has none", async () => {
    const engine = world.engine(token);
    const { triggerHttp: _, ...event } = wanted;
    const { inputs } = await engine.check({
      ...event,
      eventTrigger: { eventType: "google.pubsub.topic.publish", resource: "nightly", failurePolicy: { retry: true } },
    });
    const { state } = await engine.create(inputs);
    expect(state.eventTrigger).toEqual({
      eventType: "google.pubsub.topic.publish",
      resource: "projects/acme-test/topics/nightly",
      failurePolicy: { retry: true },
    });
    await engine.configure({ addPulumiAttributionLabel: "false" });
    const news = { ...inputs, eventTrigger: { ...inputs.eventTrigger, failurePolicy: { retry: false } } };
    expect((await engine.diff(id, state, inputs, news)).detailed).toMatchObject({
      "eventTrigger.failurePolicy.retry": 4,
    });
    const both = await engine.check({ ...wanted, eventTrigger: inputs.eventTrigger });
    expect(both.failures).toEqual([
      { property: "triggerHttp", reason: "Exactly one of triggerHttp and eventTrigger must be set." },
    ]);
  });

  it("is imported by its id", async () => {
    const engine = world.engine(token);
    const seeded = "projects/acme-test/locations/us-central1/functions/legacyReport";
    const { inputs } = await engine.read(seeded, {}, null);
    expect(inputs).toMatchObject({
      name: "legacyReport",
      region: "us-central1",
      runtime: "nodejs18",
      triggerHttp: true,
      maxInstances: 10,
    });
    expect(inputs).not.toHaveProperty("timeout");
  });
});
