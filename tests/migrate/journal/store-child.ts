/*
 * An operator in a process of its own: `store-child.ts WHERE WHAT NAME TIMES FILE`, WHERE as JSON.
 * - `count`: takes the lock of "pay" so many times, and counts up in FILE while it has it.
 * - `write`: writes so many lines to the journal "pay-1", each after having read all that are there.
 * - `hold`: takes the lock, says so, and stays.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Refused } from "../../../src/migrate/ports/world.ts";
import { storeAt } from "./places.ts";

const [where = "", what = "", name = "", times = "0", file = ""] = process.argv.slice(2);
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const store = storeAt(JSON.parse(where), { now: Date.now, isAlive, pause: (ms) => sleep(ms) });
const holder = { owner: `${name}@laptop`, host: "laptop", pid: process.pid, move: "pay-1", takeExpired: false };

async function counted(): Promise<void> {
  const lock = await store.lock("pay", holder);
  const before = Number(readFileSync(file, "utf8"));
  await sleep(2);
  writeFileSync(file, String(before + 1));
  await lock.sending();
  await lock.settled();
  await lock.release();
}

async function written(number: number): Promise<void> {
  const lines = await store.read("pay-1");
  await store.append("pay-1", lines?.length ?? 0, JSON.stringify({ n: lines?.length ?? 0, by: name, number }));
}

if (what === "hold") {
  await store.lock("pay", holder);
  process.stdout.write("locked\n");
  await sleep(60_000);
}
for (let done = 0; done < Number(times); ) {
  try {
    await (what === "count" ? counted() : written(done));
    done += 1;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await sleep(1);
  }
}
