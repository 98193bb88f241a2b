import type { BaselineEntry, PlacedEntry } from "../model/baseline.ts";
import { baselineSchema } from "../report/schema.ts";
import { visibleJson } from "../report/visible.ts";
import { parseJson } from "../sources/json-text.ts";
import { checked } from "./checked-json.ts";

/**
 * The entries of a baseline, each where it stands. Of two entries for one finding the first counts. Throws InputError
 * with every problem and its place.
 * @param file the path for messages and places
 */
export function parseBaseline(text: string, file: string): readonly PlacedEntry[] {
  const mend = "Write the file with `regions baseline write`; by hand, change owner, reason and until.";
  const { findings } = checked(baselineSchema, parseJson(text, file, "baseline"), text, file, mend);
  const lines = linesOf(text);
  const entries = new Map<string, PlacedEntry>();
  for (const row of findings) {
    if (entries.has(row.fingerprint)) continue;
    const { fingerprint, rule, project, function: name, sources, message, owner, reason, until } = row;
    const place = { file, line: lines.get(fingerprint) ?? 1 };
    const entry = {
      fingerprint,
      rule,
      project,
      function: name,
      file: row.file,
      message,
      sources,
      owner,
      reason,
      until,
    };
    entries.set(fingerprint, { ...entry, place });
  }
  return [...entries.values()];
}

/** A finding for each line, in an order that hangs on nothing but the findings: two branches merge without a conflict. */
export function formatBaseline(entries: readonly BaselineEntry[]): string {
  const key = ({ file, rule, function: name, fingerprint }: BaselineEntry) =>
    [file ?? "", rule, name ?? "", fingerprint].join("\0");
  const rows = entries
    .map((entry) => ({ entry, by: key(entry) }))
    .sort((a, b) => (a.by < b.by ? -1 : a.by > b.by ? 1 : 0))
    .map(({ entry }) => {
      const { fingerprint, rule, project, function: name, file, message, sources, owner, reason, until } = entry;
      return `    ${JSON.stringify({ file, rule, function: name, owner, reason, until, message, project, sources, fingerprint })}`;
    });
  const list = rows.length === 0 ? "[]" : `[\n${rows.join(",\n")}\n  ]`;
  return visibleJson(`{\n  "version": 1,\n  "findings": ${list}\n}\n`);
}

/** The line on which each fingerprint stands first. */
function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  let line = 1;
  for (const [found, print] of text.matchAll(/\r\n|\r|\n|"fingerprint"\s*:\s*"([^"\\]*)"/g)) {
    if (print === undefined) line += 1;
    else {
      if (!lines.has(print)) lines.set(print, line);
      line += found.split(/\r\n|\r|\n/).length - 1;
    }
  }
  return lines;
}
