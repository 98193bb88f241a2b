import type { Project } from "./project.ts";

const specifiers = /\b(?:from|import|require)\s*\(?\s*(?:\/\*[^*]*\*\/\s*)?(["'`])([^"'`\n]+)\1/g;

/**
 * Which files import which, from one quick look at every text: no file is parsed for it. A look that finds too much
 * (an import in a comment) only makes more files worth reading.
 */
export class Importers {
  readonly #project: Project;
  readonly #sources: readonly string[];
  readonly #reaching = new Map<string, ReadonlySet<string>>();
  #direct: ReadonlyMap<string, readonly string[]> | null = null;

  constructor(project: Project, sources: readonly string[]) {
    this.#project = project;
    this.#sources = sources;
  }

  /** Files that import `file`, be it through others. */
  of(file: string): ReadonlySet<string> {
    const known = this.#reaching.get(file) ?? this.#project.importersOf(file);
    if (known !== undefined && known !== null) return known;
    this.#direct ??= this.#look();
    const found = new Set<string>();
    const queue = [file];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const importer of this.#direct.get(at) ?? []) {
        if (found.has(importer)) continue;
        found.add(importer);
        queue.push(importer);
      }
    }
    this.#reaching.set(file, found);
    return found;
  }

  #look(): ReadonlyMap<string, readonly string[]> {
    const direct = new Map<string, string[]>();
    const resolved = new Map<string, string | null>();
    for (const file of this.#sources) {
      const text = this.#project.text(file);
      if (text === null) continue;
      const folder = file.slice(0, file.lastIndexOf("/") + 1);
      for (const [, , specifier = ""] of text.matchAll(specifiers)) {
        const key = `${folder}\0${specifier}`;
        let target = resolved.get(key);
        if (target === undefined) {
          target = this.#project.resolve(file, specifier);
          resolved.set(key, target);
        }
        if (target === null) continue;
        const importers = direct.get(target);
        if (importers === undefined) direct.set(target, [file]);
        else importers.push(file);
      }
    }
    return direct;
  }
}
