import type { Report } from "../model/finding.ts";
import { maskSecrets } from "../model/mask-secrets.ts";
import { excerptKey } from "../report/terminal.ts";
import { readText } from "../sources/code/text.ts";
import { shownPath, withinRoot } from "./wire/files.ts";

/** The source line of every open finding's place, by `excerptKey`. A file that cannot be read has no excerpt. */
export function excerptsFor(report: Report, root: string): ReadonlyMap<string, string> {
  const places = report.findings.flatMap(({ place, suppressed }) =>
    place === null || suppressed !== null ? [] : [place],
  );
  const linesOf = new Map<string, readonly string[]>();
  const excerpts = new Map<string, string>();
  for (const place of places) {
    const lines = linesOf.get(place.file) ?? linesIn(root, place.file);
    linesOf.set(place.file, lines);
    const line = lines[place.line - 1];
    if (line !== undefined && line.trim() !== "") excerpts.set(excerptKey(place), maskSecrets(line));
  }
  return excerpts;
}

function linesIn(root: string, file: string): readonly string[] {
  const path = withinRoot(root, file);
  const read = path === null ? null : readText(root, shownPath(root, path));
  return read?.kind === "text" ? read.text.split(/\r\n|\r|\n/) : [];
}
