import type { Machine } from "./machine.ts";
import { engineVersion, executableName, minimumVersion, pathsOf } from "./places.ts";
import { compareReleases, releaseOf } from "./version.ts";

/** An engine that can be used. */
export interface Engine {
  readonly executable: string;
  /** For `PulumiCommand.get({ root })`; null where the executable lies in no `bin` folder: then it is on PATH. */
  readonly root: string | null;
  /** "3.276.0" */
  readonly version: string;
  readonly foundBy: Place;
  /**
   * The program that runs `runtime: nodejs` of Pulumi.yaml and of policy packs, beside the engine; null where it must
   * come from PATH. Inline programs do not need it.
   */
  readonly languageHost: string | null;
}

/** Where engines are looked for, in this order. */
export type Place = "REGIONS_PULUMI_ROOT" | "PATH" | "Pulumi home" | "build cache";

/** What is asked of the outside; `ask` is `askVersion`. */
export interface Outside {
  readonly isFile: (path: string) => boolean;
  readonly ask: (executable: string, env: Machine["env"]) => Promise<string>;
}

/** The engine at `executable`, or why it cannot be used: a sentence that begins with its path. */
export async function judge(
  executable: string,
  foundBy: Place,
  machine: Machine,
  outside: Outside,
): Promise<Engine | string> {
  const { basename, dirname, join } = pathsOf(machine);
  let printed: string;
  try {
    printed = await outside.ask(executable, machine.env);
  } catch (error) {
    return `${executable} ${error instanceof Error ? error.message : String(error)}`;
  }
  const release = releaseOf(printed);
  const minimum = releaseOf(minimumVersion);
  const sdk = releaseOf(engineVersion);
  if (minimum === null || sdk === null) throw new Error("engine.json names no releases");
  if (release === null) return `${executable} says no version but ${JSON.stringify(printed)}`;
  const version = release.join(".");
  if (compareReleases(release, minimum) < 0) return `${executable} is ${version}; ${minimumVersion} or later is needed`;
  if (release[0] > sdk[0]) return `${executable} is ${version}; this SDK (${engineVersion}) serves ${sdk[0]}.x only`;
  const folder = dirname(executable);
  const languageHost = join(folder, executableName("pulumi-language-nodejs", machine));
  return {
    executable,
    root: basename(folder) === "bin" ? dirname(folder) : null,
    version,
    foundBy,
    languageHost: outside.isFile(languageHost) ? languageHost : null,
  };
}
