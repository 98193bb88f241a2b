import type { Export, Exports } from "./exports.ts";
import { bindingAt, type Module } from "./module.ts";
import type { Project } from "./project.ts";

/** What is asked of the tree to tell where a name is exported from. */
export interface ExportSource {
  readonly project: Project;
  exportsOf(file: string): { module: Module; exports: Exports } | null;
}

/** Which of the files that are re-exported whole (`export * from`) give a name. */
export interface StarExport {
  /** The first that gives it; null: none of the tree's does. */
  readonly from: string | null;
  /** Another one that gives another thing under the same name, so that the language exports neither. */
  readonly rival: string | null;
  /** Packages from outside the tree that are re-exported whole. */
  readonly outside: readonly string[];
}

/**
 * Looks a name up in what `file` re-exports whole. One thing that comes by two ways is one; two things of one name are
 * none, but where each is an assignment: of those that a compiler made the first stays, and of Python's the last.
 */
export function starExport(source: ExportSource, file: string, exports: Exports, name: string): StarExport {
  const outside: string[] = [];
  let first: { readonly file: string; readonly origin: string } | null = null;
  const isPython = file.endsWith(".py");
  for (const star of isPython ? exports.stars.toReversed() : exports.stars) {
    const target = source.project.resolve(file, star.source);
    if (target === null) {
      outside.push(star.source);
      continue;
    }
    // A file without the word that hands on nothing else gives nothing of that name.
    if (first !== null && !mayGive(source.project, target, name)) continue;
    const origin = originOf(source, target, name, new Set());
    if (origin === null) continue;
    if (first === null) first = { file: target, origin };
    else if (first.origin !== origin) return { from: first.file, rival: target, outside };
    if (isPython || star.node.type !== "ExportAllDeclaration") break;
  }
  return { from: first?.file ?? null, rival: null, outside };
}

function mayGive(project: Project, file: string, name: string): boolean {
  const text = project.text(file);
  return text === null || text.includes(name) || /\bexport\s*\*|\bexports\b|\brequire\b/.test(text);
}

/** Where a name that a file exports is bound in the end; null where the file exports none of that name. */
export function originOf(source: ExportSource, file: string, name: string, seen: Set<string>): string | null {
  const key = `${file}\0${name}`;
  if (seen.has(key) || seen.size > 200) return null;
  seen.add(key);
  const loaded = source.exportsOf(file);
  if (loaded === null) {
    const skipped = source.project.module(file);
    return skipped !== null && "kind" in skipped ? key : null;
  }
  const { module, exports } = loaded;
  const found = exports.named.get(name);
  if (found !== undefined) return passedOn(source, module, found, key, seen);
  // What CommonJS puts together is only known by its value.
  if (exports.whole !== null || exports.poured.length > 0) return key;
  if (name === "default") return null;
  for (const star of exports.stars) {
    const target = source.project.resolve(file, star.source);
    const origin = target === null ? null : originOf(source, target, name, seen);
    if (origin !== null) return origin;
  }
  return null;
}

/** The place that an export means: its own, or that of what it hands on. */
function passedOn(source: ExportSource, module: Module, found: Export, own: string, seen: Set<string>): string {
  if (found.kind === "from") {
    const target = source.project.resolve(module.file, found.source);
    if (target === null) return `${found.source}\0${found.name}`;
    return found.name === "*" ? `${target}\0*` : (originOf(source, target, found.name, seen) ?? own);
  }
  if (found.kind !== "local") return own;
  const binding = bindingAt(module, module.program, found.name);
  const specifier = binding?.kind === "import" ? binding.declaration : null;
  const parent = specifier === null ? undefined : module.parents.get(specifier);
  if (specifier === null || parent?.type !== "ImportDeclaration") return `${module.file}\0 ${found.name}`;
  const imported =
    specifier.type === "ImportSpecifier"
      ? specifier.imported.type === "Identifier"
        ? specifier.imported.name
        : specifier.imported.value
      : specifier.type === "ImportDefaultSpecifier"
        ? "default"
        : "*";
  const target = source.project.resolve(module.file, parent.source.value);
  if (target === null) return `${parent.source.value}\0${imported}`;
  return imported === "*" ? `${target}\0*` : (originOf(source, target, imported, seen) ?? own);
}
