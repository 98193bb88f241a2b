import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { safeJson } from "../../code/json.ts";
import { asRecord } from "../../code/tsconfig.ts";

/** The SDK as a codebase has it installed; or why the codebase cannot be loaded, and what to run. */
export type Sdk =
  | {
      readonly kind: "found";
      readonly binary: string /** Newer ones write the manifest to a file. */;
      readonly writesFile: boolean;
    }
  | { readonly kind: "missing"; readonly reason: string };

/** Looks for the firebase-functions that the runtime would load from `folder` (absolute), and for the built entry. */
export function findSdk(folder: string, shown: string): Sdk {
  const manifest = jsonAt(join(folder, "package.json"));
  if (manifest === null)
    return { kind: "missing", reason: `${shown} has no package.json that can be read: only codebases of Node are run` };
  const home = installed(folder);
  const bin = home === null ? null : binaryOf(home);
  if (bin === null) {
    return {
      kind: "missing",
      reason: `firebase-functions is not installed for ${shown}: run \`${installer(folder)}\` there`,
    };
  }
  const main = typeof manifest.main === "string" ? manifest.main : "index.js";
  const entry = join(folder, main);
  const built = ["", ".js", ".cjs", ".mjs", ".json", "/index.js"].some((ending) => existsSync(`${entry}${ending}`));
  if (!built) {
    const scripts = asRecord(manifest.scripts) ?? {};
    const mend = typeof scripts.build === "string" ? "run `npm run build` there first" : "build it first";
    return { kind: "missing", reason: `${shown} is not built (${main} is not there): ${mend}` };
  }
  const text = readFileSync(bin, "utf8");
  return { kind: "found", binary: bin, writesFile: text.includes("FUNCTIONS_MANIFEST_OUTPUT_PATH") };
}

/** Node's own walk: node_modules of the folder, then of each folder above it. */
function installed(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const home = join(at, "node_modules", "firebase-functions");
    if (existsSync(join(home, "package.json"))) return home;
    if (dirname(at) === at) return null;
  }
}

function binaryOf(home: string): string | null {
  const bin = jsonAt(join(home, "package.json"))?.bin;
  const path = typeof bin === "string" ? bin : asRecord(bin)?.["firebase-functions"];
  if (typeof path !== "string") return null;
  const binary = join(home, path);
  return existsSync(binary) ? binary : null;
}

/** The command that the nearest lock file asks for. */
export function installer(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "package-lock.json"))) return "npm ci";
    if (existsSync(join(at, "pnpm-lock.yaml"))) return "pnpm install --frozen-lockfile";
    if (existsSync(join(at, "yarn.lock"))) return "yarn install --frozen-lockfile";
    if (existsSync(join(at, "bun.lock")) || existsSync(join(at, "bun.lockb"))) return "bun install";
    if (existsSync(join(at, ".git")) || dirname(at) === at) return "npm install";
  }
}

function jsonAt(file: string): Record<string, unknown> | null {
  try {
    return asRecord(safeJson(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}
