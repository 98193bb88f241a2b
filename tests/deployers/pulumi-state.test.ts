import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createGoogle } from "../../src/clients/google.ts";
import { everything } from "../../src/deployers/port.ts";
import { createPulumiDeployer } from "../../src/deployers/pulumi.ts";
import { createPulumiStateReader } from "../../src/deployers/pulumi-state.ts";
import type { Drift } from "../../src/model/state.ts";
import { describeWithEngine } from "../engine/engine.ts";
import { everyKindInput, manifestOf } from "../stacks/fleet.ts";
import { everyKindSeed, everyKindText, holdLock, openRoom, type Room } from "../stacks/room.ts";

const { signal } = new AbortController();
const functions = "v2/projects/demo-regions/locations";

function readerOf(room: Room, text = everyKindText) {
  return createPulumiStateReader({ site: room.site, manifest: manifestOf(text) });
}

async function deployerOf(room: Room, text = everyKindText) {
  const input = await everyKindInput(text);
  const google = createGoogle({ endpoint: { base: room.sandbox.base }, token: async () => room.sandbox.token });
  return createPulumiDeployer({ site: room.site, manifest: input.manifest, plan: room.plan(input), google });
}

const said = ({ part, kind, fields }: Drift): string => {
  const what = fields.map(({ field, state, cloud }) => ` ${field} ${state} > ${cloud}`).join(",");
  return `${kind} ${part.kind} ${part.function ?? part.class}${what}`;
};

describeWithEngine("the reader of Pulumi's state", (engine) => {
  let room: Room;
  beforeEach(async () => {
    room = await openRoom(engine, everyKindSeed);
  });
  afterEach(() => room.close());

  function files(): Record<string, string> {
    const root = join(room.site.folder, "state");
    const names = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
    const whole = names.filter((name) => statSync(join(root, name)).isFile());
    return Object.fromEntries(whole.map((name) => [name, readFileSync(join(root, name), "base64")]));
  }

  async function deployed(): Promise<void> {
    const deployer = await deployerOf(room);
    expect((await deployer.deploy({ scope: everything, refresh: false, signal })).failures).toEqual([]);
    room.writes();
  }

  it("finds an empty state empty, and refuses one of another project", async () => {
    expect(await readerOf(room).compare({ signal })).toEqual({
      facts: { copies: [], drifts: [], compared: 0, interrupted: 0 },
      unread: [],
    });
    await deployed();
    const foreign = readerOf(room, everyKindText.replace("project: demo-regions", "project: acme-prod"));
    await expect(foreign.compare({ signal })).rejects.toThrow(
      "The state of environment sandbox holds functions of project demo-regions, and sandbox is project acme-prod.",
    );
  });

  it("compares while somebody else is deploying, and leaves no trace", async () => {
    await deployed();
    const webhook = `${functions}/europe-west3/functions/webhook`;
    await room.patch(`${webhook}?updateMask=serviceConfig.maxInstanceCount`, {
      serviceConfig: { maxInstanceCount: 3 },
    });
    await room.remove("internal");
    const old = "v1/projects/demo-regions/locations/europe-west1/functions/oldCall";
    await room.patch(`${old}?updateMask=availableMemoryMb`, { availableMemoryMb: 1024 });
    room.writes();
    holdLock(room.site.folder, { pid: 4711, username: "ada", hostname: "build-7", timestamp: "2026-11-28T01:00:00Z" });
    const before = files();
    const found = await readerOf(room).compare({ signal });
    expect(found?.facts.drifts.map(said).sort()).toEqual([
      "changed function oldCall memory 512 > 1024",
      "changed function webhook maxInstances 10 > 3",
      "gone function internal",
    ]);
    expect([found?.unread, found?.facts.copies.length, found?.facts.compared]).toEqual([[], 13, 47]);
    expect(found?.facts.copies.every(({ compared, adopted }) => compared && !adopted)).toBe(true);
    expect(files()).toEqual(before);
    expect(room.writes()).toEqual([]);
  });

  it("reads the state of a deployment that was killed, and settles none of it", async () => {
    await deployed();
    // As the engine writes it before it asks for a change.
    const file = join(room.site.folder, "state/.pulumi/stacks/regions/sandbox.json");
    const state = JSON.parse(readFileSync(file, "utf8"));
    const { latest } = state.checkpoint;
    const resource = latest.resources.find(({ urn }: { urn: string }) => urn.endsWith("::webhook@europe-west3"));
    latest.pending_operations = [{ resource, type: "updating" }];
    writeFileSync(file, JSON.stringify(state));
    const before = files();
    const found = await readerOf(room).compare({ signal });
    expect([found?.facts.interrupted, found?.facts.drifts, found?.unread]).toEqual([1, [], []]);
    expect(files()).toEqual(before);
    expect(room.writes()).toEqual([]);
  });

  it("finds nothing in what was just adopted, and marks it", async () => {
    const names = ["internal", "heard"];
    for (const name of names) await room.create(name);
    const live = names.map((name) => {
      return { name, region: "europe-west1", generation: 2, trigger: "https", isPublic: false } as const;
    });
    await (await deployerOf(room)).adopt({ unseen: [], functions: live, jobs: [], queues: [] }, { signal });
    const found = await readerOf(room).compare({ signal });
    expect([found?.facts.drifts, found?.unread]).toEqual([[], []]);
    expect(found?.facts.copies.map((copy) => [copy.function, copy.adopted]).sort()).toEqual([
      ["heard", true],
      ["internal", true],
    ]);
  });

  it("is told once where nothing can be read, and by region where one cannot", async () => {
    await deployed();
    const refused = { kind: "status", status: 403, message: "The caller does not have permission" } as const;
    room.sandbox.faults.add({ match: { host: "cloudfunctions.googleapis.com", region: "europe-west3" }, do: refused });
    const one = await readerOf(room).compare({ signal });
    expect(one?.unread.map(({ region }) => region)).toEqual(["europe-west3"]);
    expect(one?.unread[0]?.reason).toMatch(/^GET cloudfunctions.*: 403 PERMISSION_DENIED/);
    const copies = one?.facts.copies ?? [];
    expect(copies.filter(({ region }) => region === "europe-west1").every(({ compared }) => compared)).toBe(true);
    expect(copies.some(({ region, compared }) => region === "europe-west3" && !compared)).toBe(true);
    room.sandbox.faults.clear();
    room.sandbox.faults.add({ match: {}, do: refused });
    const none = await readerOf(room).compare({ signal });
    expect([none?.unread.map(({ region }) => region), none?.facts.compared, none?.facts.drifts]).toEqual([
      [null],
      0,
      [],
    ]);
    expect(none?.facts.copies.some(({ compared }) => compared)).toBe(false);
  });
});
