#!/usr/bin/env node
// `node tools/engine/build.mjs`: builds Pulumi's engine and its host for Node.js programs from Go modules into a cache
// outside the repository, and prints the folder. Instant where it is there already. Needs Node 18 and Go; no packages.
//
// Everything is built in a temporary neighbour and put in place file by file with a rename, the engine last: whoever
// sees bin/pulumi sees whole files, also while two builds run or after one was killed.
import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { explainFailure, findGo, mayPass, runGo, withoutGo } from "./go.mjs";
import { isRunning, takeLock } from "./lock.mjs";
import { cacheFolder, engineVersion, executables } from "./place.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const packages = ["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", "./pulumi-language-nodejs"];
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const selection = ["-mod=readonly", "-tags=osusergo,grpcnotrace"];
// Without the stamped version `pulumi version` prints an empty line and the Automation API refuses the engine.
const flags = ["-trimpath", "-buildvcs=false", `-ldflags=-s -w -X ${versionVariable}=v${engineVersion}`];
const minutes = 40;

/** An end that has been explained: its message is all there is to show. */
export class BuildFailure extends Error {}

/** Hash of everything that decides what is built; an engine with another one is built anew. */
function recipeOf() {
  const sources = readdirSync(join(here, "pulumi-language-nodejs")).filter((name) => name.endsWith(".go"));
  const files = ["go.mod", "go.sum", ...sources.sort().map((name) => `pulumi-language-nodejs/${name}`)];
  const hash = createHash("sha256").update(JSON.stringify([packages, selection, flags]));
  for (const file of files) hash.update(`\n${file}\n`).update(readFileSync(join(here, file)));
  return hash.digest("hex");
}

/** Whether `folder` holds what this recipe builds. */
function isBuilt(folder, recipe) {
  try {
    const stamp = JSON.parse(readFileSync(join(folder, "build.json"), "utf8"));
    return stamp.recipe === recipe && executables.every((name) => statSync(join(folder, "bin", name)).isFile());
  } catch {
    return false;
  }
}

/**
 * The folder with bin/pulumi, built first where it is not there. `say` gets a line for each thing worth telling.
 * Throws BuildFailure with what went wrong and what to do; what was there before is then untouched.
 */
export async function buildEngine({ env = process.env, say, signal }) {
  const folder = cacheFolder(env);
  const recipe = recipeOf();
  if (isBuilt(folder, recipe)) return folder;
  const goLine = /^go (\S+)$/m.exec(readFileSync(join(here, "go.mod"), "utf8"))[1];
  const go = findGo(env);
  if (go === null) throw new BuildFailure(withoutGo(goLine));
  try {
    mkdirSync(join(folder, "bin"), { recursive: true });
    const release = await takeLock(`${folder}.lock`, {
      done: () => isBuilt(folder, recipe),
      onWait: (pid) => say(`Another build (process ${pid}) is under way; waiting for it.`),
      signal,
    });
    if (release === null) return folder;
    try {
      if (isBuilt(folder, recipe)) return folder;
      removeLeftovers(folder);
      const started = Date.now();
      const temporary = mkdtempSync(`${folder}.${process.pid}-`);
      try {
        await compile({ go, goLine, env, temporary, say, signal });
        const seconds = Math.round((Date.now() - started) / 1000);
        putInPlace(temporary, folder, { recipe, version: engineVersion, seconds });
        say(`Pulumi engine ${engineVersion} built in ${seconds} s.`);
      } finally {
        rmSync(temporary, { recursive: true, force: true });
      }
    } finally {
      release();
    }
  } catch (error) {
    throw explained(error, folder);
  }
  return folder;
}

/** Builds both programs into `<temporary>/bin` and tries the engine. */
async function compile({ go, goLine, env, temporary, say, signal }) {
  mkdirSync(join(temporary, "work"));
  const goEnv = { ...env, GOWORK: "off", GO111MODULE: "on", CGO_ENABLED: "0", GOTMPDIR: join(temporary, "work") };
  const run = (args, onLine) => runGo(go, args, { cwd: here, env: goEnv, signal, onLine });
  const check = ({ code, output }, what) => {
    if (code === null) throw signal.reason;
    if (code !== 0) throw new BuildFailure(`${what} failed:\n${explainFailure(output, goLine)}`);
  };

  say(`Building Pulumi engine ${engineVersion} with ${go} (once, several minutes): fetching modules...`);
  const list = ["list", "-deps", ...selection, ...packages];
  let listed = await run(list, counter(say, "fetched", /^go: downloading /));
  for (let more = 2; more > 0 && listed.code !== 0 && listed.code !== null && mayPass(listed.output); more--) {
    say("The network failed; trying again.");
    listed = await run(list, counter(say, "fetched", /^go: downloading /));
  }
  check(listed, "Fetching the modules");

  const total = listed.stdout.trim().split("\n").length;
  say(`Compiling up to ${total} packages...`);
  const target = `${join(temporary, "bin")}/`;
  mkdirSync(target);
  const build = ["build", "-v", ...selection, ...flags, "-o", target, ...packages];
  check(await run(build, counter(say, "compiled", /^[^\s:]+$/)), "Compiling");

  const printed = await runGo(join(target, basename(executables[1])), ["version"], {
    cwd: temporary,
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME: join(temporary, "home") },
    signal,
  });
  if (printed.code === null) throw signal.reason;
  if (printed.code !== 0 || printed.stdout.trim() !== `v${engineVersion}`) {
    const said = JSON.stringify((printed.stdout + printed.output).trim());
    throw new BuildFailure(`The engine was built, but \`pulumi version\` says ${said} instead of v${engineVersion}.`);
  }
}

/** A listener that counts lines of one form and tells the count now and then. */
function counter(say, done, form) {
  const started = Date.now();
  let count = 0;
  let told = started;
  return (line) => {
    if (!form.test(line)) return;
    count++;
    if (Date.now() - told < 20_000) return;
    told = Date.now();
    say(`  ${count} ${done} after ${Math.round((told - started) / 1000)} s`);
  };
}

function putInPlace(temporary, folder, stamp) {
  for (const name of executables) renameSync(join(temporary, "bin", name), join(folder, "bin", name));
  const file = join(temporary, "build.json");
  writeFileSync(file, `${JSON.stringify(stamp, null, 2)}\n`);
  renameSync(file, join(folder, "build.json"));
}

/** Removes what killed builds of this version left. */
function removeLeftovers(folder) {
  const prefix = `${basename(folder)}.`;
  for (const name of readdirSync(dirname(folder))) {
    const pid = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length)) : null;
    if (pid === null || isRunning(Number(pid[1]))) continue;
    rmSync(join(dirname(folder), name), { recursive: true, force: true });
  }
}

function explained(error, folder) {
  if (error instanceof BuildFailure || error?.name === "AbortError" || error?.name === "TimeoutError") return error;
  if (error.code === "ENOSPC" || error.code === "EDQUOT")
    return new BuildFailure(explainFailure("no space left on device", ""));
  if (error.code === undefined) return error;
  return new BuildFailure(
    `${folder} cannot be written: ${error.message}.\nSet XDG_CACHE_HOME to a folder that can, for the tests as well.`,
  );
}

/** Runs the build for a person: progress to stderr, the folder to stdout. Resolves with the exit code. */
async function main() {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => stop.abort(new Error("interrupted")));
  const limit = setTimeout(() => stop.abort(new Error("too slow")), minutes * 60_000);
  try {
    const folder = await buildEngine({ say: (line) => process.stderr.write(`${line}\n`), signal: stop.signal });
    process.stdout.write(`${folder}\n`);
    return 0;
  } catch (error) {
    if (!stop.signal.aborted && !(error instanceof BuildFailure)) throw error;
    if (stop.signal.reason?.message === "interrupted") return 130;
    const slow = `The build took more than ${minutes} minutes and was stopped. What is compiled is kept; run it again.`;
    process.stderr.write(`${stop.signal.aborted ? slow : error.message}\n`);
    return 1;
  } finally {
    clearTimeout(limit);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
