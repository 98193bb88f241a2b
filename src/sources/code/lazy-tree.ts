import { type Node, parseSync } from "oxc-parser";
import type { ParsePiece } from "./lazy-gaps.ts";
import { type Holder, viewOf } from "./lazy-node.ts";
import type { Handle } from "./lazy-shapes.ts";

export type Language = "ts" | "tsx" | "jsx";
export type SourceType = "module" | "script";

/** The parser's result with the part that its types do not tell. */
interface LazyResult {
  readonly program: Handle;
  readonly errors: readonly { readonly message: string; readonly labels: readonly { readonly start: number }[] }[];
  readonly comments: readonly { readonly value: string; readonly start: number; readonly end: number }[];
  dispose(): void;
}

/**
 * The file whose buffer is at hand. It takes 6 GiB of address space, of which little is used: two of them, and V8
 * takes the process for short of memory, and collects several times as often.
 */
let live: LazyTree | null = null;

/**
 * One file's syntax tree, made as it is asked for: the parser leaves its result in a buffer, and a node becomes an
 * object when somebody looks at it. Nodes outlive the buffer: a file whose buffer was given up is parsed again when
 * a node that nobody has looked at yet is wanted.
 */
export class LazyTree implements Holder {
  readonly text: string;
  readonly program: Node;
  readonly #language: Language;
  readonly #sourceType: SourceType;
  #result: LazyResult | null = null;
  /** Counts how often the file was parsed: handles of an earlier time are void. */
  generation = 0;

  constructor(text: string, language: Language, sourceType: SourceType) {
    this.text = text;
    this.#language = language;
    this.#sourceType = sourceType;
    const root = this.result().program;
    this.program = viewOf(this, null, null, 0, root, undefined);
  }

  result(): LazyResult {
    const known = this.#result;
    if (known !== null) return known;
    live?.giveUp();
    const parsed = parseSync(`source.${this.#language}`, this.text, {
      lang: this.#language,
      sourceType: this.#sourceType,
      preserveParens: false,
      ...({ experimentalLazy: true } as object),
    }) as unknown as LazyResult;
    this.#result = parsed;
    this.generation++;
    live = this;
    return parsed;
  }

  giveUp(): void {
    this.#result?.dispose();
    this.#result = null;
  }

  /** Parses a piece of the text that the lazy tree leaves out, between `before` and `after`; nodes stand where it does. */
  readonly piece: ParsePiece = (start, end, before, after) => {
    const padding = " ".repeat(Math.max(0, start - before.length));
    const source = `${padding}${before}${this.text.slice(start, end)}${after}`;
    return parseSync(`piece.${this.#language}`, source, { lang: this.#language, preserveParens: false }).program;
  };
}
