// Makes sure that there is an engine for the tests: one that is found, else the vendor's installer, else a build from
// Go modules. Ends with 0 where there is one, with 1 and the reasons on stderr where there is none. Imports the
// product's own lookup, so it needs a Node that strips types; tools/setup.mjs picks one.
import { spawnSync } from "node:child_process";
import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import { findEngine } from "../../src/stacks/engine/find.ts";

const patience = { install: 5 * 60_000, build: 45 * 60_000 };

const run = (script, timeout) => {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const ended = spawnSync(process.execPath, [file], { stdio: ["ignore", "ignore", 2], timeout });
  if (ended.error?.code === "ETIMEDOUT") process.stderr.write(`${script} took too long and was ended.\n`);
  return ended.status === 0;
};

const look = () => findEngine({ env: process.env, platform: process.platform, home: homedir() });

let search = await look();
// An engine of our own making is brought up to date: instant where it is.
const isOurs = search.engine?.foundBy === "build cache";
if (search.engine === null || isOurs) {
  const isNamed = (process.env.REGIONS_PULUMI_ROOT ?? "") !== "";
  if (!isNamed && (isOurs || !run("install.mjs", patience.install))) run("build.mjs", patience.build);
  search = await look();
}
if (search.engine === null) {
  process.stderr.write(`${search.text}\nIn this repository, with Go: node tools/engine/build.mjs\n`);
  process.exitCode = 1;
}
