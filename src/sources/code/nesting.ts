/**
 * The parser is native code with a stack of its own: source nested past some thousand levels ends the whole process,
 * and no `catch` sees it. Nobody writes half as many.
 */
export const maxNesting = 1_500;

const operators = new Set("+-*/%.?:=!~&|<>^".split(""));

/**
 * Upper estimate of how deep the syntax tree of a text gets, from its brackets and from chains of operators
 * (`a + a + …`, `a.b.c…`, `else if …`), which nest as well. Strings on one line are skipped; stops once past `limit`.
 */
export function nestingOf(text: string, limit: number): number {
  // Operators so far in each open bracket; a comma, a semicolon or a new statement starts anew.
  const chains: number[] = [0];
  let depth = 0;
  let deepest = 0;
  let last = "";
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"' || char === "'") {
      at = endOfString(text, at, char);
      last = char;
      continue;
    }
    const top = chains.length - 1;
    const chain = chains[top] ?? 0;
    if (char === "(" || char === "[" || char === "{") {
      chains.push(0);
      depth++;
    } else if (char === ")" || char === "]" || char === "}") {
      if (chains.length > 1) {
        depth -= 1 + chain;
        chains.pop();
      }
    } else if (char === "," || char === ";") {
      depth -= chain;
      chains[top] = 0;
    } else if (char === "\n") {
      if (!operators.has(last) && startsStatement(text, at + 1)) {
        depth -= chain;
        chains[top] = 0;
      }
    } else if (operators.has(char) || isPrefixWord(text, at)) {
      chains[top] = chain + 1;
      depth++;
    }
    if (depth > deepest) {
      deepest = depth;
      if (deepest > limit) return deepest;
    }
    if (char > " ") last = char;
  }
  return deepest;
}

function endOfString(text: string, from: number, quote: string): number {
  for (let at = from + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\\") at++;
    else if (char === quote) return at;
    // An apostrophe in a comment or a text of JSX: no string.
    else if (char === "\n") return from;
  }
  return from;
}

/** A line that cannot be the rest of the one before it. */
function startsStatement(text: string, from: number): boolean {
  let at = from;
  while (at < text.length && (text.charAt(at) === " " || text.charAt(at) === "\t" || text.charAt(at) === "\r")) at++;
  const char = text.charAt(at);
  return (
    char !== "" && char !== "(" && char !== "[" && char !== "{" && !operators.has(char) && !text.startsWith("else", at)
  );
}

function isPrefixWord(text: string, at: number): boolean {
  const char = text.charAt(at);
  if (char !== "e" && char !== "n" && char !== "t" && char !== "a" && char !== "v" && char !== "y" && char !== "d")
    return false;
  if (at > 0 && /[\w$]/.test(text.charAt(at - 1))) return false;
  return /^(?:else|new|typeof|await|void|yield|delete)\b/.test(text.slice(at, at + 7));
}
