import * as gcp from "@pulumi/gcp";
import { asset } from "@pulumi/pulumi";
import { type EngineEvent, LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { type RunningProvider, startProvider } from "../../src/stacks/provider/server.ts";
import { describeWithEngine, type EngineRoom, engineRoom } from "../engine/engine.ts";
import { ask } from "../sandbox/client.ts";
import { smallSeed } from "../sandbox/small-seed.ts";
import { hasty } from "./client.ts";

/* The provider under the real engine: what one deployment of each kind of function needs, and what comes after it. */

const project = "acme-test";
const region = "europe-west3";
const tool = { "deployment-tool": "regions" };

interface Wish {
  readonly maxInstances?: number;
  readonly without?: "task";
  readonly import?: { name: string; id: string; maxInstances: number };
}

/** One function of each kind with all that goes with it. */
function fleet(wish: Wish = {}) {
  return async () => {
    const google = new gcp.Provider("google", { project, addPulumiAttributionLabel: false });
    const with_ = { provider: google };
    const imported = wish.import;
    if (imported !== undefined) {
      new gcp.cloudfunctionsv2.Function(
        "imported",
        {
          name: imported.name,
          location: "europe-west1",
          buildConfig: { runtime: "nodejs22", entryPoint: imported.name },
          serviceConfig: { availableMemory: "256Mi", maxInstanceCount: imported.maxInstances },
        },
        { ...with_, import: imported.id, ignoreChanges: ["buildConfig.source"], protect: true },
      );
      return;
    }
    const bucket = new gcp.storage.Bucket(
      "sources",
      { name: "acme-sources", location: region, forceDestroy: true },
      with_,
    );
    const archive = new gcp.storage.BucketObject(
      "archive",
      {
        bucket: bucket.name,
        name: "src/0f.zip",
        source: new asset.AssetArchive({ "index.js": new asset.StringAsset("1") }),
      },
      with_,
    );
    const account = new gcp.serviceaccount.Account(
      "payments",
      { accountId: "payments", displayName: "Payments" },
      with_,
    );
    new gcp.projects.IAMMember("logs", { project, role: "roles/logging.logWriter", member: account.member }, with_);
    const secret = new gcp.secretmanager.SecretIamMember(
      "key",
      { secretId: "STRIPE_KEY", role: "roles/secretmanager.secretAccessor", member: account.member },
      with_,
    );
    const second = (name: string, more: Partial<gcp.cloudfunctionsv2.FunctionArgs> = {}, service: object = {}) =>
      new gcp.cloudfunctionsv2.Function(
        `${name}@${region}`,
        {
          name,
          location: region,
          labels: tool,
          buildConfig: {
            runtime: "nodejs22",
            entryPoint: name,
            source: { storageSource: { bucket: bucket.name, object: archive.name } },
          },
          serviceConfig: {
            availableMemory: "256Mi",
            availableCpu: "0.1666",
            maxInstanceCount: 10,
            serviceAccountEmail: account.email,
            environmentVariables: { LOG: "1" },
            ...service,
          },
          ...more,
        },
        { ...with_, dependsOn: [secret] },
      );
    const callable = second("getStats", {}, { maxInstanceCount: wish.maxInstances ?? 10 });
    const key = { key: "STRIPE_KEY", projectId: project, secret: "STRIPE_KEY", version: "latest" };
    const webhook = second("stripeHook", {}, { secretEnvironmentVariables: [key] });
    for (const [name, one] of Object.entries({ getStats: callable, stripeHook: webhook })) {
      new gcp.cloudrunv2.ServiceIamMember(
        `open ${name}`,
        {
          location: region,
          name: one.serviceConfig.apply((config) => config?.service ?? ""),
          role: "roles/run.invoker",
          member: "allUsers",
        },
        with_,
      );
    }
    const nightly = second("nightly");
    new gcp.cloudscheduler.Job(
      "nightly",
      {
        name: "nightly",
        region,
        schedule: "0 3 * * *",
        httpTarget: {
          uri: nightly.url,
          httpMethod: "POST",
          oidcToken: { serviceAccountEmail: account.email, audience: nightly.url },
        },
      },
      with_,
    );
    if (wish.without !== "task") {
      second("remind");
      new gcp.cloudtasks.Queue("remind", { name: "remind", location: region, retryConfig: { maxAttempts: 3 } }, with_);
    }
    second("onUser", {
      eventTrigger: {
        eventType: "google.cloud.firestore.document.v1.created",
        triggerRegion: "eur3",
        eventFilters: [
          { attribute: "database", value: "(default)" },
          { attribute: "document", value: "users/{id}", operator: "match-path-pattern" },
        ],
        retryPolicy: "RETRY_POLICY_DO_NOT_RETRY",
        serviceAccountEmail: account.email,
      },
    });
    const first = (name: string, trigger: Partial<gcp.cloudfunctions.FunctionArgs>) =>
      new gcp.cloudfunctions.Function(
        `${name}@${region}`,
        {
          name,
          region,
          runtime: "nodejs22",
          entryPoint: name,
          sourceArchiveBucket: bucket.name,
          sourceArchiveObject: archive.name,
          labels: tool,
          ...trigger,
        },
        with_,
      );
    const old = first("oldHook", { triggerHttp: true });
    new gcp.cloudfunctions.FunctionIamMember(
      "open oldHook",
      { region, cloudFunction: old.name, role: "roles/cloudfunctions.invoker", member: "allUsers" },
      with_,
    );
    const topic = new gcp.pubsub.Topic("weekly", { name: "weekly", labels: tool }, with_);
    first("weekly", { eventTrigger: { eventType: "google.pubsub.topic.publish", resource: topic.id } });
    const pubsubTarget = { topicName: topic.id, attributes: { scheduled: "true" } };
    new gcp.cloudscheduler.Job("weekly", { name: "weekly", region, schedule: "0 6 * * 1", pubsubTarget }, with_);
    new gcp.monitoring.AlertPolicy(
      "vcpu",
      {
        displayName: "vCPU",
        combiner: "OR",
        conditions: [
          {
            displayName: "over 24",
            conditionThreshold: {
              filter: 'metric.type="run.googleapis.com/container/cpu/allocation_time"',
              comparison: "COMPARISON_GT",
              thresholdValue: 24,
              duration: "0s",
            },
          },
        ],
      },
      with_,
    );
    const chart = { xyChart: { dataSets: [{ plotType: "LINE", timeSeriesQuery: { unitOverride: "1" } }] } };
    const dashboardJson = JSON.stringify({ displayName: "fleet", gridLayout: { widgets: [chart] } });
    new gcp.monitoring.Dashboard("fleet", { dashboardJson }, with_);
    return { url: callable.url };
  };
}

/** Resources of the whole fleet, stack and provider among them. */
const all = 23;

describeWithEngine("the provider under the real engine", (engine) => {
  let room: EngineRoom;
  let sandbox: Sandbox;
  let provider: RunningProvider;
  beforeEach(async () => {
    room = engineRoom(engine);
    sandbox = await startSandbox({ folder: null, seed: { ...smallSeed, secrets: ["STRIPE_KEY"] } });
    const { base: endpoint, token } = sandbox;
    provider = await startProvider({ endpoint, token, project, patience: hasty });
  });
  afterEach(async () => {
    await provider.close();
    await sandbox.close();
    room.remove();
  });

  async function stackOf(program: () => Promise<unknown>, stackName = "dev"): Promise<Stack> {
    return LocalWorkspace.createOrSelectStack(
      { stackName, projectName: "fleet", program: program as never },
      {
        pulumiHome: room.pulumiHome,
        pulumiCommand: await PulumiCommand.get(engine.root === null ? {} : { root: engine.root }),
        envVars: { ...room.overlay, PULUMI_DEBUG_PROVIDERS: `gcp:${provider.port}` },
      },
    );
  }
  const up = async (program: () => Promise<unknown>) => (await (await stackOf(program)).up()).summary.resourceChanges;
  const writes = () => {
    const lines = sandbox.log
      .entries()
      .filter((entry) => entry.writes)
      .map(({ method, path }) => `${method} ${path}`);
    sandbox.log.clear();
    return lines;
  };

  it("creates one function of each kind with all around it, and then finds nothing to do", async () => {
    const stack = await stackOf(fleet());
    const preview = await stack.preview();
    expect(preview.changeSummary).toEqual({ create: all });
    expect(writes()).toEqual([]);
    const first = await stack.up();
    expect(first.summary.resourceChanges).toEqual({ create: all });
    expect(first.outputs.url?.value).toBe("https://europe-west3-acme-test.cloudfunctions.net/getStats");
    writes();
    expect(await up(fleet())).toEqual({ same: all });
    const refreshed = await stack.refresh({ expectNoChanges: true });
    expect(refreshed.summary.resourceChanges).toEqual({ same: all });
    expect((await stack.preview({ refresh: true, expectNoChanges: true })).changeSummary).toEqual({ same: all });
    expect(writes()).toEqual([]);
    const listed = await ask(
      sandbox,
      "GET",
      `cloudfunctions.googleapis.com/v2/projects/${project}/locations/-/functions`,
    );
    const states = (listed.body.functions as { name: string; state: string }[]).filter(({ name }) =>
      /(getStats|stripeHook|nightly|remind|onUser|oldHook|weekly)$/.test(name),
    );
    expect(states.map(({ state }) => state)).toEqual(Array.from({ length: 7 }, () => "ACTIVE"));
    await stack.destroy();
    expect(
      Object.keys(
        (await ask(sandbox, "GET", "storage.googleapis.com/storage/v1/b?project=acme-test")).body.items as object,
      ),
    ).toHaveLength(2);
  });

  it("makes one update of one field, one deletion of what is gone, and puts back what others changed", async () => {
    await up(fleet());
    writes();
    expect(await up(fleet({ maxInstances: 20 }))).toEqual({ same: all - 1, update: 1 });
    expect(writes()).toEqual([
      `PATCH /v2/projects/acme-test/locations/${region}/functions/getStats?updateMask=serviceConfig`,
    ]);
    expect(await up(fleet({ maxInstances: 20, without: "task" }))).toEqual({ same: all - 2, delete: 2 });
    expect(writes().sort()).toEqual([
      `DELETE /v2/projects/acme-test/locations/${region}/functions/remind`,
      `DELETE /v2/projects/acme-test/locations/${region}/queues/remind`,
    ]);
    const path = `cloudfunctions.googleapis.com/v2/projects/acme-test/locations/${region}/functions/nightly`;
    await ask(sandbox, "PATCH", `${path}?updateMask=serviceConfig.maxInstanceCount`, {
      serviceConfig: { maxInstanceCount: 99 },
    });
    writes();
    const events: EngineEvent[] = [];
    const stack = await stackOf(fleet({ maxInstances: 20, without: "task" }));
    const preview = await stack.preview({ refresh: true, onEvent: (event) => events.push(event) });
    expect(preview.changeSummary).toEqual({ same: all - 3, update: 1 });
    const changed = events.flatMap(({ resourcePreEvent: event }) =>
      event?.metadata.op === "update" ? [Object.keys(event.metadata.detailedDiff ?? {})] : [],
    );
    expect(changed).toEqual([["serviceConfig.maxInstanceCount"]]);
    expect(writes()).toEqual([]);
    await stack.up({ refresh: true });
    expect(writes()).toHaveLength(1);
    expect((await ask(sandbox, "GET", path)).body.serviceConfig).toMatchObject({ maxInstanceCount: 10 });
  });

  it("imports what is live without a write, and shows a difference as an update", async () => {
    const id = "projects/acme-test/locations/europe-west1/functions/stripeWebhook";
    const program = fleet({ import: { name: "stripeWebhook", id, maxInstances: 10 } });
    const stack = await stackOf(program);
    expect((await stack.preview()).changeSummary).toEqual({ create: 2, import: 1 });
    const imported = await stack.up();
    expect(imported.summary.resourceChanges).toEqual({ create: 2, import: 1 });
    expect((await stack.preview({ refresh: true, expectNoChanges: true })).changeSummary).toEqual({ same: 3 });
    expect(writes()).toEqual([]);
    const other = await stackOf(fleet({ import: { name: "stripeWebhook", id, maxInstances: 11 } }), "other");
    expect((await other.preview()).changeSummary).toEqual({ create: 2, import: 1, update: 1 });
    expect(writes()).toEqual([]);
  });

  it("ends as an undisturbed deployment when it is run again after a failure", async () => {
    sandbox.faults.add({
      match: { pathIncludes: "functionId=stripeHook" },
      times: 1,
      do: { kind: "operation-error", message: "Container Healthcheck failed." },
    });
    sandbox.faults.add({ match: { pathIncludes: "functionId=nightly" }, times: 1, do: { kind: "drop" } });
    sandbox.faults.add({ match: { pathIncludes: "/queues" }, times: 3, do: { kind: "status", status: 429 } });
    const stack = await stackOf(fleet());
    await expect(stack.up()).rejects.toThrow("Container Healthcheck failed.");
    const again = await stack.up();
    expect(again.summary.result).toBe("succeeded");
    expect(await up(fleet())).toEqual({ same: all });
    await stack.refresh({ expectNoChanges: true });
    const created = sandbox.log.entries().filter(({ method, path }) => method === "POST" && /functionId=/.test(path));
    expect(created).toHaveLength(5);
  });

  it("fails by name for a type that it does not serve", async () => {
    const stack = await stackOf(async () => {
      const google = new gcp.Provider("google", { project });
      new gcp.pubsub.Subscription("s", { name: "s", topic: "t" }, { provider: google });
    });
    await expect(stack.preview()).rejects.toThrow(
      "The sandbox's provider does not serve resources of type gcp:pubsub/subscription:Subscription.",
    );
  });
});
