import { type Form, isSource, type Script, scriptOf } from "./blocks.ts";
import { type FileList, listFiles } from "./files.ts";
import { type Module, type ParsedModule, parseModule } from "./module.ts";
import { Resolver } from "./resolver.ts";
import { type FileText, looksMinified } from "./text.ts";
import { TextStore } from "./text-store.ts";

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
  /** Files whose imports were looked at. */
  readonly imports: Set<string>;
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
  readonly resolver: Resolver;
  readonly #known: ReadonlySet<string>;
  readonly #modules = new Map<string, Module | Skipped | null>();
  readonly #store: TextStore;
  /** Texts of files that matter, made once. */
  readonly #texts = new Map<string, FileText>();
  readonly #holding = new Map<string, ReadonlySet<string>>();

  /** The tree as it is now. */
  static async open(root: string): Promise<Project> {
    return new Project(root, await listFiles(root));
  }

  /** @param list What the tree holds. @param sources The files that count as source. */
  constructor(
    root: string,
    list: FileList,
    sources: readonly string[] = list.files.filter(isSource),
    trace: Trace = { touched: new Set(), words: new Set(), imports: new Set() },
  ) {
    this.trace = trace;
    this.root = root;
    this.#store = new TextStore(root);
    this.list = list;
    this.#known = new Set(this.list.files);
    this.sources = sources;
    this.resolver = new Resolver(this);
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
    const known = this.#texts.get(file);
    if (known !== undefined) return known;
    const text = this.glance(file);
    this.#texts.set(file, text);
    return text;
  }

  /** Reads a file without counting it as one that a result hangs on: for passes over all texts. */
  glance(file: string): FileText {
    return this.#texts.get(file) ?? this.#store.text(file);
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
    for (const piece of news) this.trace.words.add(piece);
    for (const [piece, files] of this.search(this.sources, news)) this.#holding.set(piece, files);
  }

  /** Why a file has no text that can be searched; null where it has. */
  unsearched(file: string): Exclude<FileText, { readonly kind: "text" }> | null {
    if (this.#texts.get(file)?.kind === "text" || this.#store.isText(file)) return null;
    const read = this.glance(file);
    return read.kind === "text" ? null : read;
  }

  /** Which of some files hold each of some words; does not count as looking at them. */
  search(files: readonly string[], words: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#store.holding(files, words);
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
    return this.resolver.resolve(from, specifier);
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
