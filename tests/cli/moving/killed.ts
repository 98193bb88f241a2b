import fs, { appendFileSync, readFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/*
 * The program itself, from source, that kills itself with SIGKILL at the first point of a journal that the file of its
 * first argument does not name yet, and adds it there: `before done deploy-copy` ahead of the line, so after the effect
 * that it tells of; `after begin deploy-copy` once the line is on disk, so before the effect. The second argument names the one
 * point that is wanted; "any" is each of them.
 */
const [file = "", wanted = "", ...argv] = process.argv.slice(2);
const open = fs.promises.open;

function pass(point: string): void {
  if (wanted !== "any" && wanted !== point) return;
  if (readFileSync(file, "utf8").split("\n").includes(point)) return;
  appendFileSync(file, `${point}\n`);
  process.kill(process.pid, "SIGKILL");
}

fs.promises.open = async (path, ...rest) => {
  const handle = await open(path, ...rest);
  if (!String(path).endsWith(".jsonl")) return handle;
  let name = "";
  const write = handle.write.bind(handle) as (bytes: Buffer, ...more: unknown[]) => Promise<unknown>;
  const sync = handle.sync.bind(handle);
  Object.assign(handle, {
    write: (bytes: Buffer, ...more: unknown[]) => {
      const { kind, step, direction } = JSON.parse(bytes.toString("utf8"));
      name = [kind, direction === "undo" ? "undo" : null, step].filter(Boolean).join(" ");
      pass(`before ${name}`);
      return write(bytes, ...more);
    },
    sync: async () => {
      await sync();
      pass(`after ${name}`);
    },
  });
  return handle;
};
syncBuiltinESMExports();

process.argv.splice(2, process.argv.length, ...argv);
await import("../../../bin/regions.ts");
