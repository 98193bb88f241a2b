import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Packed {
  readonly filename: string;
  /** Bytes of the tarball, and of what is in it. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

interface PackageJson {
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

export const packageJson = (): PackageJson => JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** What `npm pack` makes of the bundle that the global set-up has built, in `folder`. */
export function pack(folder: string): Packed {
  const args = ["pack", "--json", "--ignore-scripts", "--offline", "--pack-destination", folder];
  const out: unknown = JSON.parse(execFileSync("npm", args, { cwd: root, encoding: "utf8", env: ownNode() }));
  // Newer npm names the package before what it says of it.
  const [packed] = Array.isArray(out) ? out : Object.values(out as object);
  return packed;
}

/** The environment with the Node of this process first. */
export function ownNode(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter) };
}

/**
 * An empty folder outside the repository in which the tarball is installed as npm would do it, without a network: of
 * other packages it has those that the tarball declares, and no more.
 */
export function install(): { readonly folder: string; readonly packed: Packed; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "regions-installed-"));
  const packed = pack(folder);
  const modules = join(folder, "node_modules");
  const own = join(modules, "gcp-regions");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  mkdirSync(own);
  execFileSync("tar", ["-xzf", join(folder, packed.filename), "--strip-components=1", "-C", own]);
  for (const name of Object.keys(packageJson().dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  for (const [name, file] of Object.entries(packageJson().bin)) {
    execFileSync("chmod", ["+x", join(own, file)]);
    symlinkSync(join("..", "gcp-regions", file), join(modules, ".bin", name));
  }
  writeFileSync(join(folder, "package.json"), '{ "name": "shop", "private": true, "type": "module" }\n');
  return { folder, packed, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
