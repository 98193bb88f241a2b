// A process that counts under a lock: `lock-child.ts FOLDER TIMES`. With TIMES 0 it takes the lock, says so, and stays.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createFileStore } from "../../src/migrate/journal/file-store.ts";
import { Refused } from "../../src/migrate/ports/world.ts";

const [folder = "", times = "1"] = process.argv.slice(2);
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const store = createFileStore({ folder, now: Date.now, isAlive });
const holder = { owner: "ann@laptop", host: "laptop", pid: process.pid, move: "pay-1", takeExpired: false };

if (times === "0") {
  await store.lock("pay", holder);
  process.stdout.write("locked\n");
  await sleep(60_000);
}
for (let done = 0; done < Number(times); ) {
  try {
    const lock = await store.lock("pay", holder);
    const file = join(folder, "count");
    const before = Number(readFileSync(file, "utf8"));
    await sleep(2);
    writeFileSync(file, String(before + 1));
    await lock.renew();
    await lock.release();
    done += 1;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await sleep(1);
  }
}
