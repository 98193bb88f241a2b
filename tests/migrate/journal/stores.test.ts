import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beginJournal, openJournal } from "../../../src/migrate/journal/journal.ts";
import type { LockHolder } from "../../../src/migrate/ports/journal-store.ts";
import type { MovePlan } from "../../../src/model/move.ts";
import { openBucket, openFolder, type Place, type StoreWorld, storeAt } from "./places.ts";

/* What every place for journals promises, held to by one list. */

const start = Date.parse("2026-11-28T09:00:00Z");
const minute = 60_000;
const plan = { id: "pay-europe-west3-1", function: "pay", steps: [] } as unknown as MovePlan;
const ann: LockHolder = { owner: "ann@laptop", host: "laptop", pid: 71, move: plan.id, takeExpired: false };
const bob: LockHolder = { ...ann, owner: "bob@desk", host: "desk", pid: 5 };

describe.each([
  ["files", openFolder],
  ["a bucket", openBucket],
] as const)("journals in %s", (_where, openPlace) => {
  let place: Place;
  let now: number;
  const alive = new Set<number>();
  const waits: number[] = [];
  const world: StoreWorld = {
    now: () => now,
    isAlive: (pid) => alive.has(pid),
    async pause(ms) {
      waits.push(ms);
      now += ms;
    },
  };
  const clock = { now: async () => now, pause: async () => {} };
  const annsStore = () => storeAt(place.where, world, "laptop's");
  const bobsStore = () => storeAt(place.where, world, "desk's");

  beforeEach(async () => {
    place = await openPlace();
    now = start;
    waits.length = 0;
    alive.clear();
    alive.add(71).add(5);
  });
  afterEach(() => place.close());

  it("are lines in their order, for whoever reads them", async () => {
    const journal = await beginJournal(annsStore(), clock, { kind: "planned", plan, by: "ann@laptop" });
    await journal.write({ kind: "begin", step: "deploy-copy", direction: "do", kept: { existed: false } });
    for (let count = 0; count < 10; count += 1)
      await journal.write({ kind: "accepted", step: "s", by: "é", reason: "“" });
    const read = await openJournal(bobsStore(), plan.id, clock);
    expect(read?.records()).toEqual(journal.records());
    expect(read?.records().map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(await bobsStore().read("another")).toBeNull();
  });

  it("are listed, newest last, and nothing else that lies there", async () => {
    expect(await annsStore().list()).toEqual([]);
    for (const id of ["zeta", "alpha", "alpha-2"]) {
      await beginJournal(annsStore(), clock, { kind: "planned", plan: { ...plan, id }, by: "ann@laptop" });
      now += minute;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const lock = await annsStore().lock("pay", ann);
    expect(await bobsStore().list()).toEqual(["zeta", "alpha", "alpha-2"]);
    await lock.release();
  });

  it("take no line from somebody who has not read the last one, and none that leaves a gap", async () => {
    const one = await beginJournal(annsStore(), clock, { kind: "planned", plan, by: "ann@laptop" });
    const other = await openJournal(bobsStore(), plan.id, clock);
    await other?.write({ kind: "moved" });
    const refused = "The journal of pay-europe-west3-1 has 2 lines, and 1 were known: somebody else goes on with it.";
    await expect(one.write({ kind: "rolled-back" })).rejects.toThrow(refused);
    await expect(annsStore().append(plan.id, 4, "{}")).rejects.toThrow("has 2 lines, and 4 were known");
    await expect(annsStore().append("new", 1, "{}")).rejects.toThrow(
      "The journal of new has 0 lines, and 1 were known",
    );
    await expect(beginJournal(annsStore(), clock, { kind: "planned", plan, by: "eve@desk" })).rejects.toThrow(
      "has 2 lines, and 0 were known",
    );
    expect((await openJournal(annsStore(), plan.id, clock))?.records().map(({ kind }) => kind)).toEqual([
      "planned",
      "moved",
    ]);
  });

  it.each([
    ["no JSON", "Line 1 of the journal of pay-europe-west3-1 is no JSON."],
    [
      '{"v":2,"n":0}',
      "Line 1 of the journal of pay-europe-west3-1 is of version 2, and this version of regions reads 1.",
    ],
    ['{"v":1,"n":4}', "Line 1 of the journal of pay-europe-west3-1 says that it is number 4,"],
  ])("are refused where they cannot be understood: %s", async (line, message) => {
    await place.plant(plan.id, [line]);
    await expect(openJournal(annsStore(), plan.id, clock)).rejects.toThrow(message);
  });

  it("have a lock that names who holds it, until when, and is free again once it is released", async () => {
    const lock = await annsStore().lock("pay", ann);
    await expect(bobsStore().lock("pay", { ...bob, takeExpired: true })).rejects.toThrow(
      "ann@laptop (process 71 on laptop) is at the move pay-europe-west3-1 of pay since 2026-11-28T09:00:00.000Z. Its lock holds until 2026-11-28T09:15:00.000Z unless it is renewed.",
    );
    await (await bobsStore().lock("bill", bob)).release();
    await lock.release();
    await (await bobsStore().lock("pay", bob)).release();
    expect([await place.names(), waits]).toEqual([[], []]);
  });

  it("have a lock that is taken over by consent alone, once nobody renews it", async () => {
    const first = await annsStore().lock("pay", ann);
    now += 10 * minute;
    await Promise.all([first.renew(), first.sending(), first.renew()]);
    expect(first.leftMs()).toBe(15 * minute);
    now += 14 * minute;
    expect(first.leftMs()).toBe(minute);
    await expect(bobsStore().lock("pay", { ...bob, takeExpired: true })).rejects.toThrow("is at the move");
    now += 2 * minute;
    await expect(bobsStore().lock("pay", bob)).rejects.toThrow(
      "and has not been heard of since 2026-11-28T09:25:00.000Z. If that process is gone, take over with --take-over.",
    );
    const second = await bobsStore().lock("pay", { ...bob, takeExpired: true });
    const gone = "Somebody else has taken over the move pay-europe-west3-1. Nothing more is done here.";
    await expect(first.sending()).rejects.toThrow(gone);
    await expect(first.settled()).rejects.toThrow(gone);
    await first.release();
    await second.renew();
    await second.release();
    expect(await place.names()).toEqual([]);
  });

  it("have a lock that falls to the next at once where its process is dead on the same machine", async () => {
    await annsStore().lock("pay", ann);
    alive.delete(71);
    const lock = await annsStore().lock("pay", { ...ann, pid: 72 });
    expect(waits).toEqual([]);
    await lock.release();
  });

  it("let come about what was sent before anybody else has the lock: of a dead process, and of one that gave up", async () => {
    const first = await annsStore().lock("pay", ann);
    await first.sending();
    alive.delete(71);
    const second = await annsStore().lock("pay", { ...ann, pid: 5 });
    expect(waits).toEqual([15_000]);
    await second.sending();
    await second.settled();
    await second.release();
    const third = await bobsStore().lock("pay", bob);
    expect(waits).toEqual([15_000]);
    await third.sending();
    await third.release();
    now += 5_000;
    const fourth = await annsStore().lock("pay", { ...ann, pid: 5 });
    expect(waits).toEqual([15_000, 10_000]);
    await fourth.release();
    expect(await place.names()).toEqual([]);
  });

  it("lose no line, and mix none, when several processes write at once", async () => {
    const names = ["ann", "bob", "eve"];
    expect(await ended(names.map((name) => child(place, "write", name, 12)))).toEqual([0, 0, 0]);
    const lines = (await annsStore().read("pay-1")) ?? [];
    const records = lines.map((line) => JSON.parse(line) as { n: number; by: string; number: number });
    expect(records.map(({ n }) => n)).toEqual(Array.from({ length: 36 }, (_, n) => n));
    for (const name of names) {
      const own = records.filter(({ by }) => by === name).map(({ number }) => number);
      expect(own).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    }
  }, 60_000);

  it("have a lock that one of several processes holds at a time", async () => {
    const folder = mkdtempSync(join(tmpdir(), "regions-count-"));
    const file = join(folder, "count");
    writeFileSync(file, "0");
    const children = ["ann", "bob", "eve"].map((name) => child(place, "count", name, 8, file));
    expect(await ended(children)).toEqual([0, 0, 0]);
    expect(readFileSync(file, "utf8")).toBe("24");
    expect(await place.names()).toEqual([]);
    rmSync(folder, { recursive: true });
  }, 60_000);

  it("have a lock that a killed process leaves to the next on its machine", async () => {
    const holding = child(place, "hold", "ann", 0);
    if (holding.stdout === null) throw new Error("the child has no output");
    await once(holding.stdout, "data");
    holding.kill("SIGKILL");
    await once(holding, "close");
    now = Date.now();
    const lock = await storeAt(place.where, world).lock("pay", ann);
    await lock.renew();
    await lock.release();
  }, 60_000);
});

function child(place: Place, what: string, name: string, times: number, file = ""): ChildProcess {
  const args = [join(import.meta.dirname, "store-child.ts"), JSON.stringify(place.where), what, name, `${times}`, file];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
}

async function ended(children: readonly ChildProcess[]): Promise<unknown[]> {
  return Promise.all(children.map(async (one) => (await once(one, "close"))[0]));
}
