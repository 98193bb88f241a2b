import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { parseEnv } from "../../../sources/code/env-files.ts";
import { safeJson } from "../../../sources/code/json.ts";
import { asRecord, parseJsonWithComments } from "../../../sources/code/tsconfig.ts";
import type { CodebaseFiles } from "../../../stacks/archive/pack.ts";

/** What firebase.json says of a codebase, where there is one. */
export interface FirebaseEntry {
  readonly ignore: readonly string[];
  /** Put before every id with a "-"; empty without one. */
  readonly prefix: string;
  readonly runtime: string | null;
}

/** The entry of the root's firebase.json for a codebase, by its folder and its name. */
export function firebaseEntry(root: string, source: string, codebase: string): FirebaseEntry {
  const functions = asRecord(parseJsonWithComments(textAt(join(root, "firebase.json")) ?? ""))?.functions;
  const entries = [functions].flat().flatMap((raw) => {
    const entry = asRecord(raw);
    const folder = typeof entry?.source === "string" ? posix.normalize(entry.source).replace(/\/$/, "") : "functions";
    return entry !== null && folder === source ? [entry] : [];
  });
  const found = entries.find((entry) => (entry.codebase ?? "default") === codebase) ?? entries[0];
  const ignore = Array.isArray(found?.ignore) ? found.ignore.filter((one) => typeof one === "string") : [];
  return {
    ignore,
    prefix: typeof found?.prefix === "string" ? found.prefix : "",
    runtime: typeof found?.runtime === "string" ? found.runtime : null,
  };
}

/** Runtime by `engines.node` of the codebase's package.json: "22" and ">=22" are nodejs22; null where it says none. */
export function runtimeOfPackage(folder: string): string | null {
  const engines = asRecord(asRecord(safeJson(textAt(join(folder, "package.json"))))?.engines);
  const major = /(\d+)/.exec(typeof engines?.node === "string" ? engines.node : "")?.[1];
  return major === undefined ? null : `nodejs${major}`;
}

/**
 * Values that the Firebase CLI would deploy: `.env`, then the file of the project or of its alias in .firebaserc. Read
 * from the disk, committed or not: whoever deploys means the files that lie there.
 */
export function valuesToDeploy(root: string, folder: string, projectId: string): Record<string, string> {
  const projects = asRecord(asRecord(safeJson(textAt(join(root, ".firebaserc"))))?.projects) ?? {};
  const aliases = Object.entries(projects).flatMap(([alias, id]) => (id === projectId ? [alias] : []));
  const stage = [projectId, ...aliases].find((name) => existsSync(join(folder, `.env.${name}`)));
  const values: Record<string, string> = {};
  for (const name of [".env", ...(stage === undefined ? [] : [`.env.${stage}`])]) {
    for (const line of parseEnv(name, textAt(join(folder, name)) ?? "")) values[line.name] = line.value;
  }
  return values;
}

/** The package-lock.json of a folder above, where it locks the codebase as a package of its workspace. */
export function workspaceLock(folder: string): CodebaseFiles["workspace"] {
  for (let at = dirname(folder); ; at = dirname(at)) {
    const file = join(at, "package-lock.json");
    if (existsSync(file)) {
      const lock = asRecord(safeJson(textAt(file)));
      const packages = asRecord(lock?.packages);
      const inside = relative(at, folder).split(sep).join("/");
      if (packages === null || packages[inside] === undefined) return null;
      return {
        lock: { lockfileVersion: 3, packages: packages as never },
        folder: inside,
        file: `${relative(folder, at).split(sep).join("/")}/package-lock.json`,
      };
    }
    if (existsSync(join(at, ".git")) || dirname(at) === at) return null;
  }
}

function textAt(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
