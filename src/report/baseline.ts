import type { BaselineEntry } from "../model/baseline.ts";
import type { Finding } from "../model/finding.ts";
import { count, wrap } from "./layout.ts";
import { shortList } from "./short-list.ts";
import { visible, visibleJson } from "./visible.ts";

/** What `regions baseline write` did. */
export interface BaselineReport {
  /** As the user wrote it. */
  readonly file: string;
  readonly status: "written" | "unchanged";
  /** What the file holds now. */
  readonly entries: number;
  readonly added: readonly BaselineEntry[];
  readonly renewed: readonly BaselineEntry[];
  readonly removed: readonly BaselineEntry[];
  /** Past their date, so what they hid counts again. */
  readonly expired: readonly BaselineEntry[];
  /** Not found by this look, which was not the look that could have found them. */
  readonly unjudged: readonly BaselineEntry[];
  /** Open findings that the file does not hold. */
  readonly leftOut: readonly Finding[];
}

export function baselineText(report: BaselineReport, width: number, verbose: boolean): string {
  const { added, renewed, removed, expired, unjudged, leftOut } = report;
  const told = (rows: readonly Told[], words: string, then = ""): string[] =>
    rows.length === 0
      ? []
      : wrap(`${rows.length} ${words}: ${shortList(rows.map(nameOf), verbose)}.${then}`, width, "  ", "    ");
  const head = `${visible(report.file)}: ${report.status}, ${report.entries} ${report.entries === 1 ? "entry" : "entries"}.`;
  return `${[
    head,
    ...told(added, "added"),
    ...told(renewed, "with a new date"),
    ...told(removed, "taken out, whose findings are gone"),
    ...told(expired, "past their date, so what they hid counts again", " --add --until DAY gives a new one."),
    ...told(
      unjudged,
      "not found, and kept: only a full look at the same project and sources can tell that they are gone",
    ),
    ...told(
      leftOut,
      "new and left out",
      ` A baseline does not grow by itself: ${count(leftOut.length, "finding")} would be added by --add.`,
    ),
  ].join("\n")}\n`;
}

/** The contract of `regions baseline write --format json`, version 1. */
export function baselineJson({ file, status, entries, leftOut, ...lists }: BaselineReport): string {
  const rows = (list: readonly Told[]) =>
    list.map(({ fingerprint, rule, function: name }) => ({ fingerprint, rule, function: name }));
  const { added, renewed, removed, expired, unjudged } = lists;
  const value = {
    version: 1,
    file,
    status,
    entries,
    added: rows(added),
    renewed: rows(renewed),
    removed: rows(removed),
    expired: rows(expired),
    unjudged: rows(unjudged),
    leftOut: rows(leftOut),
  };
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`;
}

type Told = Pick<BaselineEntry | Finding, "fingerprint" | "rule" | "function">;

function nameOf({ rule, function: name }: Told): string {
  return visible(name === null ? rule : `${rule} of ${name}`);
}
