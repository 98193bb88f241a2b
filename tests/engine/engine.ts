import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe } from "vitest";
import { findEngine } from "../../src/stacks/engine/find.ts";
import type { Engine } from "../../src/stacks/engine/judge.ts";

/* For every test that needs the real engine. Without one they are skipped by name, with the reason and its mend. */

const mend = "node tools/engine/build.mjs";
const search = await findEngine({ env: process.env, platform: process.platform, home: homedir() });
if (search.engine === null && process.env.REGIONS_REQUIRE_ENGINE === "1")
  throw new Error(`REGIONS_REQUIRE_ENGINE=1, and:\n${search.text}\nIn this repository, with Go: ${mend}`);
let isTold = false;

/** A group of tests that get the engine. `body` only registers them: without an engine it is called for their names. */
export function describeWithEngine(name: string, body: (engine: Engine) => void): void {
  const { engine } = search;
  if (engine === null) skip(name, () => describe.skip(name, () => body(absent)));
  else describe(name, () => body(engine));
}

const absent: Engine = { executable: "", root: null, version: "0.0.0", foundBy: "PATH", languageHost: null };

function skip(name: string, register: () => void): void {
  if (!isTold) process.stderr.write(`${search.text}\nIn this repository, with Go: ${mend}\n`);
  isTold = true;
  process.stderr.write(`skipped, no Pulumi engine: ${name}\n`);
  register();
}

/** A world of its own for one engine: state, home and temporary files below one folder. */
export interface EngineRoom {
  readonly folder: string;
  /** For child processes, whole: nothing of the caller's Pulumi account, config or state is in it. */
  readonly env: Readonly<Record<string, string>>;
  /** For the Automation API's `envVars`, which are laid over the environment of this process. */
  readonly overlay: Readonly<Record<string, string>>;
  readonly pulumiHome: string;
  readonly remove: () => void;
}

/** @param beside a folder inside which the room is made, for programs that must find this checkout's node_modules */
export function engineRoom(engine: Engine, beside: string = tmpdir()): EngineRoom {
  const folder = mkdtempSync(join(beside, "regions-engine-"));
  const make = (name: string) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };
  const pulumiHome = make("pulumi-home");
  const overlay = {
    PULUMI_BACKEND_URL: pathToFileURL(make("state")).href,
    PULUMI_CONFIG_PASSPHRASE: "for tests only",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_HOME: pulumiHome,
    PULUMI_ACCESS_TOKEN: "",
    TMPDIR: make("tmp"),
  };
  const path = [dirname(engine.executable), dirname(process.execPath), process.env.PATH ?? ""].join(delimiter);
  return {
    folder,
    env: { ...overlay, PATH: path, HOME: folder },
    overlay,
    pulumiHome,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
