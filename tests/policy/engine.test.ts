import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as gcp from "@pulumi/gcp";
import { asset } from "@pulumi/pulumi";
import { type EngineEvent, LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { policyPackPath } from "../../src/stacks/policy/path.ts";
import { type RunningProvider, startProvider } from "../../src/stacks/provider/server.ts";
import { describeWithEngine, type EngineRoom, engineRoom } from "../engine/engine.ts";
import { hasty } from "../provider/client.ts";
import { smallSeed } from "../sandbox/small-seed.ts";

/* The policy pack under the real engine, by the Automation API and by plain `pulumi`, on programs that are not ours. */

const project = "acme-test";
const manifestText = `version: 1
environments:
  production: { project: acme-test }
regions:
  europe-west1: {}
  europe-west3: { quota: { vcpu: 30 } }
classes:
  core: { region: europe-west1, allow: [europe-west3] }
  payments: { region: europe-west3, isolatedFrom: [core] }
runtimes: { allowed: [nodejs22] }
codebases:
  default: { source: functions }
functions:
  billCustomer: { class: payments, trigger: https }
  chargeLater: { class: payments, trigger: task }
  monthlyExport: core
`;

interface Wish {
  readonly region?: string;
  readonly name?: string;
  readonly account?: string;
  /** It acts as class core, by the account's own output. */
  readonly accountBy?: "output";
  readonly runtime?: string;
  readonly maxInstances?: number;
  readonly taskInvoker?: string;
  readonly exportInvoker?: string;
  readonly queueRegion?: string;
}

const core = `regions-core@${project}.iam.gserviceaccount.com`;
const payments = `regions-payments@${project}.iam.gserviceaccount.com`;

/** Somebody's own program: three functions with a queue and invokers, and one thing wrong with it where it is wished. */
function fleet(wish: Wish = {}) {
  return async () => {
    const provider = new gcp.Provider("google", { project, addPulumiAttributionLabel: false });
    const region = "europe-west3";
    const bucket = new gcp.storage.Bucket("sources", { name: "acme-sources", location: region }, { provider });
    const source = new asset.AssetArchive({ "index.js": new asset.StringAsset("1") });
    const archive = new gcp.storage.BucketObject(
      "archive",
      { bucket: bucket.name, name: "src/0f.zip", source },
      { provider },
    );
    const account = (name: string) =>
      new gcp.serviceaccount.Account(name, { accountId: `regions-${name}`, displayName: name }, { provider });
    const coreAccount = account("core");
    const accounts = [coreAccount, account("payments")];
    const second = (name: string, location: string, service: object, more: object = {}, runtime = "nodejs22") =>
      new gcp.cloudfunctionsv2.Function(
        `${name}@${location}`,
        {
          name,
          location,
          buildConfig: {
            runtime,
            entryPoint: name,
            source: { storageSource: { bucket: bucket.name, object: archive.name } },
          },
          serviceConfig: { availableMemory: "256Mi", availableCpu: "1", maxInstanceCount: 10, ...service },
          ...more,
        },
        { provider, dependsOn: accounts },
      );
    const open = (fn: gcp.cloudfunctionsv2.Function, service: string, location: string, member: string) => {
      const binding = { location, name: service, role: "roles/run.invoker", member };
      new gcp.cloudrunv2.ServiceIamMember(`${service}/invoker`, binding, { provider, dependsOn: [fn] });
    };
    const actsAs = wish.accountBy === "output" ? coreAccount.uniqueId.apply(() => core) : (wish.account ?? payments);
    const bill = second(
      wish.name ?? "billCustomer",
      wish.region ?? region,
      { serviceAccountEmail: actsAs, maxInstanceCount: wish.maxInstances ?? 10 },
      {},
      wish.runtime,
    );
    open(bill, (wish.name ?? "billCustomer").toLowerCase(), wish.region ?? region, "allUsers");
    const charge = second("chargeLater", region, { serviceAccountEmail: payments });
    open(charge, "chargelater", region, wish.taskInvoker ?? `serviceAccount:${payments}`);
    new gcp.cloudtasks.Queue(
      "chargeLater",
      { name: "chargeLater", location: wish.queueRegion ?? region },
      { provider, dependsOn: [charge] },
    );
    const labels = { "deployment-scheduled": "true" };
    const monthly = second("monthlyExport", "europe-west1", { serviceAccountEmail: core }, { labels });
    open(monthly, "monthlyexport", "europe-west1", wish.exportInvoker ?? `serviceAccount:${core}`);
  };
}

/** What is wrong, and what the engine must say: the rule, the resource and the mend. */
const violations: [string, Wish, { rule: string; resource: string; message: string; write: RegExp | null }][] = [
  [
    "a function outside its region",
    { region: "europe-west1" },
    {
      rule: "region-per-manifest",
      resource: "billCustomer@europe-west1",
      message: "Set location to europe-west3; if it is to move, `regions migrate billCustomer --to europe-west1`",
      write: /functionId=billCustomer/,
    },
  ],
  [
    "a function that the manifest does not know",
    { name: "billCustomers" },
    {
      rule: "region-per-manifest",
      resource: "billCustomers@europe-west3",
      message: "did you mean billCustomer?",
      write: /functionId=billCustomers/,
    },
  ],
  [
    "a queue away from its function",
    { queueRegion: "europe-west1" },
    {
      rule: "region-per-manifest",
      resource: "chargeLater",
      message: "Set location to europe-west3.",
      write: /\/queues/,
    },
  ],
  [
    "a function that acts as another class",
    { account: core },
    {
      rule: "class-isolation",
      resource: "billCustomer@europe-west3",
      message: `Use ${payments}`,
      write: /functionId=billCustomer/,
    },
  ],
  [
    "a runtime that is not allowed",
    { runtime: "nodejs20" },
    {
      rule: "allowed-runtimes",
      resource: "billCustomer@europe-west3",
      message: "Name one of these as its runtime",
      write: /functionId=billCustomer/,
    },
  ],
  [
    "a ceiling above the region's quota",
    { maxInstances: 31 },
    {
      rule: "service-ceiling",
      resource: "billCustomer@europe-west3",
      message: "Set maxInstances: 30 or fewer",
      write: /functionId=billCustomer/,
    },
  ],
  [
    "a task function that is open to everybody",
    { taskInvoker: "allUsers" },
    {
      rule: "invoker-per-manifest",
      resource: "chargelater/invoker",
      message: "Bind the account that starts it",
      write: /chargelater:setIamPolicy/,
    },
  ],
  [
    "a scheduled function that is open to everybody, of which only its label tells",
    { exportInvoker: "allUsers" },
    // What takes the whole stack to see, an `up` without a preview sees at its end.
    {
      rule: "invoker-per-trigger",
      resource: "monthlyexport/invoker",
      message: "Bind the account that starts it",
      write: null,
    },
  ],
];

describeWithEngine("the policy pack under the real engine", (engine) => {
  let room: EngineRoom;
  let sandbox: Sandbox;
  let provider: RunningProvider;
  let manifest: string;
  beforeEach(async () => {
    room = engineRoom(engine, import.meta.dirname);
    sandbox = await startSandbox({ folder: null, seed: smallSeed });
    provider = await startProvider({ endpoint: sandbox.base, token: sandbox.token, project, patience: hasty });
    mkdirSync(join(room.folder, "program"));
    manifest = join(room.folder, "program/regions.yaml");
    writeFileSync(manifest, manifestText);
  });
  afterEach(async () => {
    await provider.close();
    await sandbox.close();
    room.remove();
  });

  async function stackOf(program: () => Promise<unknown>, stackName = "production", env = {}): Promise<Stack> {
    return LocalWorkspace.createOrSelectStack(
      { stackName, projectName: "fleet", program: program as never },
      {
        pulumiHome: room.pulumiHome,
        pulumiCommand: await PulumiCommand.get(engine.root === null ? {} : { root: engine.root }),
        envVars: {
          ...room.overlay,
          PULUMI_DEBUG_PROVIDERS: `gcp:${provider.port}`,
          REGIONS_MANIFEST: manifest,
          ...env,
        },
      },
    );
  }

  /** What a run that must fail said, and the policy events on the way. */
  async function refused(run: (onEvent: (event: EngineEvent) => void) => Promise<unknown>) {
    const events: { rule: string; resource: string | undefined; level: string; message: string }[] = [];
    const failure = await run(({ policyEvent: event }) => {
      if (event === undefined) return;
      const { policyName: rule, resourceUrn, enforcementLevel: level, message } = event;
      events.push({ rule, resource: resourceUrn?.split("::").at(-1), level, message });
    }).then(
      () => "",
      (error: unknown) => String(error),
    );
    return { failure, events };
  }

  const policyPacks = [policyPackPath()];
  const writes = () => sandbox.log.entries().flatMap(({ path, writes: isWrite }) => (isWrite ? [path] : []));
  const madeFunctions = () => writes().filter((path) => path.includes("functionId=")).length;

  it("lets a fleet pass that agrees with the manifest, in preview, up, and once more", async () => {
    const stack = await stackOf(fleet());
    const preview = await stack.preview({ policyPacks });
    expect(preview.stdout).toContain("regions@v");
    expect(preview.changeSummary).toEqual({ create: 13 });
    expect((await stack.up({ policyPacks })).summary.resourceChanges).toEqual({ create: 13 });
    expect((await stack.preview({ policyPacks, expectNoChanges: true })).changeSummary).toEqual({ same: 13 });
    expect(madeFunctions()).toBe(3);
  });

  it.each(violations)("stops %s", async (_, wish, { rule, resource, message, write }) => {
    const stack = await stackOf(fleet(wish));
    const preview = await refused((onEvent) => stack.preview({ policyPacks, onEvent }));
    const expected = { rule, resource, level: "mandatory", message: expect.stringContaining(message) };
    expect(preview.events).toEqual([expected]);
    expect(preview.failure).toContain(`[mandatory]  ${rule}`);
    expect(writes()).toEqual([]);
    // The Automation API's `up` makes no preview of its own.
    const up = await refused((onEvent) => stack.up({ policyPacks, onEvent }));
    expect(up.events).toContainEqual(expected);
    expect(up.failure).toContain(`[mandatory]  ${rule}`);
    expect(writes().filter((one) => write?.test(one) === true)).toEqual([]);
  });

  it("stops before it is made what a preview cannot know yet", async () => {
    const stack = await stackOf(fleet({ accountBy: "output" }));
    const preview = await refused((onEvent) => stack.preview({ policyPacks, onEvent }));
    expect(preview.failure).toBe("");
    expect(preview.events).toEqual([
      {
        rule: "class-isolation",
        resource: "billCustomer@europe-west3",
        level: "advisory",
        message: expect.stringContaining("can't be known during preview"),
      },
    ]);
    const up = await refused((onEvent) => stack.up({ policyPacks, onEvent }));
    expect(up.events).toEqual([
      {
        rule: "class-isolation",
        resource: "billCustomer@europe-west3",
        level: "mandatory",
        message: expect.stringContaining(`Use ${payments}`),
      },
    ]);
    expect(writes().filter((path) => path.includes("functionId=billCustomer"))).toEqual([]);
  });

  it("takes the environment from REGIONS_ENV, and stops where neither it nor the stack's name is one", async () => {
    const other = await stackOf(fleet(), "blue");
    const nameless = await refused(() => other.preview({ policyPacks }));
    expect(nameless.failure).toContain(
      'The stack is called "blue", and regions.yaml has no environment of that name; it has production.',
    );
    expect(nameless.failure).toContain("Set REGIONS_ENV to the environment that this stack deploys.");
    const told = await stackOf(fleet(), "blue", { REGIONS_ENV: "production" });
    expect((await told.preview({ policyPacks })).changeSummary).toEqual({ create: 13 });
    const wrong = await stackOf(fleet(), "blue", { REGIONS_ENV: "produktion" });
    expect((await refused(() => wrong.preview({ policyPacks }))).failure).toContain(
      'REGIONS_ENV names "produktion", and regions.yaml has no environment of that name; it has production.',
    );
  });

  it("stops where the manifest has a fault or cannot be found, and never takes that for no rules", async () => {
    const stack = await stackOf(fleet({ region: "europe-west1" }));
    writeFileSync(manifest, manifestText.replace("class: payments, trigger: https", "class: paymets, trigger: https"));
    const faulty = await refused(() => stack.preview({ policyPacks }));
    expect(faulty.failure).toContain("The regions policy pack cannot judge this stack:");
    expect(faulty.failure).toContain("regions.yaml:14: ");
    expect(faulty.failure).toContain("did you mean payments?");
    const lost = await stackOf(fleet(), "production", { REGIONS_MANIFEST: join(room.folder, "none.yaml") });
    expect((await refused(() => lost.preview({ policyPacks }))).failure).toContain("none.yaml cannot be read.");
  });

  const files = {
    "Pulumi.yaml": "name: fleet\nruntime: { name: nodejs, options: { typescript: false } }\nmain: main.ts\n",
    "package.json": '{ "type": "module" }',
  };
  const program = (location: string) => `
import * as gcp from "@pulumi/gcp";
const provider = new gcp.Provider("google", { project: "${project}" });
new gcp.cloudfunctionsv2.Function("billCustomer", {
  name: "billCustomer",
  location: "${location}",
  buildConfig: { runtime: "nodejs22", entryPoint: "billCustomer" },
  serviceConfig: { availableMemory: "256Mi" },
}, { provider });
`;

  const write = (texts: Record<string, string>) => {
    for (const [file, text] of Object.entries(texts)) writeFileSync(join(room.folder, "program", file), text);
  };

  function pulumi(args: readonly string[], env: Record<string, string> = {}) {
    return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
      const child = spawn(engine.executable, [...args, "--non-interactive", "--color=never"], {
        cwd: join(room.folder, "program"),
        env: { ...room.env, PULUMI_DEBUG_PROVIDERS: `gcp:${provider.port}`, ...env },
        timeout: 50_000,
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text) => (output += text));
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, output }));
    });
  }

  const root = join(import.meta.dirname, "../..");

  it.each([
    ["as a folder of the sources", policyPackPath(), true],
    [
      "as a file of the sources, which looks for the manifest from the program on",
      `${policyPackPath()}/index.js`,
      false,
    ],
    ["as a folder of the built package", join(root, "dist/policy-pack"), true],
    ["as a file of the built package", join(root, "dist/policy-pack/index.js"), false],
  ])("serves plain pulumi %s", async (_, pack, isTold) => {
    write({ ...files, "main.ts": program("europe-west1") });
    await pulumi(["stack", "init", "production"]);
    const named = isTold ? { REGIONS_MANIFEST: manifest } : {};
    const preview = await pulumi(["preview", "--policy-pack", pack], named);
    expect(preview.code).not.toBe(0);
    expect(preview.output).toContain("[mandatory]  region-per-manifest");
    expect(preview.output).toContain("(gcp:cloudfunctionsv2:Function: billCustomer)");
    expect(preview.output).toContain(
      "regions.yaml:14: billCustomer would run in europe-west1, and belongs in europe-west3: whoever calls it there does not reach this copy.",
    );
    expect(preview.output).toContain("Set location to europe-west3;");
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect(preview.output).toContain(`regions@v${version}`);
    const up = await pulumi(["up", "--yes", "--skip-preview", "--policy-pack", pack], named);
    expect(up.code).not.toBe(0);
    expect(madeFunctions()).toBe(0);
    write({ "main.ts": program("europe-west3") });
    expect(await pulumi(["preview", "--policy-pack", pack], named)).toMatchObject({
      code: 0,
      output: expect.stringContaining("+ 1 to create"),
    });
  });
});
