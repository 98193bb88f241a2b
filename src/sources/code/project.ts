import { posix } from "node:path";
import { type Form, isSource, type Script, scriptOf } from "./blocks.ts";
import { fileReplacements } from "./file-replacements.ts";
import { type FileList, listFiles } from "./files.ts";
import { type Module, type ParsedModule, parseModule } from "./module.ts";
import { type FileText, looksMinified, readText } from "./text.ts";
import { asRecord, join, readTsConfig, type TsConfig } from "./tsconfig.ts";

/** A file that could not be used as source, and why. */
export interface Skipped {
  readonly file: string;
  readonly line: number;
  readonly kind: "unreadable" | "syntax" | "large" | "minified";
  readonly reason: string;
}

/** What of a tree a result hangs on. */
export interface Trace {
  /** Files whose content was asked for by name. */
  readonly touched: Set<string>;
  /** Words that were looked for in all texts: which files have them decided what was read. */
  readonly words: Set<string>;
  /** What each file imports, hashed, where that was looked at. */
  readonly imports: Map<string, string>;
}

/**
 * A source tree that is read on demand: files are listed once, read when asked for, parsed when something in them is
 * needed, and kept. Cyclic imports are safe, since a module never waits for another.
 */
export class Project {
  readonly root: string;
  readonly list: FileList;
  readonly sources: readonly string[];
  readonly trace: Trace;
  readonly #known: ReadonlySet<string>;
  readonly #modules = new Map<string, Module | Skipped | null>();
  readonly #texts = new Map<string, FileText>();
  readonly #holding = new Map<string, ReadonlySet<string>>();
  readonly #tsconfigs = new Map<string, TsConfig | null>();
  #kept = 0;
  #replacements: ReadonlyMap<string, string> | null = null;
  #packages: ReadonlyMap<string, string> | null = null;
  #renaming: readonly ((specifier: string) => boolean)[] | null = null;

  /** @param list What the tree holds, where it is known already. @param sources The files that count as source. */
  constructor(
    root: string,
    list: FileList = listFiles(root),
    sources: readonly string[] = list.files.filter(isSource),
    trace: Trace = { touched: new Set(), words: new Set(), imports: new Map() },
  ) {
    this.trace = trace;
    this.root = root;
    this.list = list;
    this.#known = new Set(this.list.files);
    this.sources = sources;
  }

  /** Every file that may name what `file` declares; null where imports say it. */
  importersOf(_file: string): ReadonlySet<string> | null {
    return null;
  }

  has(file: string): boolean {
    return this.#known.has(file);
  }

  /** Reads a file of the list, and counts it as one that a result hangs on. */
  read(file: string): FileText {
    this.trace.touched.add(file);
    return this.glance(file);
  }

  /**
   * Reads a file without counting it as one that a result hangs on: for passes over all texts. Texts are kept while
   * there is room, since wrappers make us come back.
   */
  glance(file: string): FileText {
    const known = this.#texts.get(file);
    if (known !== undefined) return known;
    const text = readText(this.root, file);
    const length = text.kind === "text" ? text.text.length : 0;
    if (this.#kept + length <= maxKept) {
      this.#texts.set(file, text);
      this.#kept += length;
    }
    return text;
  }

  /** Sources whose text holds a piece; looked for once. */
  holding(piece: string): ReadonlySet<string> {
    this.#look([piece]);
    return this.#holding.get(piece) ?? new Set();
  }

  /** Sources whose text holds any of the pieces, in the order of the list. */
  holdingAny(pieces: Iterable<string>): readonly string[] {
    const wanted = [...pieces];
    this.#look(wanted);
    return this.sources.filter((file) => wanted.some((piece) => this.#holding.get(piece)?.has(file)));
  }

  /** One pass over all texts for all pieces that nobody has looked for yet. */
  #look(pieces: readonly string[]): void {
    const news = pieces.filter((piece) => !this.#holding.has(piece));
    if (news.length === 0) return;
    const found = new Map(news.map((piece) => [piece, new Set<string>()]));
    for (const [piece, files] of found) this.#holding.set(piece, files);
    const any = new RegExp(news.map((piece) => piece.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&")).join("|"));
    for (const piece of news) this.trace.words.add(piece);
    for (const file of this.sources) {
      const read = this.glance(file);
      if (read.kind !== "text" || !any.test(read.text)) continue;
      for (const [piece, files] of found) if (read.text.includes(piece)) files.add(file);
    }
  }

  /** Text of a listed file, or null where there is none to read. */
  text(file: string): string | null {
    if (!this.#known.has(file)) return null;
    const read = this.read(file);
    return read.kind === "text" ? read.text : null;
  }

  /** The parsed file; `Skipped` says why it cannot be; null when it is no source. */
  module(file: string): Module | Skipped | null {
    const known = this.#modules.get(file);
    if (known !== undefined) return known;
    const module = this.#load(file);
    this.#modules.set(file, module);
    return module;
  }

  #load(file: string): Module | Skipped | null {
    if (!isSource(file) || !this.#known.has(file)) return null;
    const read = this.read(file);
    if (read.kind === "binary") return null;
    if (read.kind === "unreadable") return { file, line: 1, kind: "unreadable", reason: read.reason };
    if (read.kind === "large") {
      const size = `${(read.bytes / 1024 / 1024).toFixed(1)} MiB`;
      return { file, line: 1, kind: "large", reason: `it is ${size}, more than source that a person writes` };
    }
    if (looksMinified(read.text)) return { file, line: 1, kind: "minified", reason: "it is minified code" };
    const script = scriptOf(file, read.text);
    const parsed = withMarkup(file, script) ?? parseModule(file, script.text, script.language);
    if ("module" in parsed) return parsed.module;
    return { file, line: parsed.line, kind: "syntax", reason: `it cannot be parsed: ${parsed.error}` };
  }

  /** File that a specifier means as seen from `from`; null when it is a package from outside the tree. */
  resolve(from: string, specifier: string): string | null {
    const found = this.#resolve(from, specifier);
    if (found === null) return null;
    this.#replacements ??= fileReplacements(this.list.files, (file) => safeJson(this.text(file)));
    const other = this.#replacements.get(found);
    return other === undefined || other === from || !this.has(other) ? found : other;
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
  #configsFor(from: string): TsConfig[] {
    const configs: TsConfig[] = [];
    for (let folder = posix.dirname(from); ; folder = posix.dirname(folder)) {
      for (const name of ["tsconfig.json", "tsconfig.app.json", "tsconfig.base.json", "jsconfig.json"]) {
        const config = this.tsconfig(join(folder, name));
        if (config !== null) configs.push(config);
      }
      if (folder === "." || folder === "/") return configs;
    }
  }

  tsconfig(file: string): TsConfig | null {
    const known = this.#tsconfigs.get(file);
    if (known !== undefined) return known;
    const config = this.#known.has(file) ? readTsConfig(file, (path) => this.text(path)) : null;
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
    const manifest = asRecord(safeJson(this.text(join(folder, "package.json")))) ?? {};
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
    const configs = this.list.files.filter((file) => /(?:^|\/)[jt]sconfig[^/]*\.json$/.test(file));
    const patterns = configs.flatMap((file) => this.tsconfig(file)?.paths ?? []);
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
    const config = this.tsconfig(join(folder, "tsconfig.json"));
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
    return this.#file(path) ?? this.#sourceOf(path, folder);
  }

  #ownPackages(): ReadonlyMap<string, string> {
    const packages = new Map<string, string>();
    for (const file of this.list.files) {
      if (file !== "package.json" && !file.endsWith("/package.json")) continue;
      const name = asRecord(safeJson(this.text(file)))?.name;
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
      if (this.has(join(folder, "package.json"))) {
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
    if (this.#known.has(path)) return path;
    const written = /\.([cm]?)jsx?$/.exec(path);
    if (written !== null) {
      // TypeScript imports name the output: "./a.js" stands for "./a.ts".
      const stem = path.slice(0, written.index);
      for (const extension of [`${written[1]}ts`, `${written[1]}tsx`]) {
        if (this.#known.has(`${stem}.${extension}`)) return `${stem}.${extension}`;
      }
    }
    for (const extension of extensions) if (this.#known.has(`${path}.${extension}`)) return `${path}.${extension}`;
    const index = path === "" ? "index" : `${path}/index`;
    for (const extension of extensions) if (this.#known.has(`${index}.${extension}`)) return `${index}.${extension}`;
    return null;
  }
}

/** A component with the code of its markup; null where that is no code, or the script has faults of its own. */
function withMarkup(file: string, script: Script): ParsedModule | null {
  if (script.withMarkup === null) return null;
  const all = parseModule(
    file,
    script.withMarkup(() => "expression"),
    script.language,
  );
  if ("module" in all) return all;
  const isCode = (code: string): boolean => "module" in parseModule(file, code, script.language);
  const formOf = (code: string): Form | null =>
    isCode(`(${code})`) ? "expression" : isCode(code) ? "statements" : null;
  const some = parseModule(file, script.withMarkup(formOf), script.language);
  return "module" in some ? some : null;
}

/** Characters of text that are kept at most. */
const maxKept = 256 * 1024 * 1024;

const extensions = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "vue", "svelte", "json"];

function packageName(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

export function safeJson(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
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
