import { type ImportClause, importClauses, specifiersOf } from "./import-clauses.ts";
import type { Project } from "./project.ts";

/**
 * Which files import which, from one quick look at every text: no file is parsed for it. A look that finds too much
 * (an import in a comment) only makes more files worth reading.
 */
export class Importers {
  readonly #project: Project;
  readonly #sources: readonly string[];
  readonly #reaching = new Map<string, ReadonlySet<string>>();
  readonly #direct = new Map<string, readonly string[]>();
  readonly #brought = new Map<string, Brought | null>();
  readonly #all: ReadonlySet<string>;
  #named: ReadonlyMap<string, readonly Specifier[]> | null = null;

  constructor(project: Project, sources: readonly string[]) {
    this.#project = project;
    this.#sources = sources;
    this.#all = new Set(sources);
  }

  /** Files that import `file`, be it through others. */
  of(file: string): ReadonlySet<string> {
    const known = this.#reaching.get(file) ?? this.#project.importersOf(file);
    if (known !== undefined && known !== null) return known;
    const found = new Set<string>();
    const queue = [file];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const importer of this.#importing(at)) {
        if (found.has(importer)) continue;
        found.add(importer);
        queue.push(importer);
      }
    }
    this.#reaching.set(file, found);
    return found;
  }

  /** One of the names may come into a file by an import of it: by its own name, or with a whole module. */
  mayBring(file: string, names: readonly string[]): boolean {
    const brought = this.#broughtInto(file);
    return brought === null || brought.whole || names.some((name) => brought.names.has(name));
  }

  /** What a file imports; null for files whose language has other ways. */
  clausesOf(file: string): readonly ImportClause[] | null {
    return this.#broughtInto(file)?.clauses ?? null;
  }

  #broughtInto(file: string): Brought | null {
    const known = this.#brought.get(file);
    if (known !== undefined) return known;
    const read = this.#all.has(file) ? this.#project.glance(file) : null;
    const made = read?.kind === "text" ? broughtBy(importClauses(read.text)) : null;
    if (made !== null) this.#project.trace.imports.add(file);
    this.#brought.set(file, made);
    return made;
  }

  /** Files with a specifier that means `file`. Only those that end like its name, or name a package, are resolved. */
  #importing(file: string): readonly string[] {
    const known = this.#direct.get(file);
    if (known !== undefined) return known;
    this.#named ??= this.#look();
    const found = new Set<string>();
    for (const name of namesOf(file)) {
      for (const specifier of this.#named.get(name) ?? []) {
        specifier.target ??= { file: this.#project.resolve(specifier.from, specifier.text) };
        if (specifier.target.file !== file) continue;
        for (const importer of specifier.importers) found.add(importer);
      }
    }
    const list = [...found];
    this.#direct.set(file, list);
    return list;
  }

  /** Every specifier of the tree by the last part of it. */
  #look(): ReadonlyMap<string, readonly Specifier[]> {
    const named = new Map<string, Specifier[]>();
    const known = new Map<string, Specifier>();
    for (const file of this.#sources) {
      const read = this.#project.glance(file);
      if (read.kind !== "text") continue;
      this.#project.trace.imports.add(file);
      const folder = file.slice(0, file.lastIndexOf("/") + 1);
      for (const specifier of specifiersOf(read.text)) {
        const key = `${folder}\0${specifier}`;
        const same = known.get(key);
        if (same !== undefined) {
          same.importers.push(file);
          continue;
        }
        // A piece of the key, since a piece of the text would keep all of it in memory.
        const text = key.slice(folder.length + 1);
        const made: Specifier = { from: file, text, importers: [file], target: null };
        known.set(key, made);
        const name = this.#project.resolver.isRenamed(specifier) ? anyName : lastPart(specifier);
        const others = named.get(name);
        if (others === undefined) named.set(name, [made]);
        else others.push(made);
      }
    }
    return named;
  }
}

/** What a file's imports bring into it. */
interface Brought {
  readonly clauses: readonly ImportClause[];
  readonly names: ReadonlySet<string>;
  /** Some module comes in whole (`* as`, `import(…)`, `require(…)`), so that its members go by any path. */
  readonly whole: boolean;
}

function broughtBy(clauses: readonly ImportClause[]): Brought {
  return {
    clauses,
    names: new Set(clauses.flatMap(({ text }) => text.match(/[\w$]+/g) ?? [])),
    whole: clauses.some(({ text }) => /\*\s*as\b|\b(?:import|require)\s*\(/.test(text)),
  };
}

/** A specifier as files of one folder write it. */
interface Specifier {
  readonly from: string;
  readonly text: string;
  readonly importers: string[];
  target: { readonly file: string | null } | null;
}

/** Stands for specifiers that do not say what the file is called: packages, folders by their dots. */
const anyName = "";

/** What a specifier of this file may end in: its name, or its folder's where it is the folder's index. */
function namesOf(file: string): readonly string[] {
  const parts = file.split("/");
  const name = lastPart(file);
  return name === "index" ? [anyName, name, parts.at(-2) ?? ""] : [anyName, name];
}

/** Last part of a path without what stands after its first dot; "" for paths of dots alone. */
function lastPart(path: string): string {
  const clean = path.replace(/[?#].*$/, "").replace(/\/+$/, "");
  const last = clean.slice(clean.lastIndexOf("/") + 1);
  if (last === "." || last === "..") return anyName;
  const dot = last.indexOf(".", 1);
  return dot === -1 ? last : last.slice(0, dot);
}
