import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeWithEngine, type EngineRoom, engineRoom } from "../engine/engine.ts";

/* `regions sandbox --provider` as users have it, and a plain `pulumi` in another terminal. */

const regions = fileURLToPath(new URL("../../dist/regions.js", import.meta.url));

const program = `
import * as gcp from "@pulumi/gcp";
const google = new gcp.Provider("google", { project: "demo-regions", addPulumiAttributionLabel: false });
const bucket = new gcp.storage.Bucket("sources", { name: "demo-sources", location: "EU" }, { provider: google });
const archive = new gcp.storage.BucketObject("archive", { bucket: bucket.name, name: "a.zip", content: "zip" }, { provider: google });
const hello = new gcp.cloudfunctionsv2.Function("hello@europe-west1", {
  name: "hello",
  location: "europe-west1",
  buildConfig: { runtime: "nodejs22", entryPoint: "hello", source: { storageSource: { bucket: bucket.name, object: archive.name } } },
  serviceConfig: { availableMemory: "256Mi", maxInstanceCount: 3 },
}, { provider: google });
export const url = hello.url;
`;

describeWithEngine("regions sandbox --provider", (engine) => {
  let room: EngineRoom;
  let sandbox: ChildProcess | null = null;
  beforeEach(() => {
    room = engineRoom(engine, import.meta.dirname);
  });
  afterEach(async () => {
    if (sandbox !== null && sandbox.exitCode === null) {
      sandbox.kill("SIGINT");
      await once(sandbox, "exit");
    }
    room.remove();
  });

  async function start(...args: string[]): Promise<{ base: string; variables: Record<string, string> }> {
    const child = spawn(process.execPath, [regions, "sandbox", "--provider", ...args], {
      cwd: room.folder,
      env: room.env,
    });
    sandbox = child;
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk) => (text += chunk));
    await expect.poll(() => text.split("\n").length, { timeout: 20_000 }).toBe(4);
    const [base = "", ...lines] = text.trim().split("\n");
    return { base, variables: Object.fromEntries(lines.map((line) => line.split("=", 2))) };
  }

  async function pulumi(
    variables: Record<string, string>,
    ...args: string[]
  ): Promise<{ code: number | null; output: string }> {
    const child = spawn(engine.executable, [...args, "--non-interactive", "--color=never"], {
      cwd: join(room.folder, "program"),
      env: { ...room.env, ...variables },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk) => (output += chunk));
    const [code] = await once(child, "close");
    return { code, output };
  }

  it("prints two variables with which plain pulumi deploys into the sandbox", async () => {
    // The sandbox's state lies beside the manifest.
    writeFileSync(
      join(room.folder, "regions.yaml"),
      "version: 1\nenvironments: { sandbox: { project: demo-regions } }\n",
    );
    mkdirSync(join(room.folder, "program"));
    const files = {
      "Pulumi.yaml": "name: fleet\nruntime: { name: nodejs, options: { typescript: false } }\nmain: main.ts\n",
      "package.json": '{ "type": "module", "dependencies": { "@pulumi/gcp": "9.37.0", "@pulumi/pulumi": "*" } }',
      "main.ts": program,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(room.folder, "program", name), text);
    const { base, variables } = await start("--empty");
    expect(variables).toEqual({
      PULUMI_DEBUG_PROVIDERS: expect.stringMatching(/^gcp:\d+$/),
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    });
    await pulumi(variables, "stack", "init", "dev");
    const up = await pulumi(variables, "up", "--yes", "--skip-preview");
    expect(up).toMatchObject({ code: 0, output: expect.stringContaining("+ 5 created") });
    const url = "https://europe-west1-demo-regions.cloudfunctions.net/hello";
    expect((await pulumi(variables, "stack", "output", "url")).output).toBe(`${url}\n`);
    const answer = await fetch(`${base}/cloudfunctions.googleapis.com/v2/projects/demo-regions/locations/-/functions`, {
      headers: { authorization: "Bearer x" },
    });
    expect(await answer.json()).toMatchObject({ functions: [{ url, state: "ACTIVE" }] });
    expect(await pulumi(variables, "preview", "--refresh", "--expect-no-changes")).toMatchObject({ code: 0 });
    sandbox?.kill("SIGINT");
    expect(await once(sandbox as ChildProcess, "exit")).toEqual([130, null]);
  });
});
