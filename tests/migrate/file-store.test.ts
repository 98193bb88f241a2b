import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFileStore } from "../../src/migrate/journal/file-store.ts";
import { beginJournal, openJournal } from "../../src/migrate/journal/journal.ts";
import type { LockHolder } from "../../src/migrate/ports/journal-store.ts";
import type { MovePlan } from "../../src/model/move.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "regions-journal-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = Date.parse("2026-11-28T09:00:00Z");
let now = start;
const alive = new Set<number>();
const storeHere = () => createFileStore({ folder, now: () => now, isAlive: (pid) => alive.has(pid) });
const clock = { now: async () => now, pause: async () => {} };
const plan = { id: "pay-europe-west3-1", function: "pay", steps: [] } as unknown as MovePlan;
const holder: LockHolder = { owner: "ann@laptop", host: "laptop", pid: 71, move: plan.id, takeExpired: false };

describe("a journal in a file", () => {
  it("is a line for each record, numbered, readable by its owner alone", async () => {
    now = start;
    const store = storeHere();
    const journal = await beginJournal(store, clock, { kind: "planned", plan, by: "ann@laptop" });
    await journal.write({ kind: "begin", step: "deploy-copy", direction: "do", kept: { existed: false } });
    const path = join(folder, "pay-europe-west3-1.jsonl");
    const lines = readFileSync(path, "utf8").split("\n");
    expect(lines.map((line) => (line === "" ? null : (JSON.parse(line) as object)))).toEqual([
      { v: 1, n: 0, at: "2026-11-28T09:00:00.000Z", kind: "planned", plan, by: "ann@laptop" },
      {
        v: 1,
        n: 1,
        at: "2026-11-28T09:00:00.000Z",
        kind: "begin",
        step: "deploy-copy",
        direction: "do",
        kept: { existed: false },
      },
      null,
    ]);
    if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await store.list()).toEqual(["pay-europe-west3-1"]);
  });

  it("loses nothing but a line that was torn while it was written, and writes over that", async () => {
    const store = storeHere();
    await beginJournal(store, clock, { kind: "planned", plan, by: "ann@laptop" });
    appendFileSync(join(folder, `${plan.id}.jsonl`), '{"v":1,"n":1,"at":"2026-11-2');
    const again = await openJournal(store, plan.id, clock);
    expect(again?.records().map(({ kind }) => kind)).toEqual(["planned"]);
    await again?.write({ kind: "moved" });
    expect((await openJournal(store, plan.id, clock))?.records().map(({ n, kind }) => [n, kind])).toEqual([
      [0, "planned"],
      [1, "moved"],
    ]);
  });

  it("is none where somebody was killed before its first line was whole, and can be begun", async () => {
    const store = storeHere();
    const path = join(folder, `${plan.id}.jsonl`);
    for (const left of ["", '{"v":1,"n":0,"at":"2026-11-28T09']) {
      writeFileSync(path, left);
      expect([await store.list(), await store.read(plan.id)]).toEqual([[], null]);
      expect(await openJournal(store, plan.id, clock)).toBeNull();
      await beginJournal(store, clock, { kind: "planned", plan, by: "ann@laptop" });
      expect([await store.list(), (await store.read(plan.id))?.length]).toEqual([[plan.id], 1]);
    }
  });

  it("takes no line from somebody who has not read the last one", async () => {
    const store = storeHere();
    const one = await beginJournal(store, clock, { kind: "planned", plan, by: "ann@laptop" });
    const other = await openJournal(store, plan.id, clock);
    await other?.write({ kind: "moved" });
    await expect(one.write({ kind: "rolled-back" })).rejects.toThrow(
      "The journal of pay-europe-west3-1 has 2 lines, and 1 were known: somebody else goes on with it.",
    );
  });

  it.each([
    ["no JSON\n", "Line 1 of the journal of pay-europe-west3-1 is no JSON."],
    [
      '{"v":2,"n":0}\n',
      "Line 1 of the journal of pay-europe-west3-1 is of version 2, and this version of regions reads 1.",
    ],
    ['{"v":1,"n":4}\n', "Line 1 of the journal of pay-europe-west3-1 says that it is number 4,"],
  ])("is refused where it cannot be understood: %s", async (text, message) => {
    writeFileSync(join(folder, `${plan.id}.jsonl`), text);
    await expect(openJournal(storeHere(), plan.id, clock)).rejects.toThrow(message);
  });
});

describe("the lock of a function", () => {
  it("names who holds it, until when, and is free again once it is released", async () => {
    now = start;
    alive.add(71);
    const store = storeHere();
    const lock = await store.lock("pay", holder);
    await expect(store.lock("pay", { ...holder, owner: "bob@desk", host: "desk" })).rejects.toThrow(
      "ann@laptop (process 71 on laptop) is at the move pay-europe-west3-1 of pay since 2026-11-28T09:00:00.000Z. Its lock holds until 2026-11-28T09:15:00.000Z unless it is renewed.",
    );
    expect(await (await store.lock("bill", holder)).release()).toBeUndefined();
    await lock.release();
    await (await store.lock("pay", holder)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is taken over by consent alone once nobody renews it, and whoever had it then does nothing more", async () => {
    now = start;
    alive.add(71);
    const store = storeHere();
    const bob = { ...holder, owner: "bob@desk", host: "desk", pid: 5 };
    const first = await store.lock("pay", holder);
    now += 10 * 60_000;
    await first.renew();
    now += 14 * 60_000;
    await expect(store.lock("pay", { ...bob, takeExpired: true })).rejects.toThrow("is at the move");
    now += 2 * 60_000;
    await expect(store.lock("pay", bob)).rejects.toThrow(
      "and has not been heard of since 2026-11-28T09:25:00.000Z. If that process is gone, take over with --take-over.",
    );
    const second = await store.lock("pay", { ...bob, takeExpired: true });
    await expect(first.renew()).rejects.toThrow("Somebody else has taken over the move");
    await first.release();
    await second.renew();
    await second.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is held by one of many processes at a time", async () => {
    writeFileSync(join(folder, "count"), "0");
    const children = Array.from({ length: 4 }, () => childOf("15"));
    const codes = await Promise.all(children.map(async (child) => (await once(child, "close"))[0] as number));
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(readFileSync(join(folder, "count"), "utf8")).toBe("60");
  }, 60_000);

  it("falls to the next where its process was killed on the same machine", async () => {
    const child = childOf("0");
    if (child.stdout === null) throw new Error("the child has no output");
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "close");
    now = Date.now();
    const lock = await storeHere().lock("pay", holder);
    await lock.renew();
    await lock.release();
  }, 60_000);
});

function childOf(times: string): ChildProcess {
  const args = [join(import.meta.dirname, "lock-child.ts"), folder, times];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
}
