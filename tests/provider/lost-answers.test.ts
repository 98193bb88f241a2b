import { createHash } from "node:crypto";
import { asset } from "@pulumi/pulumi";
import { serializeProperty } from "@pulumi/pulumi/runtime/rpc.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask } from "../sandbox/client.ts";
import { type Inputs, startWorld, type World } from "./client.ts";
import { token, v2, wanted } from "./one-function.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  await world.archive("a.zip");
});
afterEach(() => world.close());

function functionEngine() {
  return world.engine(token);
}

describe("a lost answer", () => {
  const account = "gcp:serviceaccount/account:Account";
  const filter = 'metric.type="run.googleapis.com/request_count"';
  const threshold = { filter, comparison: "COMPARISON_GT", duration: "0s", thresholdValue: 1 };
  const rows: readonly (readonly [string, Inputs, string])[] = [
    [token, wanted(), "/functions"],
    [
      "gcp:cloudfunctions/function:Function",
      {
        name: "oldStyle",
        region: "europe-west1",
        runtime: "nodejs22",
        sourceArchiveBucket: "acme-exports",
        sourceArchiveObject: "a.zip",
        triggerHttp: true,
        labels: { "deployment-tool": "regions" },
      },
      "/functions",
    ],
    [
      "gcp:storage/bucket:Bucket",
      { name: "acme-sources", location: "EU", labels: { tool: "regions" } },
      "/storage/v1/b",
    ],
    ["gcp:storage/bucketObject:BucketObject", { bucket: "acme-exports", name: "b", content: "b" }, "/upload/"],
    [account, { accountId: "payments", displayName: "Payments" }, "/serviceAccounts"],
    ["gcp:pubsub/topic:Topic", { name: "nightly", labels: { tool: "regions" } }, "/topics"],
    [
      "gcp:cloudscheduler/job:Job",
      {
        name: "nightly",
        region: "europe-west3",
        schedule: "0 3 * * *",
        pubsubTarget: { topicName: "projects/p/topics/t" },
      },
      "/jobs",
    ],
    [
      "gcp:cloudtasks/queue:Queue",
      { name: "remind", location: "europe-west3", retryConfig: { maxAttempts: 3 } },
      "/queues",
    ],
    [
      "gcp:monitoring/alertPolicy:AlertPolicy",
      { displayName: "errors", combiner: "OR", conditions: [{ displayName: "5xx", conditionThreshold: threshold }] },
      "/alertPolicies",
    ],
    [
      "gcp:monitoring/dashboard:Dashboard",
      {
        dashboardJson: JSON.stringify({ displayName: "fleet", gridLayout: { widgets: [{ text: { content: "a" } }] } }),
      },
      "/dashboards",
    ],
  ];

  it.each(rows)(
    "of the creation of %s is settled by a look, and nothing is created twice",
    async (type, given, path) => {
      const engine = world.engine(type);
      const { inputs, failures } = await engine.check(given);
      expect(failures).toEqual([]);
      const creations = (line: string): boolean =>
        /^(POST|PUT) /.test(line) && line.includes(path) && !/:resume$/.test(line);
      const method = type.includes("topic") ? "PUT" : "POST";
      world.sandbox.faults.add({ match: { method, pathIncludes: path }, times: 1, do: { kind: "drop" } });
      const { id, state } = await engine.create(inputs);
      expect(world.calls().filter(creations)).toHaveLength(1);
      await engine.configure({ addPulumiAttributionLabel: "true" });
      expect((await engine.diff(id, state, inputs, inputs)).detailed).toEqual({});
    },
  );

  it.each(rows)("of a creation of %s that never arrived is sent again", async (type, given, path) => {
    const engine = world.engine(type);
    const { inputs } = await engine.check(given);
    const method = type.includes("topic") ? "PUT" : "POST";
    world.sandbox.faults.add({ match: { method, pathIncludes: path }, times: 1, do: { kind: "status", status: 503 } });
    const { id, state } = await engine.create(inputs);
    const sent = world.calls().filter((line) => line.startsWith(method) && line.includes(path));
    expect(sent.map((line) => line.endsWith(" 503")).slice(0, 2)).toEqual([true, false]);
    expect((await engine.read(id, state, inputs)).id).toBe(id);
  });

  it("does not take over what somebody else has made", async () => {
    const engine = functionEngine();
    await expect(engine.create(wanted("stripeWebhook", "europe-west1"))).rejects.toThrow("409 ALREADY_EXISTS");
    expect(world.calls()).toEqual([`POST ${v2}/europe-west1/functions?functionId=stripeWebhook 409`]);
    world.sandbox.faults.add({ match: { method: "POST" }, times: 1, do: { kind: "drop" } });
    await expect(engine.create(wanted("stripeWebhook", "europe-west1"))).rejects.toThrow(
      "what is there under this name is not what was to be created",
    );
  });

  it("of a change, a deletion or a policy is followed by the same once more", async () => {
    const engine = functionEngine();
    const inputs = wanted();
    const { id, state } = await engine.create(inputs);
    world.sandbox.faults.add({ match: { method: "PATCH" }, times: 1, do: { kind: "drop" } });
    expect((await engine.update(id, state, inputs, { ...inputs, description: "new" })).description).toBe("new");
    world.sandbox.faults.add({ match: { method: "DELETE" }, times: 1, do: { kind: "drop" } });
    await engine.delete(id, state);
    expect((await engine.read(id, state, inputs)).id).toBe("");
    const member = world.engine("gcp:projects/iAMMember:IAMMember");
    world.sandbox.faults.add({ match: { pathIncludes: ":setIamPolicy" }, times: 1, do: { kind: "drop" } });
    await member.create({ project: "acme-test", role: "roles/viewer", member: "user:a@example.com" });
    const path = "cloudresourcemanager.googleapis.com/v1/projects/acme-test:getIamPolicy";
    expect((await ask(world.sandbox, "POST", path, {})).body.bindings).toEqual([
      { role: "roles/viewer", members: ["user:a@example.com"] },
    ]);
  });

  it("of an upload is settled by the checksum", async () => {
    const engine = world.engine("gcp:storage/bucketObject:BucketObject");
    const source = {
      ...(await serializeProperty("source", new asset.StringAsset("mine"), new Set())),
      hash: createHash("sha256").update("mine").digest("hex"),
    };
    await ask(
      world.sandbox,
      "POST",
      "storage.googleapis.com/upload/storage/v1/b/acme-exports/o?uploadType=media&name=m",
      {},
    );
    world.calls();
    world.sandbox.faults.add({ match: { pathIncludes: "/upload/" }, times: 1, do: { kind: "status", status: 503 } });
    await expect(engine.create({ bucket: "acme-exports", name: "m", source })).rejects.toThrow(
      "what is there under this name is not what was to be created",
    );
  });
});
