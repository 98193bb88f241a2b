import type { Place } from "../model/place.ts";
import { InputError } from "../model/problem.ts";

/** One step into a JSON value: the key of an object or the index of a list. */
export type JsonStep = string | number;

/**
 * JSON.parse for files that people hand over. A leading byte order mark is passed over.
 * Throws InputError with line and column; the text itself is never quoted, since such files may hold secrets.
 * @param what what the file should be, for the message ("snapshot")
 */
export function parseJson(text: string, file: string, what: string): unknown {
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text;
  try {
    return JSON.parse(json);
  } catch {
    const flaw = scan(json, () => false) ?? { offset: 0, reason: "this is not JSON" };
    const empty = json.trim() === "";
    throw new InputError([
      {
        place: placeAt(json, file, flaw.offset),
        message: empty ? `The ${what} is empty.` : `The ${what} is not whole JSON: ${flaw.reason}.`,
        mend: flaw.offset >= json.length ? "The file was cut short or never finished: write it again." : null,
        excerpt: null,
      },
    ]);
  }
}

/**
 * Places of the values at some paths within JSON text, found in one walk; the nearest value above where a path ends
 * early.
 */
export function placesOf(text: string, file: string, paths: readonly (readonly JsonStep[])[]): readonly Place[] {
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const found = paths.map((path) => ({ path, depth: -1, offset: 0 }));
  let open = found.length;
  scan(json, (offset, steps) => {
    for (const entry of found) {
      if (steps.length <= entry.depth || !leadsTo(steps, entry.path)) continue;
      entry.depth = steps.length;
      entry.offset = offset;
      if (entry.depth === entry.path.length) open -= 1;
    }
    return open === 0;
  });
  return found.map((entry) => placeAt(json, file, entry.offset));
}

function leadsTo(steps: readonly JsonStep[], path: readonly JsonStep[]): boolean {
  if (steps.length > path.length) return false;
  for (let index = 0; index < steps.length; index += 1) if (steps[index] !== path[index]) return false;
  return true;
}

/** "deployed.functions[3].region"; keys that are no plain words are quoted. */
export function pathText(path: readonly JsonStep[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (!/^[A-Za-z_$][\w$-]*$/.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

function placeAt(text: string, file: string, offset: number): Place {
  let line = 1;
  let start = 0;
  for (let next = text.indexOf("\n"); next !== -1 && next < offset; next = text.indexOf("\n", start)) {
    line += 1;
    start = next + 1;
  }
  return { file, line, column: offset - start + 1 };
}

interface Flaw {
  readonly offset: number;
  readonly reason: string;
}

type Expect = "value" | "value or ]" | "key" | "key or }" | "colon" | "comma" | "end";

const expectations: Record<Expect, string> = {
  value: "a value is expected here",
  "value or ]": "a value or ] is expected here",
  key: "a key in double quotes is expected here",
  "key or }": "a key in double quotes or } is expected here",
  colon: "a colon is expected here",
  comma: "a comma or the closing bracket is expected here",
  end: "nothing more is expected after the end of the value",
};

/**
 * Walks JSON text without recursion (nesting may be as deep as it likes). Calls `visit` at the start of every value and
 * stops when that returns true. Returns the first flaw, null when there is none or the visitor stopped.
 */
function scan(text: string, visit: (offset: number, steps: readonly JsonStep[]) => boolean): Flaw | null {
  const steps: JsonStep[] = [];
  let expect: Expect = "value";
  let offset = 0;
  const afterValue = (): Expect => (steps.length === 0 ? "end" : "comma");

  for (;;) {
    offset = skipSpace(text, offset);
    if (offset >= text.length) return expect === "end" ? null : { offset, reason: "it ends in the middle" };
    const char = text[offset] as string;
    const inObject = typeof steps.at(-1) === "string";

    if (expect === "comma" && char === ",") {
      const last = steps.at(-1);
      if (typeof last === "number") steps[steps.length - 1] = last + 1;
      expect = typeof last === "number" ? "value" : "key";
      offset += 1;
    } else if (
      (char === "}" && (expect === "key or }" || (expect === "comma" && inObject))) ||
      (char === "]" && (expect === "value or ]" || (expect === "comma" && !inObject)))
    ) {
      steps.pop();
      expect = afterValue();
      offset += 1;
    } else if (char === '"' && (expect === "key" || expect === "key or }")) {
      const end = endOfString(text, offset);
      if (typeof end !== "number") return end;
      steps[steps.length - 1] = JSON.parse(text.slice(offset, end)) as string;
      expect = "colon";
      offset = end;
    } else if (expect === "colon" && char === ":") {
      expect = "value";
      offset += 1;
    } else if (expect === "value" || expect === "value or ]") {
      if (visit(offset, steps)) return null;
      if (char === "{" || char === "[") {
        steps.push(char === "{" ? "" : 0);
        expect = char === "{" ? "key or }" : "value or ]";
        offset += 1;
      } else {
        const end = char === '"' ? endOfString(text, offset) : endOfWord(text, offset, expect);
        if (typeof end !== "number") return end;
        expect = afterValue();
        offset = end;
      }
    } else return { offset, reason: expectations[expect] };
  }
}

function skipSpace(text: string, from: number): number {
  for (let offset = from; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return offset;
  }
  return text.length;
}

const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function endOfString(text: string, start: number): number | Flaw {
  let offset = start + 1;
  while (offset < text.length) {
    const code = text.charCodeAt(offset);
    if (code === 0x22) return offset + 1;
    if (code < 0x20) return { offset, reason: "a line break or control character stands inside a text in quotes" };
    if (code === 0x5c) {
      escapeSequence.lastIndex = offset;
      const match = escapeSequence.exec(text);
      if (match === null) {
        if (/^\\(?:u[0-9a-fA-F]{0,3})?$/.test(text.slice(offset, offset + 6)))
          return { offset: text.length, reason: "it ends in the middle of a text in quotes" };
        return { offset, reason: "the escape sequence after this backslash is not known to JSON" };
      }
      offset += match[0].length;
    } else offset += 1;
  }
  return { offset, reason: "it ends in the middle of a text in quotes" };
}

const word = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

function endOfWord(text: string, start: number, expect: Expect): number | Flaw {
  word.lastIndex = start;
  const match = word.exec(text);
  if (match !== null) return start + match[0].length;
  const rest = /[\w.+-]*/y;
  rest.lastIndex = start;
  const end = start + (rest.exec(text)?.[0].length ?? 0);
  if (end >= text.length && end > start) return { offset: end, reason: "it ends in the middle of a value" };
  return { offset: start, reason: expectations[expect] };
}
