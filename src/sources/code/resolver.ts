import { posix } from "node:path";
import { fileReplacements } from "./file-replacements.ts";
import { safeJson } from "./json.ts";
import { asRecord, join, readTsConfig, type TsConfig } from "./tsconfig.ts";

/** A tree as far as specifiers are looked up in it. */
export interface Listed {
  readonly list: { readonly files: readonly string[] };
  has(file: string): boolean;
  text(file: string): string | null;
}

/** Which file of a tree a specifier means: by its path, tsconfig paths, package exports of workspaces, usual aliases. */
export class Resolver {
  readonly #tree: Listed;
  readonly #tsconfigs = new Map<string, TsConfig | null>();
  readonly #configs = new Map<string, readonly TsConfig[]>();
  readonly #known = new Map<string, string | null>();
  #packages: ReadonlyMap<string, string> | null = null;
  #renaming: readonly ((specifier: string) => boolean)[] | null = null;
  #replacements: ReadonlyMap<string, string> | null = null;

  constructor(tree: Listed) {
    this.#tree = tree;
  }

  /** File that a specifier means as seen from `from`; null when it is a package from outside the tree. */
  resolve(from: string, specifier: string): string | null {
    const found = this.#inFolder(from, specifier);
    if (found === null) return null;
    this.#replacements ??= fileReplacements(this.#tree.list.files, (file) => safeJson(this.#tree.text(file)));
    const other = this.#replacements.get(found);
    return other === undefined || other === from || !this.#tree.has(other) ? found : other;
  }

  /** All files of a folder mean the same by a specifier. */
  #inFolder(from: string, specifier: string): string | null {
    const key = `${posix.dirname(from)}\0${specifier}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = this.#resolve(from, specifier);
    this.#known.set(key, found);
    return found;
  }

  #resolve(from: string, specifier: string): string | null {
    const plain = specifier.replace(/[?#].*$/, "");
    if (plain.startsWith(".")) return this.#file(join(posix.dirname(from), plain));
    if (plain.startsWith("/")) return this.#fromRoot(from, plain);
    for (const config of this.#configsFor(from)) {
      const found = this.#byPaths(config, plain);
      if (found !== null) return found;
    }
    return this.#byPackage(plain) ?? this.#byAlias(from, plain);
  }

  /** Every tsconfig or jsconfig from the file's folder upwards, nearest first. */
  #configsFor(from: string): readonly TsConfig[] {
    const folder = posix.dirname(from);
    const known = this.#configs.get(folder);
    if (known !== undefined) return known;
    const own = ["tsconfig.json", "tsconfig.app.json", "tsconfig.base.json", "jsconfig.json"].flatMap(
      (name) => this.#tsconfig(join(folder, name)) ?? [],
    );
    const configs = folder === "." || folder === "/" ? own : [...own, ...this.#configsFor(folder)];
    this.#configs.set(folder, configs);
    return configs;
  }

  #tsconfig(file: string): TsConfig | null {
    const known = this.#tsconfigs.get(file);
    if (known !== undefined) return known;
    const config = this.#tree.has(file) ? readTsConfig(file, (path) => this.#tree.text(path)) : null;
    this.#tsconfigs.set(file, config);
    return config;
  }

  #byPaths(config: TsConfig, specifier: string): string | null {
    for (const { pattern, targets } of config.paths) {
      const star = pattern.indexOf("*");
      const head = star === -1 ? pattern : pattern.slice(0, star);
      const tail = star === -1 ? "" : pattern.slice(star + 1);
      const fits =
        star === -1
          ? specifier === pattern
          : specifier.startsWith(head) && specifier.endsWith(tail) && specifier.length >= head.length + tail.length;
      if (!fits) continue;
      const middle = specifier.slice(head.length, specifier.length - tail.length);
      for (const target of targets) {
        const found = this.#file(target.replace("*", () => middle));
        if (found !== null) return found;
      }
    }
    return config.baseUrl === null ? null : this.#file(join(config.baseUrl, specifier));
  }

  /** Packages of the tree itself: workspaces, by the name in their package.json. */
  #byPackage(specifier: string): string | null {
    this.#packages ??= this.#ownPackages();
    const name = packageName(specifier);
    const folder = this.#packages.get(name);
    if (folder === undefined) return null;
    const rest = specifier.slice(name.length + 1);
    const manifest = asRecord(safeJson(this.#tree.text(join(folder, "package.json")))) ?? {};
    const targets = [...exportTargets(manifest, rest)];
    if (rest === "")
      targets.push(...[manifest.source, manifest.module, manifest.main, "src/index", "index"].filter(isText));
    else targets.push(rest, `src/${rest}`);
    for (const target of targets) {
      const found = this.#file(join(folder, target)) ?? this.#sourceOf(join(folder, target), folder);
      if (found !== null) return found;
    }
    return null;
  }

  /** The last part of a specifier need not be the name of the file it means: a package.json or tsconfig.json says. */
  isRenamed(specifier: string): boolean {
    if (specifier.startsWith(".") || specifier.startsWith("/")) return false;
    this.#packages ??= this.#ownPackages();
    this.#renaming ??= this.#renamingPatterns();
    const name = packageName(specifier);
    return specifier.startsWith("#") || this.#packages.has(name) || this.#renaming.some((fits) => fits(specifier));
  }

  /** Patterns of every tsconfig of the tree whose targets go on after the star, or have none. */
  #renamingPatterns(): ((specifier: string) => boolean)[] {
    const configs = this.#tree.list.files.filter((file) => /(?:^|\/)[jt]sconfig[^/]*\.json$/.test(file));
    const patterns = configs.flatMap((file) => this.#tsconfig(file)?.paths ?? []);
    return patterns
      .filter(({ targets }) => targets.some((target) => !target.endsWith("*")))
      .map(({ pattern }) => {
        const star = pattern.indexOf("*");
        if (star === -1) return (specifier: string) => specifier === pattern;
        const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
        return (specifier: string) => specifier.startsWith(head) && specifier.endsWith(tail);
      });
  }

  /** Source file of a compiled one: `lib/index.js` was `src/index.ts`. */
  #sourceOf(output: string, folder: string): string | null {
    const inside = folder === "" ? output : output.slice(folder.length + 1);
    const config = this.#tsconfig(join(folder, "tsconfig.json"));
    const outDir = config?.outDir ?? null;
    const stems: string[] = [];
    if (outDir !== null && output.startsWith(`${outDir}/`)) {
      stems.push(join(config?.rootDir ?? join(folder, "src"), output.slice(outDir.length + 1)));
      stems.push(join(folder, output.slice(outDir.length + 1)));
    }
    if (/^(lib|dist|build|out)\//.test(inside)) {
      stems.push(join(folder, `src/${inside.replace(/^[^/]+\//, "")}`));
      stems.push(join(folder, inside.replace(/^[^/]+\//, "").replace(/^src\//, "src/")));
    }
    for (const stem of stems) {
      const found = this.#file(stem.replace(/\.[cm]?jsx?$/, "")) ?? this.#file(stem);
      if (found !== null) return found;
    }
    return null;
  }

  /** The module that `path` means: itself, with an extension, or a folder's index; also compiled output's source. */
  entry(path: string, folder: string): string | null {
    const [itself, source] = [this.#file(path), this.#sourceOf(path, folder)];
    // Output that was committed may be older than its source, which is what the next deployment builds.
    return itself === null || (source !== null && /\.[cm]?tsx?$/.test(source)) ? (source ?? itself) : itself;
  }

  #ownPackages(): ReadonlyMap<string, string> {
    const packages = new Map<string, string>();
    for (const file of this.#tree.list.files) {
      if (file !== "package.json" && !file.endsWith("/package.json")) continue;
      const name = asRecord(safeJson(this.#tree.text(file)))?.name;
      if (typeof name === "string" && !packages.has(name))
        packages.set(name, posix.dirname(file) === "." ? "" : posix.dirname(file));
    }
    return packages;
  }

  /** The aliases nearly every framework sets up in a config file of its own: `@/x`, `~/x`, `$lib/x`. */
  #byAlias(from: string, specifier: string): string | null {
    const alias = /^(?:@|~|\$lib|src|app)\/(.+)$/.exec(specifier);
    if (alias?.[1] === undefined) return null;
    for (let folder = posix.dirname(from); ; folder = posix.dirname(folder)) {
      const bases = specifier.startsWith("$lib")
        ? ["src/lib"]
        : specifier.startsWith("app/")
          ? ["app"]
          : ["src", "app", ""];
      if (this.#tree.has(join(folder, "package.json"))) {
        for (const base of bases) {
          const found = this.#file(join(folder, join(base, alias[1])));
          if (found !== null) return found;
        }
      }
      if (folder === "." || folder === "/") return null;
    }
  }

  #fromRoot(from: string, specifier: string): string | null {
    for (let folder = posix.dirname(from); ; folder = posix.dirname(folder)) {
      const found = this.#file(join(folder, specifier.slice(1)));
      if (found !== null) return found;
      if (folder === "." || folder === "/") return null;
    }
  }

  #file(path: string): string | null {
    if (path.startsWith("../")) return null;
    if (this.#tree.has(path)) return path;
    const written = /\.([cm]?)jsx?$/.exec(path);
    if (written !== null) {
      // TypeScript imports name the output: "./a.js" stands for "./a.ts".
      const stem = path.slice(0, written.index);
      for (const extension of [`${written[1]}ts`, `${written[1]}tsx`]) {
        if (this.#tree.has(`${stem}.${extension}`)) return `${stem}.${extension}`;
      }
    }
    for (const extension of extensions) if (this.#tree.has(`${path}.${extension}`)) return `${path}.${extension}`;
    const index = path === "" ? "index" : `${path}/index`;
    for (const extension of extensions) if (this.#tree.has(`${index}.${extension}`)) return `${index}.${extension}`;
    return null;
  }
}

const extensions = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "vue", "svelte", "json"];

function packageName(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Targets of a package's `exports` for one subpath, every condition, in the order they are written. */
function* exportTargets(manifest: Record<string, unknown>, rest: string): Generator<string> {
  const exports = manifest.exports;
  const key = rest === "" ? "." : `./${rest}`;
  const record = asRecord(exports);
  const keyed = record !== null && Object.keys(record).some((name) => name.startsWith("."));
  const entry = keyed ? record[key] : rest === "" ? exports : undefined;
  yield* leaves(entry, 0);
  if (!keyed || entry !== undefined) return;
  for (const [pattern, target] of Object.entries(record)) {
    const star = pattern.indexOf("*");
    if (star === -1 || !key.startsWith(pattern.slice(0, star)) || !key.endsWith(pattern.slice(star + 1))) continue;
    const middle = key.slice(star, key.length - (pattern.length - star - 1));
    for (const leaf of leaves(target, 0)) yield leaf.replace("*", () => middle);
  }
}

function* leaves(value: unknown, depth: number): Generator<string> {
  if (typeof value === "string") yield value;
  else if (depth < 6 && typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) yield* leaves(inner, depth + 1);
  }
}
