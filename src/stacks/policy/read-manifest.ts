import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Manifest } from "../../manifest/manifest.ts";
import { parseManifest } from "../../manifest/parse.ts";
import type { ParsedManifest } from "../../manifest/parsed.ts";
import { resolveManifest } from "../../manifest/resolve.ts";
import { InputError } from "../../model/problem.ts";

const manifestName = "regions.yaml";

/** The manifest for a stack, by the stack's name. Throws InputError where that is no environment of it. */
export type ManifestOfStack = (stack: string) => Manifest;

/**
 * Reads the manifest that a policy pack judges by: REGIONS_MANIFEST, else the nearest regions.yaml from `cwd` upwards.
 * Its environment is REGIONS_ENV, else the one that is named like the stack. Throws InputError with all that is wrong:
 * a manifest that cannot be read must not pass for one that forbids nothing.
 */
export function readManifest(env: Readonly<Record<string, string | undefined>>, cwd: string): ManifestOfStack {
  const path = env.REGIONS_MANIFEST ? resolve(cwd, env.REGIONS_MANIFEST) : findUpwards(cwd);
  if (path === null) {
    throw refusal(
      `There is no ${manifestName} in ${cwd} or above it.`,
      "Set REGIONS_MANIFEST to the manifest's path, or write a first one with `regions init -o regions.yaml`.",
    );
  }
  const text = readText(path);
  if (text === null) throw refusal(`${path} cannot be read.`, "Set REGIONS_MANIFEST to the path of the manifest.");
  const parsed = parseManifest(text, basename(path), (file) => readText(join(dirname(path), file)));
  const stated = env.REGIONS_ENV || null;
  const resolved = new Map<string, Manifest>();
  const resolveFor = (name: string, what: string): Manifest => {
    const known = resolved.get(name) ?? resolveKnown(parsed, name, what);
    resolved.set(name, known);
    return known;
  };
  if (stated !== null) {
    const manifest = resolveFor(stated, `REGIONS_ENV names "${stated}"`);
    return () => manifest;
  }
  return (stack) => resolveFor(stack, `The stack is called "${stack}"`);
}

function resolveKnown(parsed: ParsedManifest, name: string, what: string): Manifest {
  if (parsed.environments.has(name)) return resolveManifest(parsed, name);
  const names = [...parsed.environments.keys()].join(", ");
  throw refusal(
    `${what}, and ${parsed.file} has no environment of that name; it has ${names}.`,
    "Set REGIONS_ENV to the environment that this stack deploys.",
  );
}

function refusal(message: string, mend: string): InputError {
  return new InputError([{ place: null, message, mend, excerpt: null }]);
}

function findUpwards(from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, manifestName);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) return null;
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
