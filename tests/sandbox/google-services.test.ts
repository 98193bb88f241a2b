import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { ask, startSmall } from "./client.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSmall();
});
afterEach(() => sandbox.close());

describe("Cloud Scheduler", () => {
  const jobs = "cloudscheduler.googleapis.com/v1/projects/acme-test/locations/europe-west1/jobs";
  const job = `${jobs}/firebase-schedule-nightlyExport-europe-west1`;
  const uri = "https://nightlyexport-k3v7q2m9xa-ew.a.run.app";

  it("holds the job that firebase makes for a scheduled function", async () => {
    expect((await ask(sandbox, "GET", job)).body).toMatchObject({
      schedule: "0 3 * * *",
      timeZone: "Europe/Paris",
      state: "ENABLED",
      httpTarget: { uri, httpMethod: "POST", oidcToken: { audience: uri } },
    });
  });

  it("pauses only what runs, and takes a resume of what runs without complaint", async () => {
    expect((await ask(sandbox, "POST", `${job}:resume`)).body.state).toBe("ENABLED");
    expect((await ask(sandbox, "POST", `${job}:pause`)).body.state).toBe("PAUSED");
    expect((await ask(sandbox, "POST", `${job}:pause`)).status).toBe(400);
    expect((await ask(sandbox, "POST", `${job}:resume`)).body.state).toBe("ENABLED");
  });

  it("creates, changes by mask and deletes", async () => {
    const name = "projects/acme-test/locations/europe-west1/jobs/weekly";
    const body = { name, schedule: "0 6 * * 1", httpTarget: { uri: "https://example.com/a", httpMethod: "POST" } };
    expect((await ask(sandbox, "POST", jobs, body)).body).toMatchObject({ state: "ENABLED", timeZone: "UTC" });
    expect((await ask(sandbox, "POST", jobs, body)).body.error).toMatchObject({ code: 409, status: "ALREADY_EXISTS" });
    const changed = await ask(sandbox, "PATCH", `${jobs}/weekly?updateMask=httpTarget.uri`, {
      httpTarget: { uri: "https://example.com/b" },
      schedule: "* * * * *",
    });
    expect(changed.body).toMatchObject({
      schedule: "0 6 * * 1",
      httpTarget: { uri: "https://example.com/b", httpMethod: "POST" },
    });
    const both = { ...body, pubsubTarget: { topicName: "projects/acme-test/topics/t" }, name: `${name}2` };
    expect((await ask(sandbox, "POST", jobs, both)).status).toBe(400);
    expect((await ask(sandbox, "DELETE", `${jobs}/weekly`)).status).toBe(200);
    expect((await ask(sandbox, "GET", `${jobs}/weekly`)).status).toBe(404);
  });
});

describe("Cloud Tasks", () => {
  const queues = "cloudtasks.googleapis.com/v2/projects/acme-test/locations/europe-west3/queues";

  it("holds the queue of a task function", async () => {
    expect((await ask(sandbox, "GET", `${queues}/executeScheduledCall`)).body).toMatchObject({
      name: "projects/acme-test/locations/europe-west3/queues/executeScheduledCall",
      state: "RUNNING",
      rateLimits: { maxConcurrentDispatches: 1000, maxDispatchesPerSecond: 500 },
    });
  });

  it("creates on update, pauses, disables and deletes", async () => {
    const override = { httpTarget: { uriOverride: { host: "europe-west3-acme-test.cloudfunctions.net" } } };
    const patched = await ask(sandbox, "PATCH", `${queues}/late?updateMask=httpTarget`, override);
    expect(patched.body).toMatchObject({ ...override, state: "RUNNING" });
    const name = "projects/acme-test/locations/europe-west3/queues/late";
    expect((await ask(sandbox, "POST", queues, { name })).status).toBe(409);
    expect((await ask(sandbox, "POST", `${queues}/late:pause`, {})).body.state).toBe("PAUSED");
    expect((await ask(sandbox, "POST", `${queues}/late:resume`, {})).body.state).toBe("RUNNING");
    const disabled = await ask(sandbox, "PATCH", `${queues}/late?updateMask=name,state`, { name, state: "DISABLED" });
    expect(disabled.body).toMatchObject({ ...override, state: "DISABLED" });
    expect((await ask(sandbox, "DELETE", `${queues}/late`)).status).toBe(200);
    expect((await ask(sandbox, "GET", `${queues}/late`)).status).toBe(404);
  });

  it("lists its own locations", async () => {
    const { body } = await ask(sandbox, "GET", "cloudtasks.googleapis.com/v2/projects/acme-test/locations");
    expect((body.locations as { locationId: string }[]).map((location) => location.locationId)).toContain(
      "europe-west3",
    );
  });
});

describe("the rest of what a look reads", () => {
  it("says where databases and buckets lie", async () => {
    const databases = await ask(sandbox, "GET", "firestore.googleapis.com/v1/projects/acme-test/databases");
    expect(databases.body.databases).toMatchObject([
      { name: "projects/acme-test/databases/(default)", locationId: "eur3", type: "FIRESTORE_NATIVE" },
    ]);
    const path = "storage.googleapis.com/storage/v1/b?project=acme-test&fields=kind,items(name,location)";
    expect((await ask(sandbox, "GET", path)).body).toEqual({
      kind: "storage#buckets",
      items: [
        { name: "acme-exports", location: "EUROPE-WEST1" },
        { name: "acme-test.appspot.com", location: "EU" },
      ],
    });
    const missing = await ask(sandbox, "GET", "storage.googleapis.com/storage/v1/b/nothing");
    expect(missing.body).toEqual({
      error: {
        code: 404,
        message: "The specified bucket does not exist.",
        errors: [{ message: "The specified bucket does not exist.", domain: "global", reason: "notFound" }],
      },
    });
  });

  it("gives the vCPU in use as one series per region, whose peak is the seed's figure", async () => {
    const query = new URLSearchParams({
      filter: 'metric.type="run.googleapis.com/container/cpu/allocation_time" AND resource.type="cloud_run_revision"',
      "interval.startTime": "2026-11-21T12:00:00Z",
      "interval.endTime": "2026-11-22T12:00:00Z",
      "aggregation.alignmentPeriod": "300s",
      "aggregation.perSeriesAligner": "ALIGN_RATE",
    });
    const path = "monitoring.googleapis.com/v3/projects/acme-test/timeSeries";
    const { body } = await ask(sandbox, "GET", `${path}?${query}`);
    const series = body.timeSeries as {
      resource: { labels: { location: string } };
      points: { interval: { startTime: string; endTime: string }; value: { doubleValue: number } }[];
    }[];
    expect(
      series.map(({ resource, points }) => [
        resource.labels.location,
        points.length,
        Math.max(...points.map((point) => point.value.doubleValue)),
      ]),
    ).toEqual([
      ["europe-west1", 288, 3.4],
      ["europe-west3", 288, 2.1],
    ]);
    expect(series[0]?.points[0]?.interval).toEqual({
      startTime: "2026-11-22T11:55:00.000Z",
      endTime: "2026-11-22T12:00:00.000Z",
    });
    query.delete("filter");
    expect((await ask(sandbox, "GET", `${path}?${query}`)).status).toBe(400);
  });

  it("lists push subscriptions, with the one of each event trigger", async () => {
    const { body } = await ask(sandbox, "GET", "pubsub.googleapis.com/v1/projects/acme-test/subscriptions");
    expect(body.subscriptions).toMatchObject([
      {
        name: expect.stringMatching(/\/eventarc-eur3-onprovidercreated-\d{6}-sub$/),
        pushConfig: {
          pushEndpoint: "https://onprovidercreated-k3v7q2m9xa-ey.a.run.app?__GCP_CloudEventsMode=CE_PUBSUB_BINDING",
        },
      },
      {
        name: "projects/acme-test/subscriptions/orders-push",
        topic: "projects/acme-test/topics/orders",
        pushConfig: { pushEndpoint: "https://europe-west1-acme-test.cloudfunctions.net/ordersPush" },
      },
    ]);
  });

  it("grants every permission that is asked about", async () => {
    const path = "cloudresourcemanager.googleapis.com/v1/projects/acme-test:testIamPermissions";
    const permissions = ["cloudfunctions.functions.list", "run.services.list"];
    expect((await ask(sandbox, "POST", path, { permissions })).body).toEqual({ permissions });
  });
});
