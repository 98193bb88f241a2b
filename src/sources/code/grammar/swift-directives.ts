/** `#if … #elseif … #else … #endif`: branches of which the build takes one. */
export interface Conditional {
  readonly start: number;
  readonly branches: readonly Branch[];
  readonly hasElse: boolean;
}

export interface Branch {
  readonly of: Conditional;
  readonly start: number;
}

const directive = /^[ \t]*#(if|elseif|else|endif)\b.*$/gm;

/** Text without its directives, nothing moved: the grammar's scanner loses its way at them, and at all that follows. */
export function withoutDirectives(text: string): string {
  return text.includes("#if") ? text.replace(directive, (line) => " ".repeat(line.length)) : text;
}

/** Which branches of directives a place stands in. */
export class Directives {
  /** From each directive on: the branches that are open, outermost first. */
  readonly #marks: { readonly from: number; readonly open: readonly Branch[] }[] = [];

  constructor(text: string) {
    if (!text.includes("#if")) return;
    const open: { of: { start: number; branches: Branch[]; hasElse: boolean }; branch: Branch }[] = [];
    for (const { 0: line, 1: word, index } of text.matchAll(directive)) {
      const start = index + line.indexOf("#");
      const innermost = open.at(-1);
      if (word === "if") {
        const of = { start, branches: [] as Branch[], hasElse: false };
        const branch = { of, start };
        of.branches.push(branch);
        open.push({ of, branch });
      } else if (innermost === undefined) continue;
      else if (word === "endif") open.pop();
      else {
        innermost.branch = { of: innermost.of, start };
        innermost.of.branches.push(innermost.branch);
        innermost.of.hasElse ||= word === "else";
      }
      this.#marks.push({ from: index, open: open.map(({ branch }) => branch) });
    }
  }

  at(offset: number): readonly Branch[] {
    let found: readonly Branch[] = [];
    for (const { from, open } of this.#marks) {
      if (from > offset) break;
      found = open;
    }
    return found;
  }
}
