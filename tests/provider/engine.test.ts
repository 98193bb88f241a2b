import * as gcp from "@pulumi/gcp";
import { type EngineEvent, LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { type RunningProvider, startProvider } from "../../src/stacks/provider/server.ts";
import { describeWithEngine, type EngineRoom, engineRoom } from "../engine/engine.ts";
import { ask } from "../sandbox/client.ts";
import { smallSeed } from "../sandbox/small-seed.ts";
import { hasty } from "./client.ts";
import { all, fleet, project, region } from "./every-kind.ts";

/* The provider under the real engine: what one deployment of each kind of function needs, and what comes after it. */

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
