// Installs what the lock file says, where it is not installed yet. Runs before `npm start`, `npm test` and
// `npm run check`, also on the machine's own, older Node: so nothing here may need more than Node 18. Before `npm test`
// it sees to a Pulumi engine as well, and to a browser where one is required.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Packages of a lock file by path, or null where the file is missing or damaged. */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), "utf8")).packages ?? {};
  } catch {
    return null;
  }
}

/** Whether every package of the lock file lies in node_modules at its locked version. */
function isInstalled() {
  const wanted = packagesOf("package-lock.json");
  const present = packagesOf("node_modules/.package-lock.json");
  if (wanted === null || present === null) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes("node_modules/") || entry.optional || entry.extraneous || entry.devOptional || entry.peer)
      return true;
    return present[path]?.version === entry.version && (entry.link === true || existsSync(join(root, path)));
  });
}

if (!isInstalled()) {
  process.stderr.write("Installing the packages of package-lock.json (once, a few minutes)...\n");
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm, "ci"]] : ["npm", ["ci"]];
  const result = spawnSync(command, [...args, "--loglevel=error"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (result.status !== 0) {
    process.stderr.write("npm ci failed (see above). Mend that, then type the same command again.\n");
    process.exit(1);
  }
}

const [major, minor] = process.versions.node.split(".").map(Number);
const systemNodeServes = major > 22 || (major === 22 && minor >= 12);
if (!systemNodeServes && !existsSync(join(root, "node_modules/.bin/node"))) {
  process.stderr.write(
    `Node ${process.versions.node} is too old and the registry has no Node for this platform (${process.platform} ${process.arch}).\n` +
      "Install Node 22.12 or later, then type the same command again.\n",
  );
  process.exit(1);
}

/** Whether there is a Pulumi engine for the tests; installed or built first where there is none. */
function ensureEngine() {
  const ownNode = join(root, "node_modules/.bin/node");
  const flags = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];
  let command = [process.execPath, ...flags];
  if (process.features.typescript) command = [process.execPath];
  else if (process.platform !== "win32" && existsSync(ownNode)) command = [ownNode];
  const [node, ...args] = [...command, join(root, "tools/engine/ensure.mjs")];
  return spawnSync(node, args, { cwd: root, stdio: ["ignore", 2, 2] }).status === 0;
}

if (process.env.npm_lifecycle_event === "pretest" && !ensureEngine()) {
  if (process.env.REGIONS_REQUIRE_ENGINE === "1") {
    process.stderr.write("REGIONS_REQUIRE_ENGINE=1: without an engine nothing is tested (see above).\n");
    process.exit(1);
  }
  process.stderr.write("Going on without an engine: the tests that need one are skipped by name.\n");
}

// A browser is a package of the system: it is installed only where somebody has said that there has to be one.
if (process.env.npm_lifecycle_event === "pretest" && process.env.REGIONS_REQUIRE_BROWSER === "1") {
  const args = [join(root, "tools/browser.mjs"), "--install"];
  if (spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", 2, 2] }).status !== 0) {
    process.stderr.write("REGIONS_REQUIRE_BROWSER=1: without a browser nothing is tested (see above).\n");
    process.exit(1);
  }
}
