import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { inputError } from "../../input-error.ts";
import { versionOfProgram } from "./version.ts";

export interface FoundCli {
  /** Absolute path, links followed. */
  readonly program: string;
  readonly version: string;
}

/** Older ones do not know regions and codebases as they are given to them here. */
const oldestMajor = 13;

/**
 * The user's Firebase CLI: the one that the project has installed, else the first on PATH. Throws InputError where there
 * is none, or one that cannot be used.
 * @param from folder of firebase.json
 */
export function findFirebaseCli(from: string, env: Readonly<Record<string, string | undefined>>): FoundCli {
  const name = process.platform === "win32" ? "firebase.cmd" : "firebase";
  const places: string[] = [];
  for (let folder = from; ; folder = dirname(folder)) {
    const script = join(folder, "node_modules", "firebase-tools", "lib", "bin", "firebase.js");
    if (existsSync(script)) return usable(script);
    places.push(join(folder, "node_modules", ".bin", name));
    if (dirname(folder) === folder) break;
  }
  for (const folder of (env.PATH ?? "").split(delimiter)) if (folder !== "") places.push(join(folder, name));
  const found = places.find(isProgram);
  if (found !== undefined) return usable(found);
  throw inputError(
    `The Firebase CLI was not found, neither in node_modules of ${from} or above nor on PATH.`,
    "Install it: `npm install --save-dev firebase-tools`.",
  );
}

function usable(path: string): FoundCli {
  const program = realpathSync(path);
  const version = versionOfProgram(program);
  if (version === null) {
    throw inputError(
      `The version of the Firebase CLI at ${path} cannot be told: it is no npm package.`,
      "Install it into the project: `npm install --save-dev firebase-tools`.",
    );
  }
  if (Number(version.split(".")[0]) < oldestMajor) {
    throw inputError(
      `The Firebase CLI at ${path} is version ${version}, and ${oldestMajor} is the oldest that can be used.`,
      "Bring it up to date: `npm install --save-dev firebase-tools@latest`.",
    );
  }
  return { program, version };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
