#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PolicyPack } from "@pulumi/policy";
import { InputError } from "../../model/problem.ts";
import { objectOf, textOf } from "../json.ts";
import { policiesFor, problemsText } from "./policies.ts";
import { readManifest } from "./read-manifest.ts";

/*
 * The process that the engine starts as a policy pack. Its first line on stdout is the port that it answers at, so
 * nothing else may be written there. Which manifest it judges by is in read-manifest.ts.
 */

function serve(): void {
  const { env } = process;
  try {
    const policies = policiesFor(readManifest(env, process.cwd()));
    // The library takes the pack's version from the package.json of the working directory.
    process.chdir(packageFolder());
    new PolicyPack("regions", { policies, enforcementLevel: "mandatory" });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`The regions policy pack cannot judge this stack:\n${problemsText(error.problems)}\n`);
    process.exit(1);
  }
  endWithTheEngine();
}

/** The engine ends this process when it is done; one that was killed cannot. */
function endWithTheEngine(): void {
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) process.exit(1);
  }, 2000).unref();
}

/** Folder of the package that this file belongs to: the first one upwards whose package.json has a version. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (versionIn(folder) === null && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function versionIn(folder: string): string | null {
  try {
    return textOf(objectOf(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")))?.version);
  } catch {
    return null;
  }
}

serve();
