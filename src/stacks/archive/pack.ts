import { createHash } from "node:crypto";
import { secretIn } from "./left-out.ts";
import { type Lock, lockOfWorkspace } from "./workspace-lock.ts";
import { type ZipEntry, zip } from "./zip.ts";

export interface CodebaseFiles {
  /** Name of the codebase, for messages. */
  readonly codebase: string;
  /** Files of its folder that are to be deployed, with paths relative to it. */
  readonly files: readonly ZipEntry[];
  /** The package-lock.json of a folder above, and the codebase's folder as that lock names it; null without one. */
  readonly workspace: { readonly lock: Lock; readonly folder: string; readonly file: string } | null;
}

export interface Packed {
  readonly bytes: Buffer;
  /** Of the bytes, hex. */
  readonly sha256: string;
  readonly files: number;
  /** What is not wrong and still worth knowing, as sentences. */
  readonly notes: readonly string[];
}

export type PackAnswer =
  | { readonly kind: "packed"; readonly archive: Packed }
  | { readonly kind: "problems"; readonly reasons: readonly string[] };

const locks = ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"];

/** Ways of naming a package that Google's build, which sees the archive alone, cannot follow. */
const localPackage = /^(?:file|link|portal|workspace):/;

/**
 * The archive that Google builds a codebase from: its files as they are, and the versions of its packages. A package of
 * a workspace gets its own part of the workspace's lock, and no development dependencies. The same files make the
 * same bytes on every machine.
 */
export function packCodebase({ codebase, files, workspace }: CodebaseFiles): PackAnswer {
  const reasons: string[] = [];
  const notes: string[] = [];
  for (const { path, bytes } of files) {
    const secret = secretIn(path, bytes);
    if (secret !== null)
      reasons.push(`${path} holds ${secret}; name it in .gcloudignore, or move it out of the codebase`);
  }
  const entries = new Map(files.map((file) => [file.path, file]));
  const manifest = packageOf(entries.get("package.json"));
  if (manifest === null) reasons.push("there is no package.json that can be read");
  else {
    for (const [name, wanted] of Object.entries({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      if (!localPackage.test(wanted)) continue;
      const inside =
        wanted.startsWith("file:./") && [...entries.keys()].some((path) => path.startsWith(wanted.slice(7)));
      if (!inside)
        reasons.push(`it depends on ${name} by "${wanted}", which is not in the archive: bundle it, or publish it`);
    }
    if (!locks.some((name) => entries.has(name)) && reasons.length === 0) {
      if (workspace === null) {
        notes.push(`codebase ${codebase} has no lock file: Google chooses the versions of its packages at each build`);
      } else {
        const { devDependencies, ...production } = manifest;
        const pruned = lockOfWorkspace(workspace.lock, workspace.folder, production);
        if (pruned.kind === "problem") reasons.push(`${workspace.file} cannot lock it: ${pruned.reason}`);
        else {
          entries.set("package.json", jsonEntry("package.json", production));
          entries.set("package-lock.json", jsonEntry("package-lock.json", pruned.lock));
        }
      }
    }
  }
  if (reasons.length > 0) return { kind: "problems", reasons };
  const bytes = zip([...entries.values()]);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { kind: "packed", archive: { bytes, sha256, files: entries.size, notes } };
}

interface PackageJson {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function packageOf(entry: ZipEntry | undefined): PackageJson | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(entry?.bytes ?? []).toString("utf8"));
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    const named = value as Partial<PackageJson>;
    return { ...named, name: typeof named.name === "string" ? named.name : "functions" };
  } catch {
    return null;
  }
}

function jsonEntry(path: string, value: unknown): ZipEntry {
  return { path, bytes: Buffer.from(`${JSON.stringify(value, null, 2)}\n`), executable: false };
}
