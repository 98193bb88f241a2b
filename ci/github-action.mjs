// What action.yml runs: `regions audit` with its inputs, and what GitHub wants beside the log. It ends with the audit's
// own exit code. Nothing but Node is needed: the program itself is the repository's, or is installed first.
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/** GitHub takes so much of a step's summary, and drops all of one that is longer. */
const mostOfSummary = 1024 * 1024;
const gap = 3;

const env = process.env;
const input = (name) => (env[`INPUT_${name}`] ?? "").trim();

/** A line that GitHub shows as an error; what is in it is data, whatever it looks like. */
function say(message) {
  const text = message.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  process.stdout.write(`::error title=regions audit::${text}\n`);
}

function stop(message, code) {
  say(message);
  output("exit-code", String(code));
  process.exit(code);
}

// Node would end with 1, which says that there are findings.
process.on("uncaughtException", (error) => stop(`nothing was looked at: ${error.message}`, gap));

/** One line of a file of GitHub's. A value with a line feed would be read as a second output. */
function output(name, value) {
  if (env.GITHUB_OUTPUT) appendFileSync(env.GITHUB_OUTPUT, `${name}=${value.replaceAll(/[\r\n]/g, " ")}\n`);
}

/** The program: that of the repository, where no version is asked for, else one that npm fetches. */
function program(folder, workspace) {
  const wanted = input("VERSION");
  if (wanted === "") {
    for (let at = folder; ; at = dirname(at)) {
      const own = join(at, "node_modules/gcp-regions/dist/regions.js");
      if (existsSync(own)) return own;
      if (at === workspace || at === dirname(at)) break;
    }
  }
  const beside = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const version = wanted === "" ? beside.version : wanted;
  if (!/^[\w.^~-]+$/.test(version)) stop(`version is "${version}", which is no version: write it as 1.2.3.`, 2);
  const into = mkdtempSync(join(env.RUNNER_TEMP || tmpdir(), "gcp-regions-"));
  const npm = spawnSync(
    "npm",
    ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", into, `gcp-regions@${version}`],
    // npm's own words go to the log, and not between the annotations. Windows has npm as a script.
    { cwd: into, stdio: ["ignore", 2, 2], shell: process.platform === "win32" },
  );
  // Not 1, which would say that there are findings.
  if (npm.status !== 0) stop(`gcp-regions ${version} could not be installed; nothing was looked at.`, gap);
  return join(into, "node_modules/gcp-regions/dist/regions.js");
}

/** A value stays a value, also where it begins with a dash. */
const option = (name, value) => (value === "" ? [] : [`--${name}=${value}`]);

const workspace = resolve(env.GITHUB_WORKSPACE || process.cwd());
const folder = resolve(workspace, input("WORKING_DIRECTORY") || ".");
const isInside = folder === workspace || folder.startsWith(workspace + sep);
if (!isInside || !existsSync(folder) || !statSync(folder).isDirectory()) {
  stop(`working-directory is "${input("WORKING_DIRECTORY")}", which is no folder of the workspace.`, 2);
}
const summary = input("SUMMARY") || "true";
if (summary !== "true" && summary !== "false") stop(`summary is "${summary}": write true or false.`, 2);

const sarif = input("SARIF_FILE");
const sarifPath = resolve(folder, sarif);
// One of an earlier step would be taken for this one's.
if (sarif !== "") rmSync(sarifPath, { force: true });
const scratch = mkdtempSync(join(env.RUNNER_TEMP || tmpdir(), "regions-summary-"));
const markdown = join(scratch, "summary.md");
const formats = (input("FORMAT") || "github").split(/\s+/);

const { status, signal, error } = spawnSync(
  process.execPath,
  [
    program(folder, workspace),
    "audit",
    ...option("sources", input("SOURCES")),
    ...option("manifest", input("MANIFEST")),
    ...option("env", input("ENV")),
    ...option("changed-since", input("CHANGED_SINCE")),
    ...option("baseline", input("BASELINE")),
    ...option("deployed", input("DEPLOYED")),
    ...option("fail-on", input("FAIL_ON")),
    ...formats.flatMap((format) => option("format", format)),
    ...(sarif === "" ? [] : option("format", `sarif=${sarif}`)),
    ...(summary === "true" && env.GITHUB_STEP_SUMMARY ? option("format", `markdown=${markdown}`) : []),
  ],
  { cwd: folder, stdio: ["ignore", "inherit", "inherit"] },
);
if (error !== undefined) say(`regions could not be started: ${error.message}`);
// A program that was killed has said nothing of what it saw.
const code = status ?? (signal === "SIGINT" || signal === "SIGTERM" ? 130 : gap);

if (existsSync(markdown)) {
  const text = readFileSync(markdown, "utf8");
  if (text !== "" && Buffer.byteLength(text) < mostOfSummary) appendFileSync(env.GITHUB_STEP_SUMMARY, text);
}
rmSync(scratch, { recursive: true, force: true });
if (sarif !== "" && existsSync(sarifPath)) {
  const shown = relative(workspace, sarifPath);
  output("sarif-file", isAbsolute(shown) || shown.startsWith("..") ? sarifPath : shown.split(sep).join("/"));
}
output("exit-code", String(code));
// Wrong usage is told on standard error, which nobody reads beside the annotations.
if (code === 2) say("regions audit was given something wrong; the log of this step says what.");
process.exit(code);
