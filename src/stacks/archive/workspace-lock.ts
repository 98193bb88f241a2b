/** A package as package-lock.json (version 2 or 3) lists it. */
interface Locked {
  readonly version?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly [key: string]: unknown;
}

export interface Lock {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, Locked>>;
}

export type PrunedLock =
  | { readonly kind: "lock"; readonly lock: Lock & { readonly name: string; readonly requires: true } }
  | { readonly kind: "problem"; readonly reason: string };

/** Only broken lock files nest deeper. */
const deepest = 64;

/**
 * The part of a workspace's package-lock.json that one of its packages needs to run, as a lock of its own: Google builds
 * the package alone, without the root. `folder` is the package's, relative to the lock; `root` its package.json
 * without development dependencies.
 */
export function lockOfWorkspace(whole: Lock, folder: string, root: Locked & { readonly name: string }): PrunedLock {
  /** New path of each package, and the path it has in the whole lock. */
  const placed = new Map<string, string>([["", folder]]);
  const queue = [""];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const from = placed.get(at) ?? folder;
    if (at.split("node_modules/").length > deepest) return problem("its packages are nested without end");
    const owner = at === "" ? root : (whole.packages[from] ?? {});
    for (const [name, isOptional] of needs(owner)) {
      const found = lookUp(from, name, (path) => whole.packages[path] !== undefined);
      const target = found === null ? undefined : whole.packages[found];
      if (found === null || target === undefined) {
        if (isOptional) continue;
        return problem(`${name}, which ${at === "" ? folder : at} needs, is not in it`);
      }
      if (target.link === true) {
        return problem(
          `${name}, which ${at === "" ? folder : at} needs, is a package of the workspace, which no registry has`,
        );
      }
      const visible = lookUp(at, name, (path) => placed.has(path));
      if (visible !== null && placed.get(visible) === found) continue;
      const place = visible === null ? `node_modules/${name}` : within(at, name);
      placed.set(place, found);
      queue.push(place);
    }
  }
  const packages: Record<string, Locked> = { "": rootEntry(root) };
  for (const path of [...placed.keys()].sort()) {
    if (path === "") continue;
    const { dev, devOptional, extraneous, ...kept } = whole.packages[placed.get(path) ?? ""] ?? {};
    packages[path] = kept;
  }
  return { kind: "lock", lock: { name: root.name, lockfileVersion: 3, requires: true, packages } };
}

/** Names of what a package needs, and whether it does without. */
function* needs(owner: Locked): Generator<readonly [name: string, isOptional: boolean]> {
  const optional = new Set(Object.keys(owner.optionalDependencies ?? {}));
  for (const name of Object.keys(owner.dependencies ?? {})) yield [name, optional.has(name)];
  for (const name of optional) if (owner.dependencies?.[name] === undefined) yield [name, true];
  for (const name of Object.keys(owner.peerDependencies ?? {})) {
    yield [name, owner.peerDependenciesMeta?.[name]?.optional === true];
  }
}

/** Node's own walk: node_modules of the folder, then of each folder above it. */
function lookUp(from: string, name: string, exists: (path: string) => boolean): string | null {
  for (let at = from; ; at = at.slice(0, Math.max(at.lastIndexOf("/"), 0))) {
    const path = within(at, name);
    if (!at.endsWith("node_modules") && exists(path)) return path;
    if (at === "") return null;
  }
}

function within(at: string, name: string): string {
  return at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`;
}

function rootEntry(root: Locked & { readonly name: string }): Locked {
  const keys = ["name", "version", "license", "dependencies", "optionalDependencies", "peerDependencies", "engines"];
  return Object.fromEntries(keys.flatMap((key) => (root[key] === undefined ? [] : [[key, root[key]]])));
}

function problem(reason: string): PrunedLock {
  return { kind: "problem", reason };
}
