import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { beginJournal, openJournal } from "../../../src/migrate/journal/journal.ts";
import type { MovePlan } from "../../../src/model/move.ts";
import { openFolder, type Place, storeAt } from "./places.ts";

/* What is of files alone; the rest of what they promise is in stores.test.ts. */

let place: Place;
beforeEach(async () => {
  place = await openFolder();
});
afterEach(() => place.close());

const now = Date.parse("2026-11-28T09:00:00Z");
const clock = { now: async () => now, pause: async () => {} };
const plan = { id: "pay-europe-west3-1", function: "pay", steps: [] } as unknown as MovePlan;
const store = () => storeAt(place.where, { now: () => now, isAlive: () => true, pause: async () => {} });
const pathOf = (name: string): string => join("folder" in place.where ? place.where.folder : "", name);

it("is a line for each record, readable by its owner alone", async () => {
  const journal = await beginJournal(store(), clock, { kind: "planned", plan, by: "ann@laptop" });
  await journal.write({ kind: "begin", step: "deploy-copy", direction: "do", kept: { existed: false } });
  const path = pathOf("pay-europe-west3-1.jsonl");
  const at = "2026-11-28T09:00:00.000Z";
  const begin = { v: 1, n: 1, at, kind: "begin", step: "deploy-copy", direction: "do", kept: { existed: false } };
  const lines = readFileSync(path, "utf8").split("\n");
  expect(lines.map((line) => (line === "" ? null : (JSON.parse(line) as object)))).toEqual([
    { v: 1, n: 0, at, kind: "planned", plan, by: "ann@laptop" },
    begin,
    null,
  ]);
  if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
});

it("loses nothing but a line that was torn while it was written, and writes over that", async () => {
  await beginJournal(store(), clock, { kind: "planned", plan, by: "ann@laptop" });
  appendFileSync(pathOf(`${plan.id}.jsonl`), '{"v":1,"n":1,"at":"2026-11-2');
  const again = await openJournal(store(), plan.id, clock);
  expect(again?.records().map(({ kind }) => kind)).toEqual(["planned"]);
  await again?.write({ kind: "moved" });
  expect((await openJournal(store(), plan.id, clock))?.records().map(({ n, kind }) => [n, kind])).toEqual([
    [0, "planned"],
    [1, "moved"],
  ]);
});

it("is none where somebody was killed before its first line was whole, and can be begun", async () => {
  const path = pathOf(`${plan.id}.jsonl`);
  for (const left of ["", '{"v":1,"n":0,"at":"2026-11-28T09']) {
    writeFileSync(path, left);
    expect([await store().list(), await store().read(plan.id)]).toEqual([[], null]);
    expect(await openJournal(store(), plan.id, clock)).toBeNull();
    await beginJournal(store(), clock, { kind: "planned", plan, by: "ann@laptop" });
    expect([await store().list(), (await store().read(plan.id))?.length]).toEqual([[plan.id], 1]);
  }
});

it("says which lock it cannot read", async () => {
  writeFileSync(pathOf("pay.lock.1"), "torn");
  const holder = { owner: "ann@laptop", host: "laptop", pid: 71, move: plan.id, takeExpired: true };
  await expect(store().lock("pay", holder)).rejects.toThrow(
    "pay.lock.1 cannot be read. Delete it if nobody is at a move",
  );
});
