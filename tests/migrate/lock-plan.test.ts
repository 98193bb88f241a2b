import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFileStore } from "../../src/migrate/journal/file-store.ts";
import { collides, lockPlan } from "../../src/migrate/journal/lock-plan.ts";
import type { JournalStore } from "../../src/migrate/ports/journal-store.ts";
import type { CopyRef, MovePlan } from "../../src/model/move.ts";

let folder: string;
let store: JournalStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "regions-lock-plan-"));
  const now = () => Date.parse("2026-11-28T09:14:00Z");
  store = createFileStore({ folder, now, isAlive: () => true, pause: async () => {} });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const planOf = (name: string, stays: CopyRef | null) => ({ id: `${name}-1`, function: name, stays }) as MovePlan;
const ann = (move: string) => ({ owner: "ann@laptop", host: "laptop", pid: 7, move, takeExpired: false });
const prune = planOf("twilioWebhook", { function: "twilioCallWebhook", region: "europe-west3" });
const move = planOf("twilioCallWebhook", { function: "twilioCallWebhook", region: "europe-west1" });

it("holds what goes and what stands in, and gives both back", async () => {
  const lock = await lockPlan(store, prune, ann(prune.id));
  expect(readdirSync(folder).length).toBe(2);
  for (const one of [lock.renew, lock.sending, lock.settled]) await one();
  expect(lock.leftMs()).toBeGreaterThan(0);
  await expect(lockPlan(store, move, ann(move.id))).rejects.toThrow(
    "ann@laptop (process 7 on laptop) is at the move twilioWebhook-1 of twilioCallWebhook since",
  );
  await lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

it("keeps nothing of what it could not hold whole", async () => {
  const other = await lockPlan(store, planOf("twilioWebhook", null), ann("other"));
  await expect(lockPlan(store, prune, ann(prune.id))).rejects.toThrow("of twilioWebhook since");
  await other.release();
  expect(readdirSync(folder)).toEqual([]);
});

it("knows which plans cannot be open at once", () => {
  const second = planOf("oldWebhook", { function: "twilioCallWebhook", region: "europe-west3" });
  expect([collides(prune, move), collides(move, prune)]).toEqual([true, true]);
  // Two functions may be replaced by the same third.
  expect(collides(prune, second)).toBe(false);
  expect(collides(planOf("twilioWebhook", null), prune)).toBe(true);
  expect(collides(planOf("stripeWebhook", null), prune)).toBe(false);
});
