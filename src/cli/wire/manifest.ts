import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Manifest } from "../../manifest/manifest.ts";
import type { ParsedManifest } from "../../manifest/parsed.ts";
import { InputError } from "../../model/problem.ts";
import type { GlobalOptions } from "../command.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { readInput, shownPath } from "./files.ts";

const manifestName = "regions.yaml";

export interface Ground {
  /** Absolute folder that all paths of a report are relative to. */
  readonly root: string;
  /** Absolute path of the manifest; null where there is none. */
  readonly manifestPath: string | null;
}

export interface LoadedManifest {
  readonly manifest: Manifest;
  /** Before an environment is chosen. */
  readonly parsed: ParsedManifest;
}

/**
 * Where the command stands: `--root`, else the folder of the manifest, else the working directory. Without `-m` the
 * manifest is regions.yaml in `--root`, or the nearest one from the working directory upwards.
 */
export function findGround(global: GlobalOptions, io: Io): Ground {
  const root = rootOf(global, io);
  if (global.manifest !== null) {
    const manifestPath = resolve(io.cwd, global.manifest);
    return { root: root ?? dirname(manifestPath), manifestPath };
  }
  const manifestPath = root === null ? findUpwards(io.cwd) : existing(join(root, manifestName));
  return { root: root ?? (manifestPath === null ? io.cwd : dirname(manifestPath)), manifestPath };
}

/** As `findGround`, for a manifest that is yet to be written. */
export function groundOfDraft(global: GlobalOptions, io: Io): Ground {
  return { root: rootOf(global, io) ?? io.cwd, manifestPath: null };
}

/** The manifest, resolved for `--env` or its default environment; null where there is none. Throws InputError. */
export async function loadManifest(ground: Ground, global: GlobalOptions): Promise<LoadedManifest | null> {
  if (ground.manifestPath === null && global.environment !== null) {
    throw inputError("--env names an environment of a manifest, and there is no regions.yaml here.", noManifestMend);
  }
  const parsed = await loadParsed(ground, global);
  if (parsed === null) return null;
  const { resolveManifest } = await import("../../manifest/resolve.ts");
  return { manifest: resolveManifest(parsed, global.environment), parsed };
}

/** The manifest before an environment is chosen; null where there is none. Throws InputError. */
export async function loadParsed(
  { root, manifestPath }: Ground,
  global: GlobalOptions,
): Promise<ParsedManifest | null> {
  if (manifestPath === null) return null;
  const { text } = readInput(manifestPath, global.manifest ?? shownPath(root, manifestPath));
  const { parseManifest } = await import("../../manifest/parse.ts");
  return parseManifest(text, shownPath(root, manifestPath), (path) => readIncluded(root, path));
}

export const noManifestMend = "Name it with -m, or write a first one with `regions init -o regions.yaml`.";

/** As `loadManifest`, for commands that have nothing to do without one. */
export async function requireManifest(ground: Ground, global: GlobalOptions): Promise<LoadedManifest> {
  const loaded = await loadManifest(ground, global);
  if (loaded !== null) return loaded;
  throw inputError("There is no regions.yaml here or above.", noManifestMend);
}

function readIncluded(root: string, file: string): string | null {
  const path = resolve(root, file);
  try {
    return readInput(path, file).text;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

function rootOf(global: GlobalOptions, io: Io): string | null {
  if (global.root === null) return null;
  const root = resolve(io.cwd, global.root);
  if (!isFolder(root)) throw inputError(`--root ${global.root} is no folder that can be read.`, null);
  return root;
}

function findUpwards(from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = existing(join(folder, manifestName));
    if (found !== null) return found;
    if (dirname(folder) === folder) return null;
  }
}

function existing(path: string): string | null {
  return existsSync(path) ? path : null;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
