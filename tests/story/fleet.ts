import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";

export const root = join(import.meta.dirname, "../..");

/** regions.yaml of the repository, for its default environment. */
export const manifest = resolveManifest(
  parseManifest(readFileSync(join(root, "regions.yaml"), "utf8"), "regions.yaml"),
  null,
);

/** The functions of a class, sorted. */
export function ofClass(...names: readonly string[]): string[] {
  return [...manifest.functions.values()]
    .filter((entry) => names.includes(entry.class))
    .map((entry) => entry.name)
    .sort();
}
