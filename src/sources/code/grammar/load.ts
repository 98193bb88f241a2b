import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Language, Parser, TreeCursor } from "web-tree-sitter";

/** Languages other than JavaScript's that are read with a grammar. */
export type GrammarLanguage = "dart" | "kotlin" | "java" | "swift" | "csharp" | "python";

/** One node of a concrete syntax tree. Offsets are UTF-16 units into the file's text. */
export interface Cst {
  readonly type: string;
  /** false: a bare word or sign of the grammar ("static", "=>"). */
  readonly named: boolean;
  readonly field: string | null;
  readonly start: number;
  readonly end: number;
  readonly children: readonly Cst[];
}

/** A piece of a file that the grammar could not make sense of. */
export interface Broken {
  readonly start: number;
  readonly end: number;
}

export interface ParsedText {
  readonly root: Cst;
  readonly comments: readonly Cst[];
  readonly broken: readonly Broken[];
}

/** Reads a text; throws only what the grammar's machine throws on hostile input. */
export type Grammar = (text: string) => ParsedText;

const loaded = new Map<GrammarLanguage, Promise<Grammar>>();

/**
 * Loads a grammar once; nothing of it is touched before the first file of its language that matters. A grammar that
 * cannot be had is a problem, in words that go on from the name of a file.
 */
export async function loadGrammar(language: GrammarLanguage): Promise<Grammar | { readonly problem: string }> {
  let grammar = loaded.get(language);
  if (grammar === undefined) {
    grammar = load(language);
    loaded.set(language, grammar);
  }
  try {
    return await grammar;
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const said = error instanceof Error ? error.message : String(error);
    const reason = isMissing ? "this installation of regions lacks it; install it anew" : said;
    return { problem: `the grammar of its language could not be loaded: ${reason}` };
  }
}

async function load(language: GrammarLanguage): Promise<Grammar> {
  const sitter = await import("web-tree-sitter");
  await sitter.Parser.init();
  const grammar: Language = await sitter.Language.load(new Uint8Array(gunzipSync(readFileSync(fileOf(language)))));
  const parser = new sitter.Parser();
  parser.setLanguage(grammar);
  return (text) => parse(parser, text);
}

/** Beside the bundle; a run from source takes what the build has put there. */
function fileOf(language: GrammarLanguage): URL {
  const name = `grammars/${language}.wasm.gz`;
  const beside = new URL(`../${name}`, import.meta.url);
  return existsSync(beside) ? beside : new URL(`../../../../dist/${name}`, import.meta.url);
}

function parse(parser: Parser, text: string): ParsedText {
  const tree = parser.parse(text);
  if (tree === null) throw new Error("the grammar gave no tree");
  const cursor = tree.walk();
  try {
    return copy(cursor);
  } finally {
    cursor.delete();
    tree.delete();
  }
}

interface Open {
  readonly node: Cst & { readonly children: Cst[] };
}

/** Copies the tree out of the grammar's memory, without recursion: hostile input nests deeper than the call stack. */
function copy(cursor: TreeCursor): ParsedText {
  const comments: Cst[] = [];
  const broken: Broken[] = [];
  const stack: Open[] = [];
  const make = (): Open => {
    const type = cursor.nodeType;
    const node = {
      type,
      named: cursor.nodeIsNamed,
      field: cursor.currentFieldName,
      start: cursor.startIndex,
      end: cursor.endIndex,
      children: [] as Cst[],
    };
    if (type === "ERROR" || cursor.nodeIsMissing) broken.push({ start: node.start, end: node.end });
    return { node };
  };
  const root = make();
  stack.push(root);
  let down = cursor.gotoFirstChild();
  while (stack.length > 0) {
    if (down) {
      const open = make();
      const isComment = /comment$/.test(open.node.type) && open.node.named;
      if (isComment) comments.push(open.node);
      else stack.at(-1)?.node.children.push(open.node);
      stack.push(open);
      down = !isComment && cursor.gotoFirstChild();
      continue;
    }
    stack.pop();
    if (stack.length === 0) break;
    if (cursor.gotoNextSibling()) down = true;
    else {
      cursor.gotoParent();
    }
  }
  return { root: root.node, comments, broken };
}

/** Child in a field of the grammar, or null. */
export function field(node: Cst, name: string): Cst | null {
  return node.children.find((child) => child.field === name) ?? null;
}

/** First child of one of these types, or null. */
export function child(node: Cst, ...types: readonly string[]): Cst | null {
  return node.children.find((inner) => types.includes(inner.type)) ?? null;
}

export function childrenOfType(node: Cst, ...types: readonly string[]): readonly Cst[] {
  return node.children.filter((inner) => types.includes(inner.type));
}

export function namedChildren(node: Cst): readonly Cst[] {
  return node.children.filter((inner) => inner.named);
}
