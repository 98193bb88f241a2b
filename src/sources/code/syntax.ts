import type { Node } from "oxc-parser";

export interface Comment {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** A parsed text. Offsets are UTF-16 units. */
export interface Syntax {
  readonly program: Node;
  /** The node around a node of this text. */
  readonly parents: { get(node: Node): Node | undefined };
  readonly comments: () => readonly Comment[];
  /**
   * Innermost nodes at every place where a word stands in the text, in source order: identifiers, but also strings
   * and JSX texts that hold it. A tree that was made from another language knows its identifiers alone.
   */
  readonly nodesWith: (word: string) => readonly Node[];
  /** Innermost nodes at every place of a piece of text, be it a part of a word. */
  readonly nodesHolding: (piece: string) => readonly Node[];
}
