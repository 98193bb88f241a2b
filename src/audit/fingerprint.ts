/**
 * 128-bit hash of a list of parts as 32 hex digits. Stable across machines and releases: saved baselines hang on it.
 * Not cryptographic; it tells findings apart, it protects nothing.
 */
export function fingerprint(parts: readonly string[]): string {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let d = 0xdeadbeef;
  for (const part of parts) {
    // The length goes first, so that ("ab", "c") and ("a", "bc") differ.
    for (let index = -1; index < part.length; index++) {
      const unit = index < 0 ? part.length : part.charCodeAt(index);
      a = b ^ Math.imul(a ^ unit, 0x85ebca6b);
      b = c ^ Math.imul(b ^ unit, 0xc2b2ae35);
      c = d ^ Math.imul(c ^ unit, 0x27d4eb2f);
      d = a ^ Math.imul(d ^ unit, 0x165667b1);
    }
  }
  return [a ^ c, b ^ d, c ^ Math.imul(a, 5), d ^ Math.imul(b, 5)].map(hexWord).join("");
}

function hexWord(word: number): string {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x7feb352d);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x846ca68b);
  mixed ^= mixed >>> 16;
  return (mixed >>> 0).toString(16).padStart(8, "0");
}

/** White space is folded, so that a formatter's pass over the file changes no fingerprint. */
export function normaliseSnippet(text: string): string {
  return text.split(/\s+/).filter(Boolean).join(" ");
}
