import { type Node, type ParseResult, parseSync, rawTransferSupported } from "oxc-parser";
import { childrenOf } from "./children.ts";
import { parentInTree } from "./lazy-node.ts";
import { type Language, LazyTree, type SourceType } from "./lazy-tree.ts";
import type { Comment, Syntax } from "./syntax.ts";
import { textSearch } from "./text-search.ts";

export type ParsedText = Syntax | { readonly error: string; readonly offset: number };

/**
 * Parses a script as a module, and as a script of old (`with`, octal literals, `await` as a name) where that fails.
 * Throws what the parser throws.
 */
export function parseText(text: string, language: Language): ParsedText {
  const asModule = parseAs(text, language, "module");
  if (!("error" in asModule)) return asModule;
  const asScript = parseAs(text, language, "script");
  return "error" in asScript ? asModule : asScript;
}

/** Cleared where the system refuses the address space that lazy trees are read from; files are read whole then. */
let lazy = rawTransferSupported();

/** Whether trees are made as they are asked for; for tests, which hold both ways to the same answers. */
export function readLazily(wanted: boolean): void {
  lazy = wanted && rawTransferSupported();
}

function parseAs(text: string, language: Language, sourceType: SourceType): ParsedText {
  if (lazy) {
    try {
      return lazySyntax(text, language, sourceType);
    } catch (error) {
      if (!(error instanceof RangeError) || !/allocation failed|out of memory/i.test(error.message)) throw error;
      lazy = false;
    }
  }
  return wholeSyntax(text, language, sourceType);
}

function lazySyntax(text: string, language: Language, sourceType: SourceType): ParsedText {
  const tree = new LazyTree(text, language, sourceType);
  const program = tree.program as Extract<Node, { type: "Program" }>;
  const problem = failure(program, () => tree.result().errors);
  if (problem !== null) return problem;
  return {
    program,
    parents: { get: parentInTree },
    comments: () => tree.result().comments.map((comment) => plain(text, comment)),
    ...textSearch(text, program),
  };
}

function wholeSyntax(text: string, language: Language, sourceType: SourceType): ParsedText {
  const result = parseSync(`source.${language}`, text, { lang: language, sourceType, preserveParens: false });
  const problem = failure(result.program, () => result.errors);
  if (problem !== null) return problem;
  const { program } = result;
  return {
    program,
    parents: parentsIn(program, dropSelf),
    comments: () => result.comments,
    ...textSearch(text, program),
  };
}

/** `function (this: Client, name: string)`: what only types know is no parameter. */
function dropSelf(node: Node): void {
  if (!("params" in node) || !Array.isArray(node.params)) return;
  const [first] = node.params;
  if (first?.type === "Identifier" && first.name === "this") node.params.shift();
}

/** Syntax of a tree that was made, not parsed here: what stands where in its text proves nothing about its names. */
export function madeSyntax(program: Node): Syntax {
  const byName = new Map<string, Node[]>();
  const texts: Node[] = [];
  const parents = parentsIn(program, (node) => {
    if (node.type === "Literal" || node.type === "TemplateElement") texts.push(node);
    if (node.type !== "Identifier" && node.type !== "PrivateIdentifier" && node.type !== "JSXIdentifier") return;
    const same = byName.get(node.name);
    if (same === undefined) byName.set(node.name, [node]);
    else same.push(node);
  });
  return {
    program,
    parents,
    comments: () => [],
    nodesWith: (word) => byName.get(word) ?? [],
    nodesHolding: (piece) =>
      texts.filter((node) => {
        const text = node.type === "TemplateElement" ? node.value.raw : node.type === "Literal" ? node.value : null;
        return typeof text === "string" && text.includes(piece);
      }),
  };
}

/** A parser that found nothing to keep says why; one that got over its errors goes on. */
function failure(
  program: Pick<ParseResult["program"], "body">,
  errors: () => readonly { readonly message: string; readonly labels: readonly { readonly start: number }[] }[],
): { error: string; offset: number } | null {
  if (program.body.length > 0) return null;
  const [first] = errors();
  return first === undefined ? null : { error: first.message, offset: first.labels[0]?.start ?? 0 };
}

/** The lazy tree leaves out what a comment says. */
function plain(text: string, { start, end }: Comment): Comment {
  const isBlock = text.startsWith("/*", start);
  return { value: text.slice(start + 2, isBlock ? end - 2 : end), start, end };
}

/** Walks in source order, without recursion: generated code nests deeper than the call stack. */
function parentsIn(program: Node, see?: (node: Node) => void): Map<Node, Node> {
  const parents = new Map<Node, Node>();
  const stack: Node[] = [program];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    see?.(node);
    for (const child of childrenOf(node).reverse()) {
      parents.set(child, node);
      stack.push(child);
    }
  }
  return parents;
}
