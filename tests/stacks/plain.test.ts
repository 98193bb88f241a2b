import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { readFleet } from "../../src/cli/wire/fleet/input.ts";
import { createGoogle } from "../../src/clients/google.ts";
import { everything } from "../../src/deployers/port.ts";
import { createPulumiDeployer } from "../../src/deployers/pulumi.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { planFleet } from "../../src/stacks/plan/plan.ts";
import { type RunningProvider, startProvider } from "../../src/stacks/provider/server.ts";
import { describeWithEngine, type EngineRoom, engineRoom } from "../engine/engine.ts";
import { manifestOf } from "./fleet.ts";
import { everyKindSeed, everyKindText } from "./room.ts";
import { everyKind } from "./wire.ts";

const root = join(import.meta.dirname, "../..");

it("Pulumi.yaml names the program, and no provider that nobody chose", () => {
  const settings = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8"));
  expect(settings).toMatchObject({
    name: "regions",
    runtime: { name: "nodejs", options: { typescript: false } },
    main: "src/stacks/index.ts",
    config: { "pulumi:disable-default-providers": { value: ["gcp"] } },
  });
});

describeWithEngine("a plain pulumi on Pulumi.yaml", (engine) => {
  let room: EngineRoom;
  let checkout: string;
  let sandbox: Sandbox;
  let provider: RunningProvider;

  beforeEach(async () => {
    // Inside this checkout, where Node finds the packages, and reads TypeScript.
    room = engineRoom(engine, join(root, "tests/engine"));
    checkout = join(room.folder, "fleet");
    mkdirSync(join(checkout, "functions/lib"), { recursive: true });
    programIs("src/stacks/index.ts");
    writeFileSync(
      join(checkout, "regions.yaml"),
      everyKindText.replace("{ project: demo-regions }", "{ project: demo-regions, endpoint: sandbox }"),
    );
    writeFileSync(
      join(checkout, "functions/package.json"),
      '{ "name": "functions", "type": "module", "main": "lib/index.js" }',
    );
    writeFileSync(join(checkout, "functions/lib/index.js"), everyKind);
    sandbox = await startSandbox({ folder: join(checkout, ".regions/sandbox"), seed: everyKindSeed });
    provider = await startProvider({ endpoint: sandbox.base, token: sandbox.token, project: "demo-regions" });
  });
  afterEach(async () => {
    await provider.close();
    await sandbox.close();
    room.remove();
  });

  function programIs(file: string): void {
    const settings = readFileSync(join(root, "Pulumi.yaml"), "utf8");
    const main = relative(checkout, join(root, file)).replaceAll("\\", "/");
    writeFileSync(join(checkout, "Pulumi.yaml"), settings.replace("src/stacks/index.ts", main));
  }

  /** Not synchronously: the provider answers from this very process. */
  function pulumi(...args: readonly string[]): Promise<{ readonly status: unknown; readonly text: string }> {
    const env = { ...room.env, PULUMI_DEBUG_PROVIDERS: `gcp:${provider.port}`, PULUMI_STACK: "sandbox" };
    const command = [...args, "--non-interactive", "--color", "never"];
    return new Promise((resolve) => {
      execFile(engine.executable, command, { cwd: checkout, env }, (error, stdout, stderr) =>
        resolve({ status: error?.code ?? 0, text: `${stdout}${stderr}` }),
      );
    });
  }

  it.each(["src/stacks/index.ts", "dist/stack.js"])(
    "with %s deploys the same fleet as `regions deploy`, which then finds nothing to do",
    async (program) => {
      programIs(program);
      expect((await pulumi("stack", "init", "sandbox")).status).toBe(0);
      const up = await pulumi("up", "--yes", "--skip-preview");
      expect(up.text).not.toContain("error:");
      expect(up.status).toBe(0);
      const manifest = manifestOf(readFileSync(join(checkout, "regions.yaml"), "utf8"));
      const google = createGoogle({ endpoint: { base: sandbox.base }, token: async () => sandbox.token });
      const { signal } = new AbortController();
      const { input } = await readFleet({ root: checkout, manifest, google, patienceMs: 30_000, signal });
      const site = {
        engine,
        environment: "sandbox",
        projectName: "regions",
        folder: join(room.folder, "site"),
        backend: room.overlay.PULUMI_BACKEND_URL ?? "",
        variables: { ...room.overlay, PULUMI_DEBUG_PROVIDERS: `gcp:${provider.port}` },
        keepsEveryStep: true,
        policyPack: null,
        parallel: () => 8,
      };
      const deployer = createPulumiDeployer({ site, manifest, plan: planFleet(input), google });
      const preview = await deployer.preview({ scope: everything, refresh: true, signal });
      expect([preview.changes, preview.failures]).toEqual([[], []]);
      expect(preview.unchanged).toBe(planFleet(input).resources.length);
    },
  );

  it("tells what is wrong with the manifest, without a stack of our own source", async () => {
    expect((await pulumi("stack", "init", "sandbox")).status).toBe(0);
    writeFileSync(
      join(checkout, "regions.yaml"),
      everyKindText.replace("class: payments, trigger: https", "class: payment, trigger: https"),
    );
    const preview = await pulumi("preview");
    expect(preview.status).not.toBe(0);
    expect(preview.text).toContain('class "payment" is not declared under classes.');
    expect(preview.text).not.toContain("    at ");
  });
});
