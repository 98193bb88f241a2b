import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { describeWithEngine } from "../engine/engine.ts";
import { type Ran, run } from "./run.ts";

/* Copies that the state knows: adopted and protected, or deployed from here and taken out of regions.yaml since. */

const manifestOf = (functions: string): string => `version: 1
environments:
  sandbox: { project: demo-regions, endpoint: sandbox }
regions:
  europe-west1: {}
  europe-west3: {}
classes:
  core: { region: europe-west1, allow: [europe-west3] }
codebases:
  default: { source: functions }
defaults: { runtime: nodejs22, maxInstances: 10 }
functions:
${functions}`;
const codeOf = (...names: string[]): string => `import { onRequest } from "firebase-functions/v2/https";
const answer = (request, response) => response.json({});
${names.map((name) => `export const ${name} = onRequest({ invoker: "public" }, answer);\n`).join("")}`;
const https = "trigger: https";

describeWithEngine("regions prune of what the state knows", (engine) => {
  let folder: string;
  let sandbox: Sandbox;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "regions-prune-state-"));
    mkdirSync(join(folder, "functions/lib"), { recursive: true });
    symlinkSync(join(import.meta.dirname, "../../node_modules"), join(folder, "node_modules"), "junction");
    const own = {
      name: "functions",
      type: "module",
      main: "lib/index.js",
      dependencies: { "firebase-functions": "*" },
    };
    writeFileSync(join(folder, "functions/package.json"), JSON.stringify(own));
    write("shop", "old", "late");
    sandbox = await startSandbox({ folder: join(folder, ".regions/sandbox"), seed: "empty" });
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (...names: string[]) => writeFileSync(join(folder, "functions/lib/index.js"), codeOf(...names));
  const declare = (functions: string) => writeFileSync(join(folder, "regions.yaml"), manifestOf(functions));
  async function regions(...args: string[]): Promise<Ran> {
    return run(args, { cwd: folder, env: { REGIONS_PULUMI_ROOT: engine.root ?? "" } });
  }
  async function ask(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const headers = { authorization: `Bearer ${sandbox.token}`, "content-type": "application/json" };
    const rest = body === undefined ? {} : { body: JSON.stringify(body) };
    return (await (await fetch(`${sandbox.base}/${path}`, { method, headers, ...rest })).json()) as Record<
      string,
      unknown
    >;
  }
  async function live(): Promise<string[]> {
    const path = "cloudfunctions.googleapis.com/v2/projects/demo-regions/locations/-/functions";
    const { functions = [] } = (await ask("GET", path)) as { functions?: { name: string }[] };
    return functions
      .map(({ name }) =>
        name
          .split("/")
          .filter((_, at) => at === 3 || at === 5)
          .join(" "),
      )
      .sort();
  }
  const deploy = async () => {
    const ran = await regions("deploy", "--yes");
    expect([ran.code, ran.stdout]).toEqual([0, ran.stdout]);
  };
  const changes = async (): Promise<{ kind: string; operation: string; function: string }[]> =>
    JSON.parse((await regions("preview", "--format", "json")).stdout).changes;
  const errors = async () => {
    const { findings } = JSON.parse((await regions("audit", "--state", "--format", "json")).stdout);
    return findings.map((one: Record<string, string>) => `${one.rule} ${one.function} ${one.region ?? ""}`).sort();
  };

  it("leaves neither a trace in the state nor a copy that comes back", { timeout: 400_000 }, async () => {
    declare(
      `  shop: { class: core, ${https}, regions: [europe-west1, europe-west3] }\n  old: { class: core, ${https} }\n`,
    );
    await deploy();
    // As on a machine that has never deployed: what is live stays, and is adopted.
    for (const part of ["state", "engine"]) rmSync(join(folder, ".regions/sandbox", part), { recursive: true });
    declare(`  shop: { class: core, ${https} }\n  late: { class: core, ${https} }\n`);
    const adopted = await regions("adopt", "--yes");
    expect([adopted.code, adopted.stdout]).toEqual([
      0,
      expect.stringContaining("old in europe-west1, shop in europe-west3"),
    ]);
    await deploy();
    declare(`  shop: { class: core, ${https} }\n`);
    write("shop");
    expect(await live()).toEqual(["europe-west1 late", "europe-west1 old", "europe-west1 shop", "europe-west3 shop"]);
    for (const name of ["shop", "old", "late"]) {
      const begun = await regions("prune", name, "--quiet-for", "10m", "--yes");
      expect([name, begun.code, begun.stdout]).toEqual([name, 5, expect.stringMatching(/^Waiting for 10 minutes/)]);
    }
    await ask("POST", "_sandbox/clock", { advanceMs: 3_600_000 });
    const over = await regions("migrate", "resume");
    expect([over.code, over.stdout]).toEqual([
      0,
      expect.stringMatching(
        /^shop in europe-west3 is pruned\..*\nold in europe-west1 is pruned\..*\nlate in europe-west1 is pruned\./,
      ),
    ]);
    expect([await live(), await errors()]).toEqual([["europe-west1 shop"], []]);
    const planned = (await changes()).filter(({ kind }) => kind === "function");
    // Its source has changed with what the others' exports were.
    expect(planned.map((one) => `${one.operation} ${one.function}`)).toEqual(["update shop"]);
    await deploy();
    expect([await live(), await errors()]).toEqual([["europe-west1 shop"], []]);
  });
});
