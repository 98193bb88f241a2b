import type { ParsedModule } from "../module.ts";
import { madeSyntax } from "../parse.ts";
import { lineStarts, positionAt } from "../text.ts";
import { CSharpTranslator, csharpSignature } from "./csharp.ts";
import { DartTranslator } from "./dart.ts";
import { JavaTranslator } from "./java.ts";
import { KotlinTranslator, kotlinSignature } from "./kotlin.ts";
import type { Broken, Cst, Grammar, GrammarLanguage } from "./load.ts";
import { asNode, type Neighbours, settleNames } from "./names.ts";
import { PythonTranslator, pythonSignature } from "./python.ts";
import { SwiftTranslator } from "./swift.ts";
import { withoutDirectives } from "./swift-directives.ts";
import type { Surroundings, Translator } from "./translator.ts";

const extensions: Readonly<Record<string, GrammarLanguage>> = {
  dart: "dart",
  kt: "kotlin",
  kts: "kotlin",
  java: "java",
  cs: "csharp",
  swift: "swift",
  py: "python",
};

/** Language that a grammar reads, by the file's name; null for every other file. */
export function grammarLanguageOf(file: string): GrammarLanguage | null {
  return extensions[file.slice(file.lastIndexOf(".") + 1)] ?? null;
}

const translators: Readonly<Partial<Record<GrammarLanguage, new (text: string, around: Surroundings) => Translator>>> =
  {
    csharp: CSharpTranslator,
    dart: DartTranslator,
    java: JavaTranslator,
    kotlin: KotlinTranslator,
    python: PythonTranslator,
    swift: SwiftTranslator,
  };

export type Translated = ParsedModule & { readonly broken: readonly Broken[] };

/** Reads a file of another language into the tree that the evaluator knows. Never throws. */
export function translate(
  language: GrammarLanguage,
  grammar: Grammar,
  file: string,
  text: string,
  around: Surroundings & Neighbours,
): Translated {
  const Made = translators[language];
  if (Made === undefined) return { error: "its language is not read", line: 1, broken: [] };
  try {
    const parsed = grammar(language === "swift" ? withoutDirectives(text) : text);
    const translator = new Made(text, around);
    const program = translator.program(parsed.root);
    settleNames(program, translator.refs, around, translator.membersNeedThis);
    const comments = parsed.comments.map(({ start, end }) => ({ value: bare(text.slice(start, end)), start, end }));
    return {
      module: { file, text, ...madeSyntax(asNode(program)), comments: () => comments },
      broken: parsed.broken,
    };
  } catch (error) {
    const line = positionAt(lineStarts(text), 0).line;
    return { error: error instanceof Error ? error.message : String(error), line, broken: [] };
  }
}

/** Names of the parameters of every function and class of a text, by the name they are called by. */
export function signatures(
  language: GrammarLanguage,
  grammar: Grammar,
  text: string,
): ReadonlyMap<string, readonly (readonly string[])[]> {
  const found = new Map<string, (readonly string[])[]>();
  const shape = shapes[language];
  if (shape === undefined) return found;
  let root: Cst;
  try {
    root = grammar(text).root;
  } catch {
    return found;
  }
  const stack: Cst[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    for (const inner of node.children) stack.push(inner);
    const read = shape(node, (at) => text.slice(at.start, at.end));
    if (read === null) continue;
    found.set(read.name, [...(found.get(read.name) ?? []), read.params]);
  }
  return found;
}

type Shape = (node: Cst, slice: (at: Cst) => string) => { name: string; params: readonly string[] } | null;

const shapes: Readonly<Partial<Record<GrammarLanguage, Shape>>> = {
  csharp: csharpSignature,
  kotlin: kotlinSignature,
  python: pythonSignature,
};

/** A comment's words without its signs. */
function bare(comment: string): string {
  return comment.replace(/^(?:\/\/[/!]?|#|\/\*+!?)/, "").replace(/\*\/$/, "");
}
