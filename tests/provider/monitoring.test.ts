import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startWorld, type World } from "./client.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

describe("an alert policy", () => {
  const token = "gcp:monitoring/alertPolicy:AlertPolicy";
  const base = "monitoring.googleapis.com/v3";
  const wanted = {
    displayName: "vCPU in use in europe-west3",
    combiner: "OR",
    conditions: [
      {
        displayName: "over 24 vCPU",
        conditionThreshold: {
          filter: 'metric.type="run.googleapis.com/container/cpu/allocation_time"',
          comparison: "COMPARISON_GT",
          thresholdValue: 24,
          duration: "0s",
          aggregations: [
            { alignmentPeriod: "300s", perSeriesAligner: "ALIGN_RATE", groupByFields: ["resource.label.location"] },
          ],
          trigger: { count: 1 },
        },
      },
    ],
    documentation: { content: "why" },
    userLabels: { tool: "regions" },
  };

  it("has the name that Google gave it, is changed by mask and keeps its conditions' names", async () => {
    const engine = world.engine(token);
    const { inputs, failures } = await engine.check(wanted);
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ enabled: true, documentation: { content: "why", mimeType: "text/markdown" } });
    const { id, state } = await engine.create(inputs);
    expect(id).toMatch(/^projects\/acme-test\/alertPolicies\/\d{19}$/);
    expect(world.calls()).toEqual([`POST ${base}/projects/acme-test/alertPolicies`, `GET ${base}/${id}`]);
    expect(state).toMatchObject({
      name: id,
      conditions: [{ name: expect.stringContaining(`${id}/conditions/`) }],
      creationRecords: [{ mutatedBy: "sandbox@example.com" }],
    });
    expect((await engine.diff(id, state, inputs, inputs)).changes).toBe(1);
    expect(await engine.read(id, state, inputs)).toEqual({ id, state, inputs });

    const threshold = { ...wanted.conditions[0]?.conditionThreshold, thresholdValue: 30 };
    const news = {
      ...inputs,
      enabled: false,
      conditions: [{ ...inputs.conditions[0], conditionThreshold: threshold }],
    };
    expect((await engine.diff(id, state, inputs, news)).detailed).toEqual({
      "conditions[0].conditionThreshold.thresholdValue": 4,
      enabled: 4,
    });
    world.calls();
    const next = await engine.update(id, state, inputs, news);
    expect(world.calls()).toEqual([`PATCH ${base}/${id}?updateMask=enabled%2Cconditions`, `GET ${base}/${id}`]);
    expect(next.enabled).toBe(false);
    expect(next.conditions[0]).toMatchObject({
      name: state.conditions[0].name,
      conditionThreshold: { thresholdValue: 30 },
    });
    const imported = await engine.read(id, {}, null);
    expect((await engine.diff(id, imported.state, imported.inputs, news)).changes).toBe(1);
    await engine.delete(id, next);
    expect((await engine.read(id, next, news)).id).toBe("");
  });
});

describe("a dashboard", () => {
  const token = "gcp:monitoring/dashboard:Dashboard";
  const base = "monitoring.googleapis.com/v1";
  const json = (title: string) =>
    JSON.stringify({
      displayName: title,
      gridLayout: {
        widgets: [{ xyChart: { dataSets: [{ plotType: "LINE", timeSeriesQuery: { unitOverride: "1" } }] } }],
      },
    });

  it("is compared by what the program wrote, and changed with the etag it was read with", async () => {
    const engine = world.engine(token);
    const inputs = { dashboardJson: json("fleet") };
    const { id, state } = await engine.create((await engine.check(inputs)).inputs);
    expect(id).toMatch(/^projects\/123456789012\/dashboards\/[0-9a-f-]{36}$/);
    expect(world.calls()).toEqual([`POST ${base}/projects/acme-test/dashboards`, `GET ${base}/${id}`]);
    expect(JSON.parse(state.dashboardJson)).toMatchObject({ name: id, etag: expect.any(String) });
    expect(state.project).toBe("acme-test");
    expect((await engine.diff(id, state, inputs, inputs)).changes).toBe(1);
    expect(await engine.read(id, state, inputs)).toEqual({ id, state, inputs });
    const news = { dashboardJson: json("fleet 2") };
    expect((await engine.diff(id, state, inputs, news)).detailed).toEqual({ dashboardJson: 4 });
    world.calls();
    const next = await engine.update(id, state, inputs, news);
    expect(world.calls()).toEqual([`PATCH ${base}/${id}`, `GET ${base}/${id}`]);
    const outdated = { dashboardJson: json("fleet 3") };
    await expect(engine.update(id, state, inputs, outdated)).rejects.toThrow("409 ABORTED");
    const imported = await engine.read(id, {}, null);
    expect((await engine.diff(id, imported.state, imported.inputs, news)).changes).toBe(1);
    await engine.delete(id, next);
    expect((await engine.read(id, next, news)).id).toBe("");
    const wrong = await engine.check({ dashboardJson: "[]" });
    expect(wrong.failures).toEqual([
      { property: "dashboardJson", reason: "dashboardJson must be the text of a JSON object." },
    ]);
  });
});
