// `npm run check`: everything static that CI runs. Runs every step, also after one has failed, and names the failed.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const steps = [
  ["types", "tsc", "--noEmit", "-p", "."],
  ["types of the functions", "tsc", "--noEmit", "-p", "src/functions"],
  ["types of the front end", "tsc", "--noEmit", "-p", "examples/web"],
  ["lint and format", "biome", "ci", "--error-on-warnings", ...(process.stdout.isTTY ? [] : ["--colors=off"])],
  ["arrows between folders", "depcruise", "--config", ".dependency-cruiser.mjs", "bin", "src", "--output-type", "err"],
  ["dead code and dependencies", "knip"],
  ["client of the front end up to date", "node", "bin/regions.ts", "generate", "client", "--check"],
  ["documentation up to date", "node", "tools/docs.mjs", "--check"],
];

const failed = [];
for (const [name, command, ...args] of steps) {
  const started = Date.now();
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const passed = result.status === 0;
  if (!passed) failed.push(name);
  process.stdout.write(`${passed ? "ok    " : "FAILED"} ${name} (${seconds} s)\n`);
}
process.stdout.write(`${steps.length - failed.length} passed, ${failed.length} failed\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
