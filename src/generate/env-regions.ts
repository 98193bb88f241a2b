import type { Manifest } from "../manifest/manifest.ts";
import { parseEnv } from "../sources/code/env-files.ts";
import { boundRegions } from "./bound-regions.ts";

const begin = "# Regions of regions.yaml, kept by `regions generate options`:";
const end = "# End of the regions of regions.yaml.";

/**
 * The text of an env file with one variable for the region of each class that has callables or web functions. A line
 * that sets such a variable already keeps its place, its quotes and its comment; the others stand in a block of their
 * own, in which a variable that no class has any longer is removed. Nothing else is touched.
 * @param text null where there is no file yet
 */
export function envWithRegions(
  manifest: Manifest,
  prefix: string,
  file: string,
  text: string | null,
  arrived: ReadonlySet<string>,
): string {
  const wanted = variablesOf(manifest, prefix, arrived);
  const lineEnd = text?.includes("\r\n") === true ? "\r\n" : "\n";
  const { outside, at } = withoutBlock(text ?? "");
  const present = new Set<string>();
  let result = outside;
  // From the end, so that what is found stays where it is.
  for (const entry of parseEnv(file, outside).toReversed()) {
    const region = wanted.get(entry.name);
    if (region === undefined) continue;
    present.add(entry.name);
    result = withValue(result, entry.place.line, entry.value, region);
  }
  const own = [...wanted].filter(([name]) => !present.has(name)).map(([name, region]) => `${name}=${region}`);
  if (own.length === 0) return result;
  const block = [begin, ...own, end].map((line) => line + lineEnd).join("");
  const place = at ?? result.length;
  const before = result.slice(0, place);
  const gap = before === "" || before.endsWith(lineEnd) ? "" : lineEnd;
  const space = at === null && before !== "" ? lineEnd : "";
  return `${before}${gap}${space}${block}${result.slice(place)}`;
}

/** VITE_FUNCTIONS_PAYMENTS_REGION → europe-west3, for classes that front ends can call. */
export function variablesOf(
  manifest: Manifest,
  prefix: string,
  arrived: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const regions = new Map<string, string>();
  for (const { name, region } of [...manifest.classes.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const members = [...manifest.functions.values()].filter(
      ({ class: own, trigger }) => own === name && (trigger === null || trigger === "callable" || trigger === "https"),
    );
    // A class on the move: its callers stay where all of its functions come from.
    const from = new Set(members.map((entry) => boundRegions(entry, arrived).join()));
    const [only, second] = from;
    const moves = members.some(({ moving }) => moving !== null);
    if (members.length > 0)
      regions.set(variableOf(prefix, name), moves && second === undefined && only !== undefined ? only : region);
  }
  return regions;
}

function variableOf(prefix: string, name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[^A-Za-z0-9]+/g, "_");
  return `${prefix}${words.toUpperCase()}_REGION`;
}

/** The text without the block of ours, and where the block stood. */
function withoutBlock(text: string): { outside: string; at: number | null } {
  const from = text.indexOf(begin);
  if (from === -1) return { outside: text, at: null };
  const close = text.indexOf(end, from);
  if (close === -1) return { outside: text, at: null };
  const lineBreak = text.indexOf("\n", close);
  return { outside: text.slice(0, from) + (lineBreak === -1 ? "" : text.slice(lineBreak + 1)), at: from };
}

/** Puts a region in the place of a line's value. */
function withValue(text: string, line: number, value: string, region: string): string {
  if (value === region) return text;
  const lines = text.split("\n");
  const own = lines[line - 1] ?? "";
  const sign = /[=:]/.exec(own)?.index ?? 0;
  const at = value === "" ? -1 : own.indexOf(value, sign);
  // A variable without a value may have quotes around nothing, and a comment.
  const rest = own.slice(sign + 1).replace(/^[ \t]*(?:""|'')?/, "");
  lines[line - 1] =
    at === -1
      ? `${own.slice(0, sign + 1)}${region}${rest.startsWith("#") ? " " : ""}${rest}`
      : own.slice(0, at) + region + own.slice(at + value.length);
  return lines.join("\n");
}
