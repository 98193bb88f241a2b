import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Engine } from "../../src/stacks/engine/judge.ts";
import { describeWithEngine } from "../engine/engine.ts";
import { everyKindText } from "../stacks/room.ts";
import { everyKind } from "../stacks/wire.ts";
import { type Ran, run } from "./run.ts";

/** The fleet of every kind, for a sandbox that starts with nothing but secrets, a database and buckets. */
const text = everyKindText
  .replace("{ project: demo-regions }", "{ project: demo-regions, endpoint: sandbox }")
  .replace("  uploaded: core\n", "");
const code = everyKind
  .replaceAll("STRIPE_KEY", "STRIPE_SECRET_KEY")
  .replace(/^export const (?:uploaded|partner).*$/gm, "");

let fleet: string;
beforeAll(() => {
  fleet = mkdtempSync(join(tmpdir(), "regions-deploy-"));
  mkdirSync(join(fleet, "functions/lib"), { recursive: true });
  symlinkSync(join(import.meta.dirname, "../../node_modules"), join(fleet, "node_modules"), "junction");
  const manifest = { name: "functions", type: "module", main: "lib/index.js" };
  writeFileSync(join(fleet, "functions/package.json"), JSON.stringify(manifest));
  writeFileSync(join(fleet, "functions/lib/index.js"), code);
  writeFileSync(join(fleet, "regions.yaml"), text);
});
afterAll(() => rmSync(fleet, { recursive: true, force: true }));

function regions(engine: Engine, ...args: readonly string[]): Promise<Ran> {
  return run(args, { cwd: fleet, env: { REGIONS_PULUMI_ROOT: engine.root ?? "" } });
}

const lastLine = ({ stdout }: Ran): string | undefined => stdout.trimEnd().split("\n").at(-1);

it("without an engine, deploying says where it looked and what to install", async () => {
  const { stderr, code } = await run(["preview"], { cwd: fleet, env: { PATH: "/nonexistent" } });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^No Pulumi engine can be used\. Looked in this order:/);
  expect(stderr).toContain("Install Pulumi");
});

// One after the other, on one sandbox: what a person types who deploys for the first time.
describeWithEngine("preview, deploy and destroy, as processes", (engine) => {
  it("shows a fleet that is not there yet, and deploys nothing without consent", async () => {
    expect((await regions(engine, "sandbox", "reset", "--empty")).code).toBe(0);
    const preview = await regions(engine, "preview");
    expect(preview.stderr).toBe("");
    expect([preview.code, lastLine(preview)]).toEqual([
      0,
      "sandbox (project demo-regions): 44 to create, 0 as they should be. Exit code 0.",
    ]);
    expect((await regions(engine, "preview", "--expect-no-changes", "--format", "json")).code).toBe(1);
    const unasked = await regions(engine, "deploy");
    expect([unasked.code, lastLine(unasked)]).toEqual([
      2,
      "Nothing deployed: nobody is at the terminal to agree. Give --yes to deploy, or use `regions preview`. Exit code 2.",
    ]);
  });

  it("deploys it, and then has nothing to do", async () => {
    const deployed = await regions(engine, "deploy", "--yes");
    expect([deployed.code, lastLine(deployed)]).toEqual([
      0,
      "sandbox (project demo-regions): 44 changes made, 0 parts stayed as they were. Exit code 0.",
    ]);
    const again = await regions(engine, "deploy", "--yes");
    expect([again.code, lastLine(again)]).toEqual([
      0,
      "sandbox (project demo-regions): nothing to do, 44 parts are as they should be. Exit code 0.",
    ]);
    expect((await regions(engine, "preview", "--refresh", "--expect-no-changes")).code).toBe(0);
  });

  it("tells one change as data, and refuses a change of region with the command to type", async () => {
    const larger = text.replace("memory: 512Mi, cpu: 1 }", "memory: 1Gi, cpu: 1 }");
    writeFileSync(join(fleet, "regions.yaml"), larger);
    const preview = await regions(engine, "preview", "--format", "json");
    const { changes, unchanged, failures } = JSON.parse(preview.stdout);
    expect([preview.code, changes, failures]).toEqual([
      0,
      [
        {
          operation: "update",
          kind: "function",
          function: "webhook",
          region: "europe-west3",
          class: "payments",
          detail: null,
          fields: [{ field: "memory", from: "512Mi", to: "1024Mi" }],
        },
      ],
      [],
    ]);
    expect(unchanged).toBe(43);
    writeFileSync(join(fleet, "regions.yaml"), larger.replace("  heard: core", "  heard: payments"));
    const moved = await regions(engine, "deploy", "--yes");
    expect(moved.code).toBe(1);
    expect(moved.stdout).toContain("heard is live in europe-west1 and would go to europe-west3");
    expect(moved.stdout).toContain("regions migrate heard --to europe-west3");
    // What is out of the way can still be deployed.
    const only = await regions(engine, "deploy", "--yes", "--function", "webhook");
    expect([only.code, lastLine(only)]).toEqual([
      0,
      expect.stringMatching(
        /^sandbox \(project demo-regions\): 1 change made, \d+ parts stayed as they were\. Exit code 0\.$/,
      ),
    ]);
  });

  it("deletes all of it, and leaves nothing in the state", async () => {
    writeFileSync(join(fleet, "regions.yaml"), text);
    const destroyed = await regions(engine, "destroy", "--yes");
    expect([destroyed.code, lastLine(destroyed)]).toEqual([
      0,
      "sandbox (project demo-regions): 44 parts deleted, 0 failed. Exit code 0.",
    ]);
    const { stdout } = await regions(engine, "list", "deployed", "--format", "json");
    expect(JSON.parse(stdout).functions).toEqual([]);
    expect(lastLine(await regions(engine, "preview"))).toContain(" to create, 0 as they should be.");
  });
});
