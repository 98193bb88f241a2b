// `npm start`: audits the reference fleet on the embedded sandbox. The audit is meant to find the story's faults,
// so its exit code is told, not passed on.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const meanings = new Map([
  [0, "nothing found and nothing left unread"],
  [1, "it found faults; a CI job would stop here"],
  [2, "wrong usage or a wrong regions.yaml"],
  [3, "something that was asked for could not be looked at, so it does not say clean"],
  [130, "it was interrupted"],
]);

await build();
process.stdout.write("$ regions audit --env sandbox\n\n");
const audit = spawnSync(process.execPath, [join(root, "dist/regions.js"), "audit", "--env", "sandbox"], {
  cwd: root,
  stdio: "inherit",
});
const code = audit.status ?? 130;
process.stdout.write(`\nThe audit ended with exit code ${code}: ${meanings.get(code) ?? "it failed"}.\n`);
if (code === 1) {
  process.stdout.write(
    [
      "These faults are the reference fleet's story. What to type next:",
      "  npx regions explain wrong-region                   what a rule means, and its mend",
      "  npx regions list callers                           every place that calls a function, with its region",
      "  npx regions audit --sources declared,callers       the same gate for pull requests, without credentials",
      "  npx regions init --root ../your-repository -o -    a first regions.yaml for your own fleet",
      "",
    ].join("\n"),
  );
}
// 1 is what the story is for; anything else means that the tool itself did not work.
process.exitCode = code === 0 || code === 1 ? 0 : code;
