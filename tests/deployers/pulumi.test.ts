import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createGoogle } from "../../src/clients/google.ts";
import { type Deployer, everything } from "../../src/deployers/port.ts";
import { createPulumiDeployer, type PulumiDeployerOptions } from "../../src/deployers/pulumi.ts";
import type { Change, Failure } from "../../src/model/deployment.ts";
import type { InputError } from "../../src/model/problem.ts";
import { policyPackPath } from "../../src/stacks/policy/path.ts";
import { describeWithEngine } from "../engine/engine.ts";
import { everyKindInput } from "../stacks/fleet.ts";
import { everyKindSeed, everyKindText, holdLock, killDeployment, openRoom, type Room } from "../stacks/room.ts";

const { signal } = new AbortController();

async function deployerFor(
  room: Room,
  text: string,
  options: Partial<PulumiDeployerOptions> = {},
  source?: string,
): Promise<Deployer> {
  const input = await everyKindInput(text);
  const google = createGoogle({ endpoint: { base: room.sandbox.base }, token: async () => room.sandbox.token });
  const plan = room.plan(input, source);
  return createPulumiDeployer({ site: room.site, manifest: input.manifest, plan, google, ...options });
}

/** "update function webhook@europe-west3: memory 512Mi > 1024Mi" */
function said({ operation, part, fields }: Change): string {
  const where = part.function === null ? (part.class ?? part.region ?? "fleet") : `${part.function}@${part.region}`;
  const detail = part.detail === null ? "" : ` ${part.detail}`;
  const changes = fields.map(({ field, from, to }) =>
    from === null && to === null ? field : `${field} ${from} > ${to}`,
  );
  return `${operation} ${part.kind} ${where}${detail}${changes.length === 0 ? "" : `: ${changes.join(", ")}`}`;
}

const partner = "partner of codebase default is not deployed: regions.yaml does not declare it";
const failed = ({ part, message }: Failure): string => `${part?.kind} ${part?.function}@${part?.region}: ${message}`;
const request = { scope: everything, refresh: false, signal };

describeWithEngine("the pulumi deployer", (engine) => {
  let room: Room;
  beforeEach(async () => {
    room = await openRoom(engine, everyKindSeed);
  });
  afterEach(() => room.close());

  /** Deploys the fleet of every kind and forgets what was written. */
  async function deployed(): Promise<Deployer> {
    const deployer = await deployerFor(room, everyKindText);
    expect((await deployer.deploy(request)).failures).toEqual([]);
    room.writes();
    return deployer;
  }

  it("changes nothing where nothing differs, by the state and by a look at what is there", async () => {
    const deployer = await deployed();
    const again = await deployer.deploy(request);
    expect([again.changes, again.failures, again.notes]).toEqual([[], [], [partner]]);
    const preview = await deployer.preview({ ...request, refresh: true });
    expect([preview.changes, preview.failures]).toEqual([[], []]);
    expect(room.writes()).toEqual([]);
  });

  it("previews and makes exactly what a change of the manifest says", async () => {
    await deployed();
    const text = everyKindText
      .replace("memory: 512Mi, cpu: 1 }", "memory: 1Gi, cpu: 1 }")
      .replace("  internal: core\n", "")
      .replace("  grouped-ping: core\n", "  grouped-ping: { class: core, maxInstances: 3 }\n");
    const deployer = await deployerFor(room, text);
    const expected = [
      "delete function internal@europe-west1",
      "update function grouped-ping@europe-west1: maxInstances 10 > 3",
      "update function webhook@europe-west3: memory 512Mi > 1024Mi",
    ];
    const preview = await deployer.preview(request);
    expect(preview.changes.map(said).sort()).toEqual(expected);
    expect(preview.notes).toEqual([
      "internal of codebase default is not deployed: regions.yaml does not declare it",
      partner,
    ]);
    expect(room.writes()).toEqual([]);
    expect((await deployer.deploy(request)).changes.map(said).sort()).toEqual(expected);
    expect(
      room
        .writes()
        .map((line) => line.replace(/\?.*/, ""))
        .sort(),
    ).toEqual([
      "DELETE /v2/projects/demo-regions/locations/europe-west1/functions/internal",
      "PATCH /v2/projects/demo-regions/locations/europe-west1/functions/grouped-ping",
      "PATCH /v2/projects/demo-regions/locations/europe-west3/functions/webhook",
    ]);
  });

  it("calls new code by one word", async () => {
    await deployed();
    const deployer = await deployerFor(room, everyKindText, {}, "export const changed = true;\n");
    const changes = (await deployer.preview(request)).changes.map(said);
    expect(changes.filter((line) => line.startsWith("update")).length).toBe(13);
    expect(changes).toContain("update function webhook@europe-west3: source");
    expect(changes.filter((line) => !line.startsWith("update")).sort()).toEqual([
      "create archive fleet default",
      "delete archive fleet default",
    ]);
  });

  it("refuses to change a region, and to take up a state of another project", async () => {
    await deployed();
    const text = everyKindText.replace("webhook: { class: payments,", "webhook: { class: core,");
    const moved = await deployerFor(room, text);
    const refused = await moved.preview(request);
    expect(refused.failures.map(({ message }) => message.split("\n")[1])).toEqual([
      "Type `regions migrate webhook --to europe-west1`: it keeps both copies until nothing reaches the old one.",
    ]);
    await expect(moved.deploy(request)).rejects.toThrow(
      "webhook is live in europe-west3 and would go to europe-west1: deploying would leave behind whoever still reaches it in europe-west3.",
    );
    const others = { ...request, scope: { ...everything, functions: ["pay"] } };
    expect((await moved.deploy(others)).changes.map(said)).toEqual([]);
    const foreign = await deployerFor(room, everyKindText.replace("project: demo-regions", "project: acme-prod"));
    await expect(foreign.deploy(request)).rejects.toThrow(
      "The state of environment sandbox holds functions of project demo-regions, and sandbox is project acme-prod.",
    );
    expect(room.writes()).toEqual([]);
  });

  it("limits a deployment to what it is asked for, and policies with it", async () => {
    writeFileSync(join(room.folder, "regions.yaml"), everyKindText);
    const variables = { ...room.site.variables, REGIONS_MANIFEST: join(room.folder, "regions.yaml") };
    const site = { ...room.site, policyPack: policyPackPath(), variables };
    const deployer = await deployerFor(room, everyKindText, { site });
    const only = (await deployer.deploy({ ...request, scope: { ...everything, functions: ["nightly"] } })).changes;
    expect(only.map(said).sort()).toEqual([
      "create account core",
      "create archive fleet default",
      "create bucket fleet",
      "create function nightly@europe-west1",
      "create invoker nightly@europe-west1 regions-core",
      "create job nightly@europe-west1",
      "create role core roles/cloudtasks.enqueuer",
      "create role core roles/datastore.user",
      "create role core roles/eventarc.eventReceiver",
      "create role core roles/iam.serviceAccountUser on itself",
    ]);
    const payments = await deployer.deploy({ ...request, scope: { ...everything, classes: ["payments"] } });
    expect(payments.failures.map(failed)).toEqual([]);
    expect(new Set(payments.changes.map(({ part }) => part.region ?? part.class ?? part.kind))).toEqual(
      new Set(["payments", "europe-west3"]),
    );
    const state = await deployer.readState();
    expect(state.copies.map((copy) => copy.function).sort()).toEqual([
      "charge",
      "created",
      "nightly",
      "pay",
      "webhook",
    ]);
  });

  it("shows what somebody changed behind its back, and puts it back", async () => {
    const deployer = await deployed();
    const name = "projects/demo-regions/locations/europe-west3/functions/webhook";
    await room.patch(`v2/${name}?updateMask=serviceConfig.maxInstanceCount`, {
      serviceConfig: { maxInstanceCount: 77 },
    });
    room.writes();
    expect((await deployer.preview(request)).changes).toEqual([]);
    const drift = ["update function webhook@europe-west3: maxInstances 77 > 10"];
    expect((await deployer.preview({ ...request, refresh: true })).changes.map(said)).toEqual(drift);
    expect((await deployer.deploy({ ...request, refresh: true })).changes.map(said)).toEqual(drift);
    expect((await deployer.preview({ ...request, refresh: true })).changes).toEqual([]);
  });

  it("goes on in other regions where one cannot be reached, and finishes when it can", async () => {
    const fault = room.sandbox.faults.add({ match: { region: "europe-west1" }, do: { kind: "unreachable" } });
    const deployer = await deployerFor(room, everyKindText);
    const first = await deployer.deploy(request);
    const there = (region: string) =>
      first.changes.filter(({ part }) => part.kind === "function" && part.region === region);
    expect(
      there("europe-west3")
        .map(({ part }) => part.function)
        .sort(),
    ).toEqual(["charge", "created", "pay", "webhook"]);
    expect(there("europe-west1")).toEqual([]);
    expect(new Set(first.failures.map(({ part }) => part?.region))).toEqual(new Set(["europe-west1"]));
    expect(first.failures.length).toBe(9);
    room.sandbox.faults.remove(fault);
    const second = await deployer.deploy(request);
    expect(second.failures).toEqual([]);
    expect((await deployer.preview({ ...request, refresh: true })).changes).toEqual([]);
  });

  it("makes a function anew whose creation failed after it was there", async () => {
    room.sandbox.faults.add({
      match: { host: "cloudfunctions.googleapis.com", method: "POST", pathIncludes: "functionId=pay" },
      times: 1,
      do: { kind: "operation-error", message: "Build failed: npm ci: EUSAGE", code: 3 },
    });
    const deployer = await deployerFor(room, everyKindText);
    const first = await deployer.deploy(request);
    expect(first.failures.map(failed)).toEqual([
      "function pay@europe-west3: INVALID_ARGUMENT (code 3): Build failed: npm ci: EUSAGE",
    ]);
    const second = await deployer.deploy(request);
    expect(second.failures).toEqual([]);
    expect((await deployer.preview({ ...request, refresh: true })).changes).toEqual([]);
    expect((await room.get("v2/projects/demo-regions/locations/europe-west3/functions/pay")).state).toBe("ACTIVE");
  });

  it("waits and tries again where there is no room", async () => {
    room.sandbox.faults.add({
      match: { host: "cloudfunctions.googleapis.com", method: "POST", pathIncludes: "functionId=pay" },
      times: 4,
      do: {
        kind: "operation-error",
        message: "Quota exceeded for total allowable CPU per project per region.",
        code: 8,
      },
    });
    const pauses: number[] = [];
    const wait = async (milliseconds: number) => void pauses.push(milliseconds);
    const deployer = await deployerFor(room, everyKindText, { wait });
    expect((await deployer.deploy(request)).failures).toEqual([]);
    expect(pauses).toEqual([20_000]);
    expect((await deployer.preview({ ...request, refresh: true })).changes).toEqual([]);
  });

  it("finds what Google made and could not start, also where the provider forgets it", async () => {
    const full = "Quota exceeded for total allowable CPU per project per region.";
    room.sandbox.faults.add({
      match: { host: "cloudfunctions.googleapis.com", method: "POST", pathIncludes: "functionId=pay" },
      times: 3,
      do: { kind: "operation-error", message: full, code: 8 },
    });
    // The real provider keeps nothing of a function whose creation ends in an error; ours does.
    const wait = async () => {
      const state = await room.stack.readState();
      const { deployment } = state as { deployment: { resources: { urn: string }[] } };
      const resources = deployment.resources.filter(({ urn }) => !urn.endsWith("::pay@europe-west3"));
      await room.stack.writeState({ ...state, deployment: { ...deployment, resources } });
    };
    const deployer = await deployerFor(room, everyKindText, { wait });
    const outcome = await deployer.deploy(request);
    expect(outcome.failures.map(failed)).toEqual([]);
    expect(outcome.notes.at(-1)).toBe("one resource of an earlier deployment was there and is known again");
    expect((await room.get("v2/projects/demo-regions/locations/europe-west3/functions/pay")).state).toBe("ACTIVE");
    expect((await deployer.preview({ ...request, refresh: true })).changes).toEqual([]);
  });

  it("takes up a function of its own that the state has lost, and leaves one of others to adopt", async () => {
    const deployer = await deployed();
    const name = "projects/demo-regions/locations/europe-west3/functions/";
    await room.patch(`v2/${name}webhook?updateMask=labels`, { labels: { "deployment-tool": "cli-firebase" } });
    rmSync(join(room.site.folder, "state"), { recursive: true });
    rmSync(join(room.site.folder, "engine"), { recursive: true });
    const again = await deployerFor(room, everyKindText);
    const outcome = await again.deploy(request);
    expect(outcome.failures.map(failed)).toEqual([
      expect.stringMatching(
        /^function webhook@europe-west3: .*409 ALREADY_EXISTS.*\n`regions adopt` takes over what others have deployed\.$/,
      ),
    ]);
    expect(outcome.notes).toEqual([partner, "24 resources of an earlier deployment were there and are known again"]);
    const { alerts, dashboards } = await room.inventory();
    expect([alerts.length, dashboards.length]).toEqual([2, 1]);
    expect((await deployer.readState()).copies.length).toBe(12);
  });

  it("forgets an adopted copy that somebody has deleted, and does not make it again", async () => {
    const deployer = await deployed();
    const strays = ["internal", "heard"].map((name) => {
      return { name, region: "europe-west1", generation: 2, trigger: "https", isPublic: false } as const;
    });
    const text = everyKindText.replace("  internal: core\n", "").replace("  heard: core\n", "");
    await deployer.destroy({ includeAdopted: true, signal });
    for (const { name } of strays) await room.create(name);
    const without = await deployerFor(room, text);
    await without.deploy(request);
    const adoption = await without.adopt({ functions: strays, jobs: [], queues: [], unseen: [] }, { signal });
    expect(adoption.adopted.map(said).sort()).toEqual([
      "adopt function heard@europe-west1",
      "adopt function internal@europe-west1",
    ]);
    expect(adoption.differences).toEqual([]);
    await room.remove("internal");
    room.writes();
    const look = { ...request, refresh: true };
    expect((await without.preview(look)).changes.map(said)).toEqual(["forget function internal@europe-west1"]);
    expect((await without.deploy(look)).changes.map(said)).toEqual([]);
    expect(room.writes()).toEqual([]);
    const { copies } = await without.readState();
    expect(copies.filter(({ adopted }) => adopted).map((copy) => copy.function)).toEqual(["heard"]);
    expect((await without.preview(look)).changes).toEqual([]);
  });

  it("says what keeps the state from being used", async () => {
    await deployed();
    const variables = { ...room.site.variables, PULUMI_CONFIG_PASSPHRASE: "another" };
    const deployer = await deployerFor(room, everyKindText, { site: { ...room.site, variables } });
    const told = await deployer.preview(request).then(
      () => [],
      (error: InputError) => error.problems.map(({ message, mend }) => [message, mend]),
    );
    expect(told).toEqual([
      [
        "The state of environment sandbox cannot be used: its passphrase is another.",
        "Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to what the state was first made with; for a new state it may be empty.",
      ],
    ]);
  });

  it.each([
    ["after every step", true],
    ["at the end alone", false],
  ])("picks up a deployment that was killed, where the state is written %s", async (_, keepsEveryStep) => {
    const killed = await openRoom(engine, everyKindSeed, { keepsEveryStep });
    try {
      const input = await everyKindInput(everyKindText);
      await killDeployment(killed, killed.plan(input), 20);
      const deployer = await deployerFor(killed, everyKindText);
      const outcome = await deployer.deploy(request);
      expect(outcome.failures.map(failed)).toEqual([]);
      expect(outcome.notes.at(-1)).toMatch(/^the last deployment was killed; /);
      expect((await deployer.preview({ ...request, refresh: true })).changes).toEqual([]);
      await deployed();
      const everything = async (of: Room) => of.inventory();
      expect(await everything(killed)).toEqual(await everything(room));
    } finally {
      await killed.close();
    }
  });

  it("waits for nobody who is at work elsewhere, and says who that is", async () => {
    await deployed();
    holdLock(room.site.folder, { pid: 4711, username: "ada", hostname: "build-7", timestamp: "2026-11-28T01:00:00Z" });
    const deployer = await deployerFor(room, everyKindText, {}, "export const other = true;\n");
    await expect(deployer.deploy(request)).rejects.toThrow(
      "Somebody is deploying environment sandbox (ada@build-7, process 4711, since 2026-11-28T01:00:00Z).",
    );
    expect(room.writes()).toEqual([]);
  });

  it("deletes everything it has made, and can begin again", async () => {
    const deployer = await deployed();
    const outcome = await deployer.destroy({ includeAdopted: false, signal });
    expect(outcome.failures).toEqual([]);
    // Others may publish to the topic, and listen to a bucket.
    expect(
      outcome.changes
        .filter(({ operation }) => operation !== "delete")
        .map(said)
        .sort(),
    ).toEqual(["forget role fleet roles/pubsub.publisher of storage-agent", "forget topic fleet orders"]);
    expect((await deployer.readState()).copies).toEqual([]);
    const { functions, jobs, queues, topics } = await room.inventory();
    expect([functions, jobs, queues, topics]).toEqual([[], [], [], ["projects/demo-regions/topics/orders"]]);
    const again = await deployer.deploy(request);
    expect(again.failures).toEqual([]);
    expect((await deployer.preview({ ...request, refresh: true })).changes).toEqual([]);
  });
});
