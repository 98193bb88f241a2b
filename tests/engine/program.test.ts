import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeWithEngine, type EngineRoom, engineRoom } from "./engine.ts";

/* Plain `pulumi` on project files, without our CLI: what runs them is pulumi-language-nodejs. The programs lie inside
   the checkout, because that is how Node finds its packages for them. */

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** Runs to its end; stdout and stderr as one text, without colours. */
function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args, "--non-interactive", "--color=never"], { cwd, env, timeout: 50_000 });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

describeWithEngine("plain pulumi on a project file", (engine) => {
  let room: EngineRoom;
  beforeEach(() => {
    room = engineRoom(engine, import.meta.dirname);
  });
  afterEach(() => room.remove());

  const write = (files: Record<string, string>) => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(room.folder, file)), { recursive: true });
      writeFileSync(join(room.folder, file), text);
    }
  };
  const pulumi = (...args: string[]) => run(engine.executable, args, join(room.folder, "program"), room.env);

  const stripped = "name: fleet\nruntime: { name: nodejs, options: { typescript: false } }\nmain: main.ts\n";
  const typescript = {
    "program/Pulumi.yaml": stripped,
    "program/package.json": '{ "type": "module", "dependencies": { "@pulumi/gcp": "9.37.0", "@pulumi/pulumi": "*" } }',
    "program/main.ts": `
import { ComponentResource, Config, getProject, getStack } from "@pulumi/pulumi";
const region: string = new Config().require("region");
new ComponentResource("regions:test:Region", region);
console.log("hello from the program");
export const place: string = [getProject(), getStack(), region].join("/");
`,
  };

  it("runs TypeScript that Node strips itself, with config, output and a second run without change", async () => {
    write(typescript);
    await pulumi("stack", "init", "dev");
    await pulumi("config", "set", "region", "europe-west3");
    const up = await pulumi("up", "--yes", "--skip-preview");
    expect(up).toMatchObject({ code: 0, output: expect.stringContaining("hello from the program") });
    expect(up.output).toMatch(/\+ 2 created/);
    expect(await pulumi("stack", "output", "place")).toEqual({ code: 0, output: "fleet/dev/europe-west3\n" });
    const preview = await pulumi("preview", "--expect-no-changes");
    expect(preview).toMatchObject({ code: 0, output: expect.stringContaining("2 unchanged") });
  });

  it("runs TypeScript through ts-node, and CommonJS", async () => {
    write({
      "program/Pulumi.yaml": "name: fleet\nruntime: nodejs\n",
      "program/package.json": '{ "main": "index.ts" }',
      "program/index.ts": 'import { getStack } from "@pulumi/pulumi";\nexport const stack: string = getStack();\n',
    });
    await pulumi("stack", "init", "dev");
    expect(await pulumi("preview")).toMatchObject({ code: 0, output: expect.stringContaining('stack: "dev"') });
    rmSync(join(room.folder, "program/index.ts"));
    write({
      "program/package.json": "{}",
      "program/index.js": 'exports.project = require("@pulumi/pulumi").getProject();\n',
    });
    expect(await pulumi("preview")).toMatchObject({ code: 0, output: expect.stringContaining('project: "fleet"') });
  });

  it("fails with the program's own error, said once", async () => {
    write({ ...typescript, "program/main.ts": 'throw new Error("no such region: mars");\n' });
    await pulumi("stack", "init", "dev");
    const { code, output } = await pulumi("preview", "--diff");
    expect(code).not.toBe(0);
    expect(output.split("Error: no such region: mars")).toHaveLength(2);
    expect(output).not.toContain("non-zero exit code");
  });

  it("says the exit code of a program that ends by itself", async () => {
    write({ ...typescript, "program/main.ts": "process.exit(5);\n" });
    await pulumi("stack", "init", "dev");
    const { code, output } = await pulumi("preview");
    expect(code).not.toBe(0);
    expect(output).toContain("exited with non-zero exit code: 5");
  });

  it("knows the packages of the program, and the plugin that one of them needs", async () => {
    write(typescript);
    await pulumi("stack", "init", "dev");
    const { code, output } = await pulumi("about", "--json");
    expect(code).toBe(0);
    const about = JSON.parse(output.slice(output.indexOf("{"))) as Record<string, unknown>;
    expect(about).toMatchObject({
      runtime: { language: "nodejs", version: process.version },
      dependencies: expect.arrayContaining([{ name: "@pulumi/gcp", version: "9.37.0" }]),
      plugins: expect.arrayContaining([expect.objectContaining({ name: "gcp", version: "9.37.0" })]),
    });
  });

  it("stops at a policy pack's mandatory rule, and only there", async () => {
    write({
      ...typescript,
      "pack/PulumiPolicy.yaml": "runtime: nodejs\n",
      "pack/package.json": '{ "name": "pack", "version": "1.0.0" }',
      "pack/index.js": `
const { PolicyPack } = require("@pulumi/policy");
const validateResource = (args, report) => {
  if (args.name === "europe-west9") report(args.name + " is not for us");
};
const rule = { name: "known-regions", description: "Only regions of ours.", enforcementLevel: "mandatory", validateResource };
new PolicyPack("pack", { policies: [rule] });
`,
    });
    await pulumi("stack", "init", "dev");
    await pulumi("config", "set", "region", "europe-west3");
    expect(await pulumi("preview", "--policy-pack", "../pack")).toMatchObject({ code: 0 });
    await pulumi("config", "set", "region", "europe-west9");
    const { code, output } = await pulumi("preview", "--policy-pack", "../pack");
    expect(code).not.toBe(0);
    expect(output).toContain("[mandatory]  known-regions");
    expect(output).toContain("europe-west9 is not for us");
  });

  it("says what to do where the program's packages are not installed", async () => {
    write(typescript);
    const elsewhere = engineRoom(engine);
    try {
      cpSync(join(room.folder, "program"), join(elsewhere.folder, "program"), { recursive: true });
      const there = (...args: string[]) =>
        run(engine.executable, args, join(elsewhere.folder, "program"), elsewhere.env);
      await there("stack", "init", "dev");
      const { code, output } = await there("preview");
      expect(code).not.toBe(0);
      expect(output).toContain("npm install");
    } finally {
      elsewhere.remove();
    }
  });

  if (engine.foundBy !== "build cache") {
    process.stderr.write(
      `not asked of ${engine.executable}, which brings the vendor's language host: two tests of ours\n`,
    );
    return;
  }

  it("refuses a runtime option that our host does not know", async () => {
    write({ ...typescript, "program/Pulumi.yaml": stripped.replace("typescript:", "nodeversion: 24, typescript:") });
    await pulumi("stack", "init", "dev");
    const { code, output } = await pulumi("preview");
    expect(code).not.toBe(0);
    expect(output).toContain('the runtime option "nodeversion" is not known to this host (known: nodeargs,');
  });

  it("ends the program when the engine was killed", async () => {
    const started = join(room.folder, "started");
    write({
      ...typescript,
      "program/main.ts": `
import { writeFileSync } from "node:fs";
writeFileSync(${JSON.stringify(started)}, String(process.pid));
await new Promise((done) => setTimeout(done, 120_000));
`,
    });
    await pulumi("stack", "init", "dev");
    const child = spawn(engine.executable, ["preview"], {
      cwd: join(room.folder, "program"),
      env: room.env,
      stdio: "ignore",
    });
    await expect.poll(() => existsSync(started) && readFileSync(started, "utf8"), { timeout: 20_000 }).toMatch(/^\d+$/);
    const program = Number(readFileSync(started, "utf8"));
    child.kill("SIGKILL");
    await expect.poll(() => isRunning(program), { timeout: 30_000, interval: 250 }).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
