import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { describeWithEngine } from "../engine/engine.ts";
import { everyKindSeed, everyKindText } from "../stacks/room.ts";
import { everyKind } from "../stacks/wire.ts";
import { type Ran, run } from "./run.ts";

const text = `${everyKindText.replace("{ project: demo-regions }", "{ project: demo-regions, endpoint: sandbox }")}ignore:
  - { rule: unreachable-function, function: internal, reason: private on purpose }
`;
/** What the audit finds after the changes by hand below; who made grouped-ping forgot to let anybody call it. */
const byHand = [
  "error unreachable-function grouped-ping",
  "error drift nightly",
  "error drift webhook",
  "error missing-function heard",
  "warning drift grouped-ping",
];
/** Without what somebody else is going to deploy. */
const smaller = text.replace("  grouped-ping: core\n", "").replace("from: grouped-ping", "from: pay");

let fleet: string;
let sandbox: Sandbox;

beforeAll(async () => {
  fleet = mkdtempSync(join(tmpdir(), "regions-drift-"));
  mkdirSync(join(fleet, "functions/lib"), { recursive: true });
  symlinkSync(join(import.meta.dirname, "../../node_modules"), join(fleet, "node_modules"), "junction");
  const manifest = { name: "functions", type: "module", main: "lib/index.js" };
  writeFileSync(join(fleet, "functions/package.json"), JSON.stringify(manifest));
  writeFileSync(join(fleet, "functions/lib/index.js"), everyKind.replace(/^export const partner.*$/gm, ""));
  writeFileSync(join(fleet, "regions.yaml"), text);
  sandbox = await startSandbox({ folder: join(fleet, ".regions/sandbox"), seed: everyKindSeed });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(fleet, { recursive: true, force: true });
});

const hosts = {
  functions: "cloudfunctions.googleapis.com/v2",
  scheduler: "cloudscheduler.googleapis.com/v1",
  storage: "storage.googleapis.com",
};
const at = "projects/demo-regions/locations";

/** As somebody in the console. */
async function call(host: keyof typeof hosts, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${sandbox.base}/${hosts[host]}/${path}`, {
    method,
    headers: { authorization: `Bearer ${sandbox.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  expect([path, response.status, answer]).toEqual([path, 200, answer]);
  return answer;
}

/** Every file of the state with its bytes and its date. */
function stateFiles(): Record<string, string> {
  const root = join(fleet, ".regions/sandbox/state");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(root, name)).isFile(),
  );
  return Object.fromEntries(
    files.sort().map((name) => {
      const file = join(root, name);
      return [name, `${statSync(file).mtimeMs} ${readFileSync(file, "base64")}`];
    }),
  );
}

/** Requests that changed something at a Google host since the last call. */
function writes(): string[] {
  const fresh = sandbox.log.entries().filter((entry) => entry.writes);
  sandbox.log.clear();
  return fresh.map(({ method, host, path }) => `${method} ${host}${path}`);
}

// One after the other, on one sandbox: a fleet that is deployed, and then changed by hand.
describeWithEngine("regions audit --state, as a process", (engine) => {
  const regions = (...args: readonly string[]): Promise<Ran> => {
    return run(args, { cwd: fleet, env: { REGIONS_PULUMI_ROOT: engine.root ?? "" } });
  };

  interface Answer {
    readonly code: number | null;
    readonly stderr: string;
    // biome-ignore lint/suspicious/noExplicitAny: the contract has a schema and tests of its own
    readonly report: any;
  }

  async function audit(...args: readonly string[]): Promise<Answer> {
    const { code, stdout, stderr } = await regions("audit", "--format", "json", ...args);
    return { code, stderr, report: JSON.parse(stdout) };
  }

  const brief = ({ report }: Answer): string[] =>
    report.findings
      .filter((one: Record<string, unknown>) => one.suppressed === null)
      .map((one: Record<string, string>) => `${one.severity} ${one.rule} ${one.function ?? "-"}`);

  it("is a gap where nothing has been deployed from here, and leaves nothing behind", async () => {
    const { code, report } = await audit("--sources", "state");
    expect([code, report.sources.state, report.findings]).toEqual([3, "failed", []]);
    expect(report.gaps).toEqual([
      {
        source: "state",
        facet: "state",
        scope: "*",
        region: null,
        reason:
          "there is no state of sandbox in .regions/sandbox/state: nothing was deployed or adopted yet, or its state lies elsewhere",
      },
    ]);
    expect(readdirSync(join(fleet, ".regions/sandbox"))).not.toContain("state");
  });

  it("finds nothing after a deployment, and does not ask for a state by itself", async () => {
    writeFileSync(join(fleet, "regions.yaml"), smaller);
    expect((await regions("deploy", "--yes")).code).toBe(0);
    const plain = await audit("--sources", "deployed");
    expect([plain.code, brief(plain), plain.report.sources.state]).toEqual([0, [], "not asked"]);
    const seen = await audit("--sources", "deployed", "--state");
    const { code, report } = seen;
    expect([code, brief(seen), report.gaps, report.sources.state]).toEqual([0, [], [], "read"]);
    expect(report.checked.rules).toBe(plain.report.checked.rules + 1);
    expect(report.score.parts.fleet.passed).toBe(plain.report.score.parts.fleet.passed + 12);
  });

  it("lets a release be verified: what is live is this commit, and nothing is under way", async () => {
    const git = (...args: string[]): string => {
      const mine = ["-c", "user.name=Ada", "-c", "user.email=ada@acme.example", "-c", "commit.gpgsign=false"];
      return execFileSync("git", [...mine, ...args], { cwd: fleet, encoding: "utf8" }).trim();
    };
    writeFileSync(join(fleet, ".gitignore"), ".regions\nnode_modules\n");
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--message", "The fleet");
    const head = git("rev-parse", "HEAD");
    const sources = ["--sources", "deployed,state"];
    const commitLine = async (...args: string[]): Promise<[number | null, string]> => {
      const { code, stdout } = await regions("verify", ...sources, "--commit", head, "--format", "json", ...args);
      const { outcome, evidence } = JSON.parse(stdout).lines.find((one: { id: string }) => one.id === "commit");
      return [code, `${outcome}: ${evidence.replace(/\d{4}-\d\d-\d\d/, "DAY")}`];
    };
    // It was deployed before there was a commit.
    expect(await commitLine()).toEqual([
      1,
      `failed: live is code outside of any commit, deployed DAY, and not ${head.slice(0, 12)}`,
    ]);
    expect((await regions("deploy", "--yes")).stdout).toContain("nothing to do");
    // Nobody asked for callers, and the project has counted no vCPU: that is no pass of everything.
    expect(await commitLine()).toEqual([3, `passed: live is ${head.slice(0, 12)}, deployed DAY`]);
    const told = (await regions("verify", ...sources, "--commit", head, "--verbose")).stdout;
    expect(told).toContain("passed       operations  12 copies, none in transition; no move is open\n");
    expect(told).toMatch(/^passed {7}drift {7}\d+ parts of the fleet are as they were deployed$/m);
    writeFileSync(join(fleet, "new.txt"), "not committed\n");
    expect((await regions("deploy", "--yes")).stdout).toContain("nothing to do");
    expect(await commitLine()).toEqual([
      1,
      `failed: live is ${head.slice(0, 12)} with uncommitted changes, deployed DAY, and not ${head.slice(0, 12)}`,
    ]);
    rmSync(join(fleet, ".git"), { recursive: true });
  });

  it("tells what was changed, deleted and added by hand, and writes neither state nor cloud", async () => {
    const webhook = `${at}/europe-west3/functions/webhook`;
    const live = (await call("functions", "GET", webhook)) as {
      serviceConfig: { environmentVariables: Record<string, string> };
    };
    const environmentVariables = { ...live.serviceConfig.environmentVariables, TOKEN: "hunter2-hunter2" };
    const serviceConfig = { availableMemory: "256Mi", environmentVariables };
    const mask = "serviceConfig.availableMemory,serviceConfig.environmentVariables";
    await call("functions", "PATCH", `${webhook}?updateMask=${mask}`, { serviceConfig });
    await call("functions", "DELETE", `${at}/europe-west1/functions/heard`);
    await call("scheduler", "DELETE", `${at}/europe-west1/jobs/firebase-schedule-nightly-europe-west1`);
    const storageSource = { bucket: "acme-photos", object: "source.zip" };
    await call("storage", "POST", "upload/storage/v1/b/acme-photos/o?uploadType=media&name=source.zip", "PK");
    const buildConfig = { runtime: "nodejs22", entryPoint: "grouped.ping", source: { storageSource } };
    const labels = { "deployment-tool": "cli-firebase", "deployment-callable": "true" };
    await call("functions", "POST", `${at}/europe-west1/functions?functionId=grouped-ping`, { buildConfig, labels });
    writeFileSync(join(fleet, "regions.yaml"), text);
    writes();
    const before = stateFiles();

    const seen = await audit("--sources", "deployed", "--state");
    expect([seen.code, seen.stderr]).toEqual([1, ""]);
    expect(writes()).toEqual([]);
    expect(stateFiles()).toEqual(before);
    expect(brief(seen)).toEqual(byHand);
    const [, nightly, changed, missing, unknown] = seen.report.findings;
    expect([nightly.message, nightly.impact, nightly.differences]).toEqual([
      "nightly in europe-west1 has lost what was deployed with it: its Scheduler job.",
      "now",
      [{ kind: "job", detail: null, region: "europe-west1", field: null, state: null, cloud: null, manifest: null }],
    ]);
    const field = { kind: "function", detail: null, region: "europe-west3" };
    expect([changed.message, changed.differences]).toEqual([
      "webhook in europe-west3 is not what was deployed: memory (512Mi as deployed, 256Mi now) and variable TOKEN.",
      [
        { ...field, field: "memory", state: "512Mi", cloud: "256Mi", manifest: "512Mi" },
        { ...field, field: "variable TOKEN", state: null, cloud: null, manifest: null },
      ],
    ]);
    expect([missing.mend, missing.related.at(-1).message]).toEqual([
      "Make it again: `regions deploy --refresh`; or take it out of regions.yaml.",
      "the state of sandbox still holds it in europe-west1: somebody deleted it there since it was deployed",
    ]);
    expect([unknown.message, unknown.mend]).toEqual([
      "grouped-ping in europe-west1 was deployed by somebody else, and the state of sandbox does not know it: no deployment can go on before it is adopted.",
      "Take it over as it is: `regions adopt`.",
    ]);
    // By the state alone, what is gone has nobody else to tell it.
    const alone = await audit("--sources", "state");
    expect([alone.code, brief(alone)]).toEqual([
      1,
      ["error drift heard", "error drift nightly", "error drift webhook"],
    ]);
    expect(alone.report.notChecked.filter(({ rule }: { rule: string }) => rule === "drift")).toEqual([
      {
        rule: "drift",
        scope: "*",
        reason: "deployed functions were not asked for, and some may be unknown to the state",
      },
    ]);
  });

  it("keeps it in a snapshot, without a value of a variable, and says so where a snapshot has none", async () => {
    const file = join(fleet, "look.json");
    expect((await regions("snapshot", "--sources", "deployed", "--state", "-o", file)).code).toBe(0);
    expect(readFileSync(file, "utf8")).not.toContain("hunter2");
    const later = await audit("--snapshot", file);
    expect([later.code, brief(later)]).toEqual([1, byHand]);
    expect((await regions("snapshot", "--sources", "deployed", "-o", file)).code).toBe(0);
    const { report } = await audit("--snapshot", file, "--state");
    expect(report.sources.state).toBe("failed");
    expect(report.gaps.map(({ reason }: { reason: string }) => reason)).toEqual([`${file} does not hold it`]);
  });

  it("tells the same beside what a deployment would do: preview --refresh", async () => {
    const shown = await regions("preview", "--refresh");
    expect(shown.stdout).toContain(`
  ~ webhook
        memory: 256Mi -> 512Mi
        variable TOKEN differs

Changed since the last deployment
  - Scheduler job of nightly in europe-west1 is gone
  - heard in europe-west1 is gone
  ~ webhook in europe-west3
        memory: 512Mi as deployed, 256Mi now
        variable TOKEN differs
`);
    const { stdout } = await regions("preview", "--refresh", "--format", "json", "--function", "webhook");
    expect(JSON.parse(stdout).drifts).toEqual([
      {
        drift: "changed",
        kind: "function",
        function: "webhook",
        region: "europe-west3",
        class: null,
        detail: null,
        fields: [
          { field: "memory", state: "512Mi", cloud: "256Mi" },
          { field: "variable TOKEN", state: null, cloud: null },
        ],
      },
    ]);
    expect(stdout).not.toContain("hunter2");
    const plain = await regions("preview", "--format", "json", "--function", "webhook");
    expect(JSON.parse(plain.stdout)).not.toHaveProperty("drifts");
  });

  it("finds nothing again once a deployment has put it back", async () => {
    await call("functions", "DELETE", `${at}/europe-west1/functions/grouped-ping`);
    expect((await regions("deploy", "--yes", "--refresh")).code).toBe(0);
    const { code, report } = await audit("--sources", "deployed", "--state");
    expect([code, report.gaps, report.sources.state]).toEqual([0, [], "read"]);
  });

  it("is a gap for a region that cannot be read, and reads the others", async () => {
    await call("functions", "DELETE", `${at}/europe-west1/functions/heard`);
    sandbox.faults.add({
      match: { host: "cloudfunctions.googleapis.com", region: "europe-west3" },
      do: { kind: "status", status: 403, message: "The caller does not have permission" },
    });
    const before = stateFiles();
    const seen = await audit("--sources", "state");
    sandbox.faults.clear();
    expect(stateFiles()).toEqual(before);
    expect(brief(seen)).toEqual(["error drift heard"]);
    expect([seen.report.sources.state, seen.report.gaps]).toEqual([
      "partial",
      [
        {
          source: "state",
          facet: "resources",
          scope: "europe-west3",
          region: "europe-west3",
          reason: expect.stringMatching(/^GET cloudfunctions\.googleapis\.com.*403 PERMISSION_DENIED/),
        },
      ],
    ]);
    expect((await regions("deploy", "--yes", "--refresh")).code).toBe(0);
  });

  it("is a gap, and never clean, where the state cannot be used", async () => {
    const reasonOf = async (env: Record<string, string>): Promise<readonly unknown[]> => {
      const all = { REGIONS_PULUMI_ROOT: engine.root ?? "", ...env };
      const ran = await run(["audit", "--format", "json", "--state", "--sources", "deployed"], {
        cwd: fleet,
        env: all,
      });
      const { gaps, sources } = JSON.parse(ran.stdout);
      return [ran.code, sources.state, ...gaps.map(({ reason }: { reason: string }) => reason)];
    };
    expect(await reasonOf({ PULUMI_CONFIG_PASSPHRASE: "another" })).toEqual([
      3,
      "failed",
      "The state of environment sandbox cannot be used: its passphrase is another. Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to what the state was first made with; for a new state it may be empty.",
    ]);
    expect(await reasonOf({ PATH: "/nonexistent", REGIONS_PULUMI_ROOT: "" })).toEqual([
      3,
      "failed",
      "no Pulumi engine can be used here; `regions preview` says where it was looked for",
    ]);
    const file = join(fleet, ".regions/sandbox/state/.pulumi/stacks/regions/sandbox.json");
    const whole = readFileSync(file, "utf8");
    writeFileSync(file, whole.slice(0, whole.length / 2));
    expect(await reasonOf({})).toEqual([
      3,
      "failed",
      expect.stringMatching(/^The state of environment sandbox cannot be used: /),
    ]);
    writeFileSync(file, whole);
    expect((await reasonOf({})).slice(0, 2)).toEqual([0, "read"]);
  });
});

it("refuses to look for a state where there can be none", async () => {
  const bare = mkdtempSync(join(tmpdir(), "regions-drift-"));
  try {
    const without = await run(["audit", "--state"], { cwd: bare });
    expect([without.code, without.stderr]).toEqual([
      2,
      "--state compares with regions.yaml, and there is none here or above.\n  Name it with -m, or write a first one with `regions init -o regions.yaml`.\n",
    ]);
    const handed = `version: 1
environments: { production: { project: acme-prod } }
regions: { europe-west1: {} }
classes: { core: { region: europe-west1 } }
codebases: { default: { source: functions, deployer: firebase } }
functions: { getAdminStats: core }
`;
    writeFileSync(join(bare, "regions.yaml"), handed);
    const firebase = await run(["audit", "--state"], { cwd: bare });
    expect([firebase.code, firebase.stderr.split("\n")[0]]).toEqual([
      2,
      "No codebase of the manifest is deployed by this tool.",
    ]);
  } finally {
    rmSync(bare, { recursive: true, force: true });
  }
});
