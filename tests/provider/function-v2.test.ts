import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask, functions } from "../sandbox/client.ts";
import { startWorld, type World } from "./client.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  await world.archive("a.zip");
  await world.archive("b.zip");
});
afterEach(() => world.close());

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("a function of the second generation", () => {
  const token = "gcp:cloudfunctionsv2/function:Function";
  const id = "projects/acme-test/locations/europe-west2/functions/sendInvoice";
  const v2 = "cloudfunctions.googleapis.com/v2";
  const wanted = {
    name: "sendInvoice",
    location: "europe-west2",
    buildConfig: {
      runtime: "nodejs22",
      entryPoint: "sendInvoice",
      source: { storageSource: { bucket: "acme-exports", object: "a.zip" } },
    },
    serviceConfig: {
      availableMemory: "512Mi",
      availableCpu: "1",
      maxInstanceCount: 5,
      environmentVariables: { A: "1" },
    },
    labels: { "deployment-tool": "regions", "deployment-callable": "true" },
  };

  async function created() {
    const engine = world.engine(token);
    await engine.configure({ addPulumiAttributionLabel: "false" });
    const { inputs, failures } = await engine.check(wanted);
    expect(failures).toEqual([]);
    const resource = await engine.create(inputs);
    return { engine, inputs, ...resource };
  }

  it("gets the defaults of the real provider, and every problem by name", async () => {
    const engine = world.engine(token);
    const { inputs } = await engine.check(wanted);
    expect(inputs).toEqual({
      ...wanted,
      serviceConfig: { ...wanted.serviceConfig, ingressSettings: "ALLOW_ALL", allTrafficOnLatestRevision: true },
    });
    const { failures } = await engine.check({
      location: "europe-west2",
      url: "https://a",
      serviceConfig: { maxInstanceCount: "5", cpu: "1", ingressSettings: "OPEN" },
      eventTrigger: { eventFilters: [{ attribute: "database" }] },
    });
    expect(failures.map(({ property }) => property).sort()).toEqual([
      "eventTrigger.eventFilters[0].value",
      "eventTrigger.eventType",
      "name",
      "serviceConfig.cpu",
      "serviceConfig.ingressSettings",
      "serviceConfig.maxInstanceCount",
      "url",
    ]);
    expect(failures.find(({ property }) => property === "serviceConfig.cpu")?.reason).toBe(
      `${token} has no property "serviceConfig.cpu" that the sandbox's provider serves.`,
    );
  });

  it("is previewed with what only Google knows as unknown, and without a request", async () => {
    const engine = world.engine(token);
    await engine.configure({ addPulumiAttributionLabel: "false" });
    const { inputs } = await engine.check(wanted);
    const { id: previewed, state } = await engine.create(inputs, { preview: true });
    expect(previewed).toBe("");
    expect(state).toMatchObject({
      name: "sendInvoice",
      project: "acme-test",
      url: unknown,
      serviceConfig: { uri: unknown, availableMemory: "512Mi", timeoutSeconds: unknown },
      effectiveLabels: wanted.labels,
    });
    expect(world.calls()).toEqual([]);
  });

  it("is created, and neither a diff nor a refresh finds a difference then", async () => {
    const { engine, inputs, id: made, state } = await created();
    expect(made).toBe(id);
    expect(world.calls()).toEqual([
      `POST ${v2}/projects/acme-test/locations/europe-west2/functions?functionId=sendInvoice`,
      `GET ${v2}/projects/acme-test/locations/europe-west2/operations/…`,
      `GET ${v2}/${id}`,
    ]);
    expect(state).toMatchObject({
      name: "sendInvoice",
      location: "europe-west2",
      project: "acme-test",
      environment: "GEN_2",
      state: "ACTIVE",
      url: "https://europe-west2-acme-test.cloudfunctions.net/sendInvoice",
      buildConfig: { source: { storageSource: { bucket: "acme-exports", object: "a.zip" } } },
      serviceConfig: {
        uri: "https://sendinvoice-k3v7q2m9xa-nw.a.run.app",
        environmentVariables: { A: "1", LOG_EXECUTION_ID: "true" },
        timeoutSeconds: 60,
      },
      labels: wanted.labels,
      pulumiLabels: wanted.labels,
      effectiveLabels: wanted.labels,
      deletionPolicy: "DELETE",
    });
    expect(await engine.diff(id, state, inputs, inputs)).toMatchObject({ changes: 1, diffs: [], detailed: {} });
    const refreshed = await engine.read(id, state, inputs);
    expect(refreshed).toEqual({ id, state, inputs });
    expect(world.calls()).toEqual([`GET ${v2}/${id}`]);
  });

  it("is updated with the mask of what has changed, whole blocks as the real provider sends them", async () => {
    const { engine, inputs, state } = await created();
    const news = {
      ...inputs,
      description: "sends invoices",
      serviceConfig: { ...inputs.serviceConfig, maxInstanceCount: 7 },
    };
    expect(await engine.diff(id, state, inputs, news)).toEqual({
      changes: 2,
      diffs: ["description", "serviceConfig"],
      replaces: [],
      deleteBeforeReplace: false,
      detailed: { description: 0, "serviceConfig.maxInstanceCount": 4 },
    });
    const planned = await engine.update(id, state, inputs, news, true);
    expect(planned).toMatchObject({ serviceConfig: { maxInstanceCount: 7, uri: state.serviceConfig.uri } });
    world.calls();
    const next = await engine.update(id, state, inputs, news);
    expect(world.calls()).toEqual([
      `PATCH ${v2}/${id}?updateMask=description%2CserviceConfig`,
      `GET ${v2}/projects/acme-test/locations/europe-west2/operations/…`,
      `GET ${v2}/${id}`,
    ]);
    expect(next).toMatchObject({
      description: "sends invoices",
      serviceConfig: {
        maxInstanceCount: 7,
        availableMemory: "512Mi",
        environmentVariables: { LOG_EXECUTION_ID: "true" },
      },
    });
    expect((await engine.diff(id, next, news, news)).changes).toBe(1);
  });

  it("takes new source, and labels of its own beside those of others", async () => {
    const { engine, inputs, state } = await created();
    const labels = { ...wanted.labels, owner: "finance" };
    await ask(world.sandbox, "PATCH", `${functions}/europe-west2/functions/sendInvoice?updateMask=labels`, { labels });
    const refreshed = await engine.read(id, state, inputs);
    expect(refreshed.state).toMatchObject({ labels: wanted.labels, effectiveLabels: labels });
    expect((await engine.diff(id, refreshed.state, refreshed.inputs, inputs)).changes).toBe(1);
    const news = {
      ...inputs,
      labels: { "deployment-tool": "regions" },
      buildConfig: { ...wanted.buildConfig, source: { storageSource: { bucket: "acme-exports", object: "b.zip" } } },
    };
    expect((await engine.diff(id, refreshed.state, inputs, news)).detailed).toEqual({
      "buildConfig.source.storageSource.object": 4,
      'labels["deployment-callable"]': 2,
    });
    world.calls();
    const next = await engine.update(id, refreshed.state, inputs, news);
    expect(world.calls()[0]).toBe(`PATCH ${v2}/${id}?updateMask=buildConfig%2Clabels`);
    expect(next.effectiveLabels).toEqual({ "deployment-tool": "regions", owner: "finance" });
  });

  it("shows what was changed behind the engine's back, and puts it right", async () => {
    const { engine, inputs, state } = await created();
    const path = `${functions}/europe-west2/functions/sendInvoice`;
    await ask(world.sandbox, "PATCH", `${path}?updateMask=serviceConfig.maxInstanceCount,description`, {
      description: "by hand",
      serviceConfig: { maxInstanceCount: 50 },
    });
    const refreshed = await engine.read(id, state, inputs);
    expect(refreshed.inputs.serviceConfig.maxInstanceCount).toBe(50);
    const drift = await engine.diff(id, refreshed.state, refreshed.inputs, inputs);
    expect(drift.detailed).toEqual({ description: 2, "serviceConfig.maxInstanceCount": 4 });
    const mended = await engine.update(id, refreshed.state, refreshed.inputs, inputs);
    expect(mended.serviceConfig.maxInstanceCount).toBe(5);
    expect(mended).not.toHaveProperty("description");
  });

  it("is replaced by a copy elsewhere when its region changes, both side by side", async () => {
    const { engine, inputs, state } = await created();
    expect(await engine.diff(id, state, inputs, { ...inputs, location: "europe-west3" })).toEqual({
      changes: 2,
      diffs: ["location"],
      replaces: ["location"],
      deleteBeforeReplace: false,
      detailed: { location: 5 },
    });
  });

  it("is deleted, also when it is gone already, and not where its policy says so", async () => {
    const { engine, state } = await created();
    world.calls();
    await expect(engine.delete(id, { ...state, deletionPolicy: "PREVENT" })).rejects.toThrow(
      `${id} is not deleted because its deletionPolicy is PREVENT`,
    );
    await engine.delete(id, { ...state, deletionPolicy: "ABANDON" });
    expect(world.calls()).toEqual([]);
    await engine.delete(id, state);
    expect(world.calls()).toEqual([
      `DELETE ${v2}/${id}`,
      `GET ${v2}/projects/acme-test/locations/europe-west2/operations/…`,
    ]);
    await engine.delete(id, state);
    expect((await engine.read(id, state, wanted)).id).toBe("");
  });

  it("is imported by its id with what is there, its labels apart", async () => {
    const engine = world.engine(token);
    const seeded = "projects/acme-test/locations/europe-west3/functions/createPaymentIntent";
    const { state, inputs } = await engine.read(seeded, {}, null);
    expect(inputs).toMatchObject({
      name: "createPaymentIntent",
      location: "europe-west3",
      project: "acme-test",
      buildConfig: {
        runtime: "nodejs22",
        source: { storageSource: { object: "createPaymentIntent/function-source.zip" } },
      },
      serviceConfig: { availableCpu: "1", maxInstanceCount: 20, minInstanceCount: 1 },
    });
    expect(inputs).not.toHaveProperty("labels");
    expect(inputs).not.toHaveProperty("url");
    expect(inputs.serviceConfig).not.toHaveProperty("uri");
    expect(state).toMatchObject({ labels: {}, effectiveLabels: { "deployment-tool": "cli-firebase" } });
    expect((await engine.diff(seeded, state, inputs, inputs)).changes).toBe(2);
    await engine.configure({ addPulumiAttributionLabel: "false" });
    expect((await engine.diff(seeded, state, inputs, inputs)).changes).toBe(1);
    expect(world.sandbox.log.entries().every((entry) => !entry.writes)).toBe(true);
    await expect(engine.read("europe-west3/createPaymentIntent", {}, null)).rejects.toThrow(
      "must have the form projects/{project}/locations/{location}/functions/{name}",
    );
    expect((await engine.read(seeded.replace("Intent", "Nothing"), {}, null)).id).toBe("");
  });

  it("keeps its event trigger as Google answers it, filters in any order", async () => {
    const engine = world.engine(token);
    await engine.configure({ addPulumiAttributionLabel: "false" });
    const filters = [
      { attribute: "database", value: "(default)" },
      { attribute: "document", value: "users/{id}", operator: "match-path-pattern" },
    ];
    const { inputs } = await engine.check({
      ...wanted,
      eventTrigger: {
        eventType: "google.cloud.firestore.document.v1.created",
        triggerRegion: "eur3",
        eventFilters: filters,
        retryPolicy: "RETRY_POLICY_DO_NOT_RETRY",
      },
    });
    const { state } = await engine.create(inputs);
    expect(state.eventTrigger.trigger).toMatch(/^projects\/acme-test\/locations\/eur3\/triggers\/sendinvoice-\d{6}$/);
    const turned = { ...inputs, eventTrigger: { ...inputs.eventTrigger, eventFilters: [...filters].reverse() } };
    expect((await engine.diff(id, state, inputs, turned)).changes).toBe(1);
    const other = [filters[1], { attribute: "database", value: "archive" }];
    const changed = { ...inputs, eventTrigger: { ...inputs.eventTrigger, eventFilters: other } };
    expect((await engine.diff(id, state, inputs, changed)).detailed).toEqual({
      "eventTrigger.eventFilters[0].value": 4,
    });
  });
});
