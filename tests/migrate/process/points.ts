import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/*
 * Loaded before the program. At the one line of a journal that REGIONS_KILL_AT names, before it is written ("7 before") or
 * once it is on disk ("7 after"), the process kills itself with SIGKILL. Ahead of each line it tells REGIONS_POINTS, where
 * that is given, and goes on when it has an answer: so events come before and after each effect.
 */
const { REGIONS_KILL_AT: killAt = "", REGIONS_POINTS: told = "" } = process.env;
const open = fs.promises.open;

async function pass(number: number, when: "before" | "after"): Promise<void> {
  if (told !== "" && when === "before") await fetch(told, { method: "POST" });
  if (killAt === `${number} ${when}`) process.kill(process.pid, "SIGKILL");
}

fs.promises.open = async (path, ...rest) => {
  const handle = await open(path, ...rest);
  if (!String(path).endsWith(".jsonl")) return handle;
  let number = 0;
  const write = handle.write.bind(handle) as (bytes: Buffer, ...more: unknown[]) => Promise<unknown>;
  const sync = handle.sync.bind(handle);
  Object.assign(handle, {
    write: async (bytes: Buffer, ...more: unknown[]) => {
      number = JSON.parse(bytes.toString("utf8")).n;
      await pass(number, "before");
      return write(bytes, ...more);
    },
    sync: async () => {
      await sync();
      await pass(number, "after");
    },
  });
  return handle;
};
syncBuiltinESMExports();
