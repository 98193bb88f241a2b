import { type Alias, isAlias, isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLMap } from "yaml";
import type { Place } from "../model/place.ts";
import type { Problem } from "../model/problem.ts";
import { LineTable, maskSecrets } from "./excerpt.ts";
import { convert, keyOf, startOf } from "./yaml-values.ts";

/** Characters: about 80,000 functions. The `yaml` library needs some 130 bytes of memory for each. */
const largestText = 5_000_000;
/** Commas, colons and line breaks: what makes a text costly beyond its length. */
const mostParts = 1_000_000;
export type Path = readonly (string | number)[];

/** One YAML text as plain values, with the way back from a value to its position. */
export interface YamlFile {
  readonly file: string;
  /** Maps are objects without a prototype; an entry written twice keeps its first value. */
  readonly value: unknown;
  /** What is wrong with the text as YAML: syntax, keys written twice, aliases. */
  readonly problems: readonly Problem[];
  /** First line that could not be read as YAML: what stands from there on is uncertain. Null: all was read. */
  readonly brokenFrom: number | null;
  /** Position of the key (or list entry) at a path; of its nearest written parent where there is none. */
  keyPlace(path: Path): Place;
  valuePlace(path: Path): Place;
  /** The value at a path as it is written; undefined where there is none. */
  rawAt(path: Path): unknown;
  problemAt(place: Place, message: string, mend: string | null): Problem;
}

/**
 * Reads one YAML text. Never throws: everything that is wrong with it is in `problems`. Costs one pass of the `yaml`
 * library and one walk; positions are looked up only when asked for.
 */
export function readYaml(source: string, file: string): YamlFile {
  const text = source.startsWith("\uFEFF") ? source.slice(1) : source;
  const refusal = refuseText(text, file);
  if (refusal !== null) return emptyFile(file, refusal);

  const lines = new LineTable(text);
  const problems: Problem[] = [];
  const problemAt = (place: Place, message: string, mend: string | null): Problem => ({
    place,
    message,
    mend,
    excerpt: lines.excerpt(place.line, place.column ?? 1),
  });
  const at = (offset: number): Place => ({ file, ...lines.position(Math.min(offset, text.length)) });

  let document: ReturnType<typeof parseDocument>;
  try {
    // Keys are compared by the walk below, in linear time: the library compares them pairwise.
    document = parseDocument(text, { uniqueKeys: false, stringKeys: true, prettyErrors: false });
  } catch (error) {
    // The library recurses into nested collections; anything else it throws is its own fault, and named as such.
    const deep = error instanceof RangeError;
    const message = deep ? "The file is nested too deeply to be a manifest." : "The file cannot be read as YAML.";
    return emptyFile(file, { place: { file, line: 1, column: 1 }, message, mend: null, excerpt: null });
  }

  let brokenFrom: number | null = null;
  const seenLines = new Set<number>();
  for (const error of [...document.errors, ...document.warnings]) {
    // Said in plainer words by the walk below, and no harm to what follows.
    if (error.code === "NON_STRING_KEY") continue;
    const place = at(Math.max(0, error.pos[0]));
    brokenFrom = Math.min(brokenFrom ?? place.line, place.line);
    // One slip makes the library report several errors of one line; the first one is the cause.
    if (seenLines.has(place.line)) continue;
    seenLines.add(place.line);
    const known = error.code === "MULTIPLE_DOCS" ? "A second document begins here." : null;
    const message = known ?? `This is not valid YAML: ${plain(maskSecrets(error.message))}`;
    problems.push(problemAt(place, message, mendOfSyntax(error.code)));
  }

  const aliasTargets = new Map<Alias, unknown>();
  const report = (offset: number, message: string, mend: string | null) => {
    problems.push(problemAt(at(offset), message, mend));
  };
  const value = convert(document.contents, aliasTargets, report, (offset, key, first) => {
    const mend = `keep one of the two; the first is on line ${at(first).line}`;
    report(offset, `"${maskSecrets(key)}" is written twice in the same map.`, mend);
  });

  const indexes = new WeakMap<YAMLMap, Map<string, Pair>>();
  const behind = (node: unknown): unknown => (isAlias(node) ? aliasTargets.get(node) : node);
  const pairOf = (map: YAMLMap, key: string): Pair | undefined => {
    let index = indexes.get(map);
    if (index === undefined) {
      index = new Map();
      for (const pair of map.items) {
        const name = keyOf(pair);
        if (name !== null && !index.has(name)) index.set(name, pair);
      }
      indexes.set(map, index);
    }
    return index.get(key);
  };
  const find = (path: Path): { key: number; value: number } => {
    let node: unknown = document.contents;
    const found = { key: startOf(node) ?? 0, value: startOf(node) ?? 0 };
    for (const part of path) {
      const inner = behind(node);
      if (isMap(inner)) {
        const pair = pairOf(inner, String(part));
        if (pair === undefined) return found;
        found.key = startOf(pair.key) ?? found.value;
        node = pair.value;
        found.value = isWritten(node) ? (startOf(node) ?? found.key) : found.key;
      } else if (isSeq(inner)) {
        const item = inner.items[Number(part)];
        if (item === undefined) return found;
        node = item;
        found.value = startOf(node) ?? found.value;
        found.key = found.value;
      } else return found;
    }
    return found;
  };
  return {
    file,
    value,
    problems,
    brokenFrom,
    keyPlace: (path) => at(find(path).key),
    valuePlace: (path) => at(find(path).value),
    rawAt: (path) => valueAt(value, path),
    problemAt,
  };
}

function emptyFile(file: string, problem: Problem): YamlFile {
  const place: Place = { file, line: 1, column: 1 };
  return {
    file,
    value: null,
    problems: [problem],
    brokenFrom: 1,
    keyPlace: () => place,
    valuePlace: () => place,
    rawAt: () => undefined,
    problemAt: (at, message, mend) => ({ place: at, message, mend, excerpt: null }),
  };
}

/** Texts that are not worth reading as YAML: far too large, or not text in UTF-8. */
function refuseText(text: string, file: string): Problem | null {
  if (text.length > largestText || (text.length > mostParts && countParts(text) > mostParts)) {
    const size = (text.length / 1_000_000).toFixed(1);
    const message = `The file is too large for a manifest: ${size} million characters.`;
    const mend = `check that it is the file that is meant; ${largestText / 1_000_000} million are the most`;
    return { place: { file, line: 1, column: 1 }, message, mend, excerpt: null };
  }
  const broken = text.search(/[\0\uFFFD]/);
  if (broken === -1) return null;
  const place = { file, ...new LineTable(text).position(broken) };
  const wide = text.startsWith("\uFFFD") || text.slice(0, 200).includes("\0");
  const message = wide
    ? "The file is not UTF-8 text; it looks like UTF-16 or a binary file."
    : "The file is not UTF-8 text: some bytes have no meaning in it.";
  return { place, message, mend: "save it as UTF-8", excerpt: null };
}

function countParts(text: string): number {
  let parts = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 44 || code === 58 || code === 10) parts += 1;
  }
  return parts;
}

/** The value at a path of plain maps and lists; undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: Path): unknown {
  let inner = value;
  for (const part of path) {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, part)) return undefined;
    inner = (inner as Readonly<Record<string | number, unknown>>)[part];
  }
  return inner;
}

/** False for the value that is not there in "key:". */
function isWritten(node: unknown): boolean {
  if (isScalar(node)) return node.range === undefined || node.range === null || node.range[0] !== node.range[1];
  return node !== null && node !== undefined;
}

function plain(message: string): string {
  const sentence = message.charAt(0).toLowerCase() + message.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function mendOfSyntax(code: string): string | null {
  switch (code) {
    case "TAB_AS_INDENT":
      return "indent with spaces";
    case "MULTIPLE_DOCS":
      return 'keep one document: remove the "---" line and what follows it, or move it to a file of its own';
    case "BAD_INDENT":
      return "indent the line like its neighbours";
    case "MISSING_CHAR":
      return "look for a missing quote, comma, colon or bracket before this place";
    case "TAG_RESOLVE_FAILED":
      return "remove the tag";
    default:
      return null;
  }
}
