import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Stack as StackType } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithEngine, type EngineRoom, engineRoom } from "./engine.ts";

/* The engine itself, driven as `regions deploy` drives it: an inline program, state in files, no account, no network. */

interface State {
  readonly resources?: readonly { readonly urn: string; readonly type: string; readonly outputs?: unknown }[];
  readonly pending_operations?: readonly unknown[];
}

describeWithEngine("an inline program on the real engine", (engine) => {
  let room: EngineRoom;
  let stack: StackType;

  beforeAll(async () => {
    room = engineRoom(engine);
    const { LocalWorkspace, PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
    const { ComponentResource } = await import("@pulumi/pulumi");
    const program = async () => {
      const region = new ComponentResource("regions:test:Region", "europe-west3");
      return { regions: [region.urn] };
    };
    stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "sandbox", projectName: "fleet", program },
      {
        workDir: room.folder,
        pulumiHome: room.pulumiHome,
        envVars: { ...room.overlay },
        pulumiCommand: await PulumiCommand.get(engine.root === null ? {} : { root: engine.root }),
      },
    );
  });
  afterAll(() => room.remove());

  const urns = [
    "urn:pulumi:sandbox::fleet::pulumi:pulumi:Stack::fleet-sandbox",
    "urn:pulumi:sandbox::fleet::regions:test:Region::europe-west3",
  ];
  const state = async () => (await stack.exportStack()).deployment as State;

  it("says its version to the Automation API", () => {
    expect(stack.workspace.pulumiVersion).toBe(engine.version);
  });

  it("creates what the program declares", async () => {
    const result = await stack.up();
    expect(result.summary.resourceChanges).toEqual({ create: 2 });
    expect(result.outputs.regions).toEqual({ value: [urns[1]], secret: false });
  });

  it("plans no change afterwards, and streams its events", async () => {
    const seen: string[] = [];
    const { changeSummary } = await stack.preview({
      expectNoChanges: true,
      onEvent: ({ resourcePreEvent }) => {
        if (resourcePreEvent !== undefined)
          seen.push(`${resourcePreEvent.metadata.op} ${resourcePreEvent.metadata.urn}`);
      },
    });
    expect(changeSummary).toEqual({ same: 2 });
    expect(seen).toEqual(urns.map((urn) => `same ${urn}`));
  });

  it("keeps the state in files, whole and without pending operations", async () => {
    const { resources, pending_operations } = await state();
    expect(resources?.map(({ urn }) => urn)).toEqual(urns);
    expect(pending_operations ?? []).toEqual([]);
    expect(readdirSync(join(room.folder, "state/.pulumi/stacks/fleet"))).toContain("sandbox.json");
  });

  it("destroys it, and leaves no lock", async () => {
    expect((await stack.destroy()).summary.resourceChanges).toEqual({ delete: 2 });
    expect((await state()).resources ?? []).toEqual([]);
    expect(
      readdirSync(join(room.folder, "state/.pulumi/locks"), { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      ),
    ).toEqual([]);
  });
});
