// The types that are published with the package: the declarations of its entry for programs, and of the shapes in
// src/model that these name. No declaration names another package: a user would need it, too.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

const options = {
  target: ts.ScriptTarget.ES2024,
  lib: ["lib.es2024.d.ts"],
  types: [],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  declaration: true,
  emitDeclarationOnly: true,
};

/**
 * Writes declarations below `folder`, each at its path below src/. The entry is read by itself, since what it loads when
 * it is called is the whole program. Throws where a type cannot be written down; whether the types are right, `npm run
 * check` has told.
 * @param entry path from `root`
 */
export function writeTypes(root, entry, folder) {
  const src = join(root, "src");
  const write = (file, text) => {
    const at = join(folder, relative(src, file));
    const outside = /(?:\bfrom |\bimport\()"([^.][^"]*)"/.exec(text);
    if (outside !== null) throw new Error(`The types of ${relative(root, file)} name the package ${outside[1]}.`);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text.replaceAll(/((?:\bfrom |\bimport\()"\.[^"]+)\.ts"/g, '$1.js"'));
  };
  const file = join(root, entry);
  const { outputText, diagnostics } = ts.transpileDeclaration(readFileSync(file, "utf8"), {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: { ...options, isolatedDeclarations: true },
  });
  const named = [...outputText.matchAll(/\bfrom "(\.[^"]+)"/g)].map(([, path]) => resolve(dirname(file), path));
  const program = ts.createProgram(named, options);
  const { diagnostics: others } = program.emit(undefined, (path, text) => write(path, text));
  const [problem] = [...(diagnostics ?? []), ...others];
  if (problem !== undefined) throw new Error(`${entry}: ${ts.flattenDiagnosticMessageText(problem.messageText, " ")}`);
  write(file.replace(/\.ts$/, ".d.ts"), outputText);
}
