import { mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isObject, type JsonObject, objectAt, textAt } from "../state/json.ts";

/** How deep a codebase may lie below the project's folder. */
const deepest = 3;

/**
 * Stands in for the `npm ci` of Google's build: links the packages that the unpacked archive in `folder` declares from
 * the node_modules of the project (`root`), as Node would find them from the codebase's own folder. Resolves with what
 * is missing or of another version than the archive locks, as sentences; with none, the code can be loaded.
 */
export async function linkPackages(folder: string, root: string): Promise<string[]> {
  const manifest = await jsonFile(join(folder, "package.json"));
  if (manifest === null) return ["its archive has no package.json that can be read"];
  const lock = objectAt((await jsonFile(join(folder, "package-lock.json"))) ?? {}, "packages");
  const home = (await codebaseFolder(root, textAt(manifest, "name"), deepest)) ?? root;
  const optional = objectAt(manifest, "optionalDependencies");
  const problems: string[] = [];
  for (const [name, range] of Object.entries({ ...objectAt(manifest, "dependencies"), ...optional })) {
    const locked = textAt(objectAt(lock, `node_modules/${name}`), "version");
    const wanted = locked ?? (/^\d+\.\d+\.\d+/.test(String(range)) ? String(range) : null);
    const found = await findPackage(home, name);
    if (found === null) {
      if (!(name in optional)) problems.push(`${name} ${wanted ?? String(range)} is not installed in the project`);
      continue;
    }
    if (wanted !== null && found.version !== wanted) {
      problems.push(`${name} is to be ${wanted}, and the project has ${found.version} installed`);
      continue;
    }
    const place = join(folder, "node_modules", name);
    await mkdir(dirname(place), { recursive: true });
    // A junction needs no rights of its own on Windows; elsewhere the kind is passed over.
    await symlink(found.folder, place, "junction");
  }
  return problems;
}

/** Node's own walk: node_modules of the folder, then of each folder above it. */
async function findPackage(from: string, name: string): Promise<{ folder: string; version: string } | null> {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, "node_modules", name);
    const manifest = await jsonFile(join(folder, "package.json"));
    if (manifest !== null) return { folder, version: textAt(manifest, "version") ?? "" };
    if (dirname(at) === at) return null;
  }
}

/** The folder whose package has this name: where the archive was packed, whose node_modules come first. */
async function codebaseFolder(folder: string, name: string | null, depth: number): Promise<string | null> {
  if (name === null) return null;
  const manifest = await jsonFile(join(folder, "package.json"));
  if (manifest?.name === name) return folder;
  if (depth === 0) return null;
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const found = await codebaseFolder(join(folder, entry.name), name, depth - 1);
    if (found !== null) return found;
  }
  return null;
}

async function jsonFile(path: string): Promise<JsonObject | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
