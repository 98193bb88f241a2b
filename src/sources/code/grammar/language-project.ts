// Longer than 300 lines: one tree, whose ways of finding a name across files share its index.
import { posix } from "node:path";
import type { Module } from "../module.ts";
import { Project, type Skipped } from "../project.ts";
import { type FileText, looksMinified } from "../text.ts";
import { join } from "../tsconfig.ts";
import { buildFields } from "./build-fields.ts";
import { signatures, translate } from "./languages.ts";
import type { Broken, Grammar, GrammarLanguage } from "./load.ts";
import { byName, type Neighbours } from "./names.ts";
import type { Sdk, Surroundings } from "./translator.ts";

const declarations =
  /(?:\b(?:enum[ \t]+(?:class|struct)|record[ \t]+(?:class|struct)|extension[ \t]+type|class|object|interface|enum|struct|actor|extension|mixin|protocol|record|typealias)[ \t]+(\w+))|(?:^(?:[\w.@]+(?:<[^=;\n{}]*>)?\??[ \t]+)*?(?:<[^\n>]*>[ \t]*)?(?:[\w]+\.)?(\w+)[ \t]*(?::[^=\n;{]*)?(?:=(?!=)|\(|\bget\b|=>|\{))/gm;

const classes =
  /\b(?:enum[ \t]+(?:class|struct)|record[ \t]+(?:class|struct)|extension[ \t]+type|class|object|interface|enum|struct|actor|extension|mixin|protocol|record|typealias)[ \t]+(\w+)/g;

/** What a generator wrote beside a file says nothing that the file does not. */
const generated = /\.(?:g|freezed|gr|config)\.dart$/;

/**
 * The files of one language as a tree of their own. Names are looked up where the language would: in the file that
 * an import names, else in the one file that declares them.
 */
export class LanguageProject extends Project {
  readonly language: GrammarLanguage;
  readonly #grammar: Grammar;
  readonly #around: Surroundings & Neighbours;
  readonly #translated = new Map<string, Module | Skipped>();
  readonly #broken = new Map<string, readonly Broken[]>();
  #declaring: ReadonlyMap<string, ReadonlySet<string>> | null = null;
  #classes: ReadonlySet<string> | null = null;
  readonly #all: ReadonlySet<string>;
  readonly #base: Project;
  readonly #signatures = new Map<string, ReadonlyMap<string, readonly (readonly string[])[]>>();
  #buildFields: ReadonlyMap<string, string | null> | null = null;
  readonly #providers = new Map<string, { owner: string; isStatic: boolean; name: string } | null>();

  /** @param files The files of the language, of those that `base` lists. */
  constructor(base: Project, language: GrammarLanguage, files: readonly string[], grammar: Grammar, sdk: Sdk) {
    super(base.root, base.list, files, base.trace);
    this.language = language;
    this.#grammar = grammar;
    this.#all = new Set(files);
    this.#base = base;
    this.#around = {
      sdk,
      declares: (name) => this.#index().has(name),
      declaresClass: (name) => this.#classNames().has(name),
      caseOwner: (name) => this.#caseOwner(name),
      provider: (type) => this.#provider(type),
      signature: (name) => this.#signature(name),
      buildField: (name) => {
        this.#buildFields ??= buildFields(base);
        return this.#buildFields.get(name) ?? null;
      },
    };
  }

  /** Texts are read once for all languages. */
  override glance(file: string): FileText {
    return this.#base.glance(file);
  }

  override search(files: readonly string[], words: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#base.search(files, words);
  }

  override module(file: string): Module | Skipped | null {
    const known = this.#translated.get(file);
    if (known !== undefined) return known;
    if (!this.#all.has(file)) return null;
    const module = this.#load(file);
    this.#translated.set(file, module);
    return module;
  }

  /** Files whose trees are kept. */
  get held(): number {
    return this.#translated.size;
  }

  /** Lets go of all trees. What still has a node of one has a tree of its own: evaluators begin anew, too. */
  forgetTrees(): void {
    this.#translated.clear();
    this.#broken.clear();
  }

  /** Pieces of a file that the grammar could not read; empty before the file was looked at. */
  brokenIn(file: string): readonly Broken[] {
    return this.#broken.get(file) ?? [];
  }

  #load(file: string): Module | Skipped {
    const read = this.read(file);
    const skipped = (kind: Skipped["kind"], reason: string, line = 1): Skipped => ({ file, line, kind, reason });
    if (read.kind === "unreadable") return skipped("unreadable", read.reason);
    if (read.kind === "binary") return skipped("syntax", "it is no text");
    if (read.kind === "large") {
      const size = `${(read.bytes / 1024 / 1024).toFixed(1)} MiB`;
      return skipped("large", `it is ${size}, more than source that a person writes`);
    }
    if (looksMinified(read.text)) return skipped("minified", "it is minified code");
    const translated = translate(this.language, this.#grammar, file, read.text, this.#around);
    this.#broken.set(file, translated.broken);
    return "module" in translated
      ? translated.module
      : skipped("syntax", `it cannot be parsed: ${translated.error}`, translated.line);
  }

  /** Names are seen across files without an import that says so. */
  override importersOf(_file: string): ReadonlySet<string> {
    return this.#all;
  }

  override resolve(from: string, specifier: string): string | null {
    if (specifier.startsWith(byName)) return this.#declarer(from, specifier.slice(byName.length));
    if (this.language === "dart") return this.#dartFile(from, specifier);
    if (this.language === "python") return this.#pythonFile(from, specifier);
    return null;
  }

  /** `payments.charge` is a file beside the entry of the code; `.charge` one beside the file that names it. */
  #pythonFile(from: string, specifier: string): string | null {
    const [, dots = "", path = ""] = /^(\.*)(.*)$/.exec(specifier) ?? [];
    const inner = path.replaceAll(".", "/");
    const at = (folder: string): string | null => {
      const base = inner === "" ? folder : join(folder, inner);
      for (const file of [`${base}.py`, base === "" ? "__init__.py" : `${base}/__init__.py`])
        if (this.has(file)) return file;
      return null;
    };
    const folders: string[] = [];
    for (let folder = posix.dirname(from); ; folder = posix.dirname(folder)) {
      folders.push(folder === "." ? "" : folder);
      if (folder === "." || folder === "/") break;
    }
    if (dots !== "") return at(folders[dots.length - 1] ?? "");
    const homes = folders.filter((folder) =>
      ["main.py", "requirements.txt"].some((name) => this.has(join(folder, name))),
    );
    for (const folder of [...homes, ...folders]) {
      const found = at(folder);
      if (found !== null) return found;
    }
    return null;
  }

  /** A name that Python gets from elsewhere without naming it (`from payments import *`): the last to give it stays. */
  #fromStars(from: string, name: string, seen = new Set<string>()): string | null {
    if (seen.has(from)) return null;
    seen.add(from);
    const stars = [...(this.text(from) ?? "").matchAll(/^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+\*/gm)];
    for (const [, source = ""] of stars.reverse()) {
      const file = this.#pythonFile(from, source);
      if (file === null) continue;
      if (this.#exports(file, name)) return file;
      const further = this.#fromStars(file, name, seen);
      if (further !== null) return further;
    }
    return null;
  }

  /** The one file that declares a name for `from` to see; null when none does, or several. */
  #declarer(from: string, name: string): string | null {
    if (this.language === "python") return this.#fromStars(from, name);
    const declaring = this.#index().get(name) ?? new Set<string>();
    const candidates = [...declaring].filter((file) => file !== from && this.#exports(file, name));
    // What makes something for whoever asks may stand in the very file that asks.
    if (candidates.length === 0) return declaring.has(from) && this.#exports(from, name) ? from : null;
    if (candidates.length < 2) return candidates[0] ?? null;
    const near = candidates.filter((file) => this.#isImported(from, file, name));
    return near.length === 1 ? (near[0] ?? null) : null;
  }

  #exports(file: string, name: string): boolean {
    const module = this.module(file);
    if (module === null || "kind" in module) return false;
    return exportedNames(module).has(name);
  }

  #isImported(from: string, file: string, name: string): boolean {
    const text = this.text(from) ?? "";
    if (this.language === "dart") {
      for (const [, specifier = ""] of text.matchAll(/^\s*(?:import|export|part)\s+['"]([^'"]+)['"]/gm)) {
        if (this.#dartFile(from, specifier) === file) return true;
      }
      return false;
    }
    const home = packageOf(this.text(file) ?? "");
    if (home === null) return posix.dirname(from) === posix.dirname(file);
    if (
      new RegExp(
        `^\\s*import\\s+(?:static\\s+)?${home.replaceAll(".", "\\.")}\\.(?:\\w+\\.)*(?:${name}\\b|\\*)`,
        "m",
      ).test(text)
    )
      return true;
    return packageOf(text) === home && !new RegExp(`^\\s*import\\s+[\\w.]+\\.${name}\\b`, "m").test(text);
  }

  #dartFile(from: string, specifier: string): string | null {
    if (specifier.startsWith("dart:")) return null;
    const own = /^package:([^/]+)\/(.+)$/.exec(specifier);
    if (own === null) {
      const file = join(posix.dirname(from), specifier);
      return this.has(file) ? file : null;
    }
    const [, name = "", path = ""] = own;
    for (const file of this.list.files) {
      if (!file.endsWith("pubspec.yaml")) continue;
      if (!new RegExp(`^name:\\s*["']?${name}["']?\\s*(?:#.*)?$`, "m").test(this.text(file) ?? "")) continue;
      const target = join(posix.dirname(file), `lib/${path}`);
      if (this.has(target)) return target;
    }
    return null;
  }

  #index(): ReadonlyMap<string, ReadonlySet<string>> {
    if (this.#declaring !== null) return this.#declaring;
    const index = new Map<string, Set<string>>();
    for (const file of this.sources) {
      if (generated.test(file)) continue;
      for (const match of (this.text(file) ?? "").matchAll(declarations)) {
        const name = match[1] ?? match[2];
        if (name === undefined) continue;
        const files = index.get(name);
        if (files === undefined) index.set(name, new Set([file]));
        else files.add(file);
      }
    }
    this.#declaring = index;
    return index;
  }

  #classNames(): ReadonlySet<string> {
    if (this.#classes !== null) return this.#classes;
    const names = new Set<string>();
    for (const file of this.sources) {
      for (const [, name = ""] of (this.text(file) ?? "").matchAll(classes)) names.add(name);
    }
    this.#classes = names;
    return names;
  }

  #caseOwner(name: string): string | null {
    const found = new Set<string>();
    const named = new RegExp(`^[ \\t]*case[ \\t]+(?:\\w+(?:[ \\t]*=[ \\t]*"[^"]*")?,[ \\t]*)*${name}\\b`, "gm");
    for (const file of this.sources) {
      const text = this.text(file) ?? "";
      for (const match of text.matchAll(named)) {
        const [owner] = [...text.slice(0, match.index).matchAll(/\benum[ \t]+(\w+)/g)].slice(-1);
        if (owner?.[1] !== undefined) found.add(owner[1]);
      }
    }
    const [only] = found;
    return found.size === 1 ? (only ?? null) : null;
  }

  /** The one `@Provides` function of a type; null where there is none, or several. */
  #provider(type: string): { owner: string; isStatic: boolean; name: string } | null {
    const known = this.#providers.get(type);
    if (known !== undefined) return known;
    const found: { owner: string; isStatic: boolean; name: string }[] = [];
    const kotlin = new RegExp(`@Provides\\b[^{}=]*?\\bfun\\s+(\\w+)\\s*\\([^)]*\\)\\s*:\\s*${type}\\b`, "g");
    const java = new RegExp(`@Provides\\b[^{};]*?\\b${type}\\s+(\\w+)\\s*\\(`, "g");
    for (const file of this.sources) {
      const text = this.text(file) ?? "";
      if (!text.includes("@Provides")) continue;
      for (const match of text.matchAll(this.language === "java" ? java : kotlin)) {
        const [owner] = [...text.slice(0, match.index).matchAll(/\b(object|class)[ \t]+(\w+)/g)].slice(-1);
        const [, kind = "", name = ""] = owner ?? [];
        const isStatic = this.language === "java" ? /\bstatic\b/.test(match[0]) : kind === "object";
        if (name !== "") found.push({ owner: name, isStatic, name: match[1] ?? "" });
      }
    }
    const only = found.length === 1 ? (found[0] ?? null) : null;
    this.#providers.set(type, only);
    return only;
  }

  #signature(name: string): readonly string[] | null {
    const before =
      this.language === "csharp"
        ? "[\\w>\\]?][ \\t]+"
        : "\\b(?:fun|def|class)[ \\t]+(?:<[^>\\n]*>[ \\t]*)?(?:[\\w.]+\\.)?";
    const declared = new RegExp(`${before}${name}\\b`);
    const found = this.sources
      .filter((file) => declared.test(this.text(file) ?? ""))
      .flatMap((file) => this.#signaturesIn(file).get(name) ?? []);
    return found.length === 1 ? (found[0] ?? null) : null;
  }

  #signaturesIn(file: string): ReadonlyMap<string, readonly (readonly string[])[]> {
    let known = this.#signatures.get(file);
    if (known === undefined) {
      const text = this.text(file);
      known = text === null ? new Map() : signatures(this.language, this.#grammar, text);
      this.#signatures.set(file, known);
    }
    return known;
  }
}

const exportsKnown = new WeakMap<Module, ReadonlySet<string>>();

function exportedNames(module: Module): ReadonlySet<string> {
  const known = exportsKnown.get(module);
  if (known !== undefined) return known;
  const names = new Set<string>();
  const { program } = module;
  if (program.type === "Program") {
    for (const statement of program.body) {
      if (statement.type !== "ExportNamedDeclaration") continue;
      for (const { exported } of statement.specifiers) if (exported.type === "Identifier") names.add(exported.name);
      if (statement.declaration === null) continue;
      const { declaration } = statement;
      if (declaration.type === "VariableDeclaration") {
        for (const { id } of declaration.declarations) if (id.type === "Identifier") names.add(id.name);
      } else if ("id" in declaration && declaration.id?.type === "Identifier") names.add(declaration.id.name);
    }
  }
  exportsKnown.set(module, names);
  return names;
}

function packageOf(text: string): string | null {
  return /^\s*package\s+([\w.]+)/m.exec(text)?.[1] ?? null;
}
