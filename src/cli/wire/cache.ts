import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import type { LookCache } from "../../sources/code/look-cache.ts";
import type { GlobalOptions } from "../command.ts";
import type { Io } from "../io.ts";

/**
 * What earlier looks at this folder remember. Kept in the folder's own node_modules/.cache where there is one, else in
 * the user's cache folder; REGIONS_CACHE names another, and `--no-cache` keeps none.
 */
export async function openCache(root: string, global: GlobalOptions, io: Io): Promise<LookCache> {
  const { LookCache } = await import("../../sources/code/look-cache.ts");
  const analyser = global.cache ? analyserOf() : null;
  const folder = analyser === null ? null : folderFor(root, io.env);
  // Two folders with one name only take it from each other: the file says whose it is.
  const name = `${basename(root)}-${crc32(root).toString(16)}`;
  const path = folder === null ? null : join(folder, `${name}.look`);
  return LookCache.open(root, path, analyser ?? "", io.now().getTime(), loadReaders);
}

/** What a look that remembers nothing will need. */
function loadReaders(): Promise<unknown> {
  return Promise.all([import("../../sources/code/layout.ts"), import("../../sources/callers/read.ts")]);
}

/** Which program reads the code; null where it runs from source, which changes from one run to the next. */
function analyserOf(): string | null {
  const self = fileURLToPath(import.meta.url);
  if (self.endsWith(".ts")) return null;
  const { size, mtimeMs } = statSync(self);
  return `${self}:${size}:${mtimeMs}`;
}

function folderFor(root: string, env: Io["env"]): string | null {
  const told = env.REGIONS_CACHE ?? "";
  if (told !== "") return told;
  if (existsSync(join(root, "node_modules"))) return join(root, "node_modules/.cache/gcp-regions");
  const home = env.HOME ?? env.USERPROFILE ?? "";
  const base =
    env.XDG_CACHE_HOME ??
    (process.platform === "win32" ? env.LOCALAPPDATA : undefined) ??
    (home === "" ? null : join(home, process.platform === "darwin" ? "Library/Caches" : ".cache"));
  return base === null || base === "" ? null : join(base, "gcp-regions");
}
