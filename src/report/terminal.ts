import { Chalk, type ChalkInstance } from "chalk";
import type { Finding, Report, Severity } from "../model/finding.ts";
import { type Gap, type SourceStatus, sourceNames } from "../model/gap.ts";
import type { Place } from "../model/place.ts";
import { type Grouping, groupedBy } from "./group-by.ts";
import { grouped } from "./groups.ts";
import { count, displayWidth, headOf, wrap } from "./layout.ts";
import { mostInFull, overview } from "./overview.ts";
import { setAsideText, sinceText } from "./set-aside.ts";
import { visible, visibleLine } from "./visible.ts";

export interface TerminalOptions {
  /** Columns to wrap at. */
  readonly width: number;
  readonly color: boolean;
  /** All related places and scopes, instead of the first few. */
  readonly verbose: boolean;
  /** Every finding, however many there are; `verbose` means that, too. */
  readonly all: boolean;
  /** What findings are put together by; null = by when customers notice them. */
  readonly groupBy: Grouping | null;
  readonly failOn: Severity;
  readonly exitCode: number;
  /** False: this tool deploys nothing of the fleet, so there is no state that could have been asked for. */
  readonly hasState: boolean;
  /** Lines of source by `excerptKey`; a place without one is shown without. */
  readonly excerpts: ReadonlyMap<string, string>;
  /** Command to type next; null = none worth naming. */
  readonly next: string | null;
}

/** Key of an excerpt: one line of one file. */
export function excerptKey(place: Place): string {
  return `${place.file}:${place.line}`;
}

const shownUnlessVerbose = 6;

/**
 * The report as a person reads it: what breaks customers first, then what could not be looked at, then the sum. Of many
 * findings it tells how many there are of what, on one screen.
 */
export function terminalReport(report: Report, options: TerminalOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const open = report.findings.filter((finding) => finding.suppressed === null);
  const { width, hasState, groupBy } = options;
  if (open.length > mostInFull && !options.all && !options.verbose) {
    const [first, closing] = [heading(report, options, paint), closingLines(report, open, options, paint)];
    const told = { width, hasState, groupBy: groupBy ?? "rule", paint, heading: first, closing } as const;
    return `${overview(report, told).join("\n")}\n`;
  }
  const sections = [
    heading(report, options, paint),
    ...(groupBy === null ? grouped(open) : groupedBy(open, groupBy)).map(({ title, findings }) => [
      `${paint.bold.underline(visible(title))}  ${paint.dim(tally(findings))}`,
      ...findings.flatMap((finding) => ["", ...findingLines(finding, options, paint)]),
    ]),
    gapLines(report, options, paint),
    notCheckedLines(report, options, paint),
    noteLines(report, options, paint),
    sumLines(report, open, options, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function heading(report: Report, { width }: TerminalOptions, paint: ChalkInstance): string[] {
  const environment = report.environment === null ? [] : [`environment ${visible(report.environment)}`];
  const project = report.project === null ? [] : [`project ${visible(report.project)}`];
  const since = report.changedSince === undefined ? [] : [`changed since ${sinceText(report.changedSince)}`];
  const lines = ["regions audit"];
  for (const part of [...project, ...environment, report.today, ...since]) {
    const line = `${lines.at(-1)} · ${part}`;
    if (displayWidth(line) <= width) lines.splice(-1, 1, line);
    else lines.push(`  ${part}`);
  }
  const [first = "", ...more] = lines;
  return [first.replace("regions audit", paint.bold("regions audit")).replaceAll(" · ", paint.dim(" · ")), ...more];
}

function findingLines(finding: Finding, options: TerminalOptions, paint: ChalkInstance): string[] {
  const severity = finding.severity === "error" ? paint.red.bold("error") : paint.yellow.bold("warning");
  const confidence = finding.confidence === "likely" ? " (likely)" : "";
  const where = finding.place === null ? visible(finding.function ?? "the project") : placeText(finding.place);
  const change = finding.change === undefined ? "" : `  ${finding.change}`;
  const lines = [`${paint.cyan(where)}  ${severity}${confidence}  ${paint.dim(`[${visible(finding.rule)}]`)}${change}`];
  lines.push(...excerptLines(finding.place, options, paint));
  lines.push(...wrap(visible(finding.message), options.width, "  ", "  "));
  if (finding.mend !== "") lines.push(...wrap(visible(finding.mend), options.width, "  mend: ", "        "));
  const shown = options.verbose ? finding.related : finding.related.slice(0, shownUnlessVerbose);
  for (const { place, message } of shown) {
    const plain = place === null ? "" : `${placeText(place)}  `;
    // Colours take characters but no room.
    const at = paint.cyan(plain);
    lines.push(...wrap(`${at}${visible(message)}`, options.width + at.length - plain.length, "    - ", "      "));
  }
  if (shown.length < finding.related.length) {
    lines.push(`    - and ${finding.related.length - shown.length} more (--verbose shows them)`);
  }
  return lines;
}

function excerptLines(place: Place | null, options: TerminalOptions, paint: ChalkInstance): string[] {
  const source = place === null ? undefined : options.excerpts.get(excerptKey(place));
  if (place === null || source === undefined) return [];
  const gutter = `  ${place.line} | `;
  const room = Math.max(20, options.width - gutter.length);
  const column = Math.max(1, place.column ?? firstInk(source));
  // A long line is shown around the column, from a little before it.
  const from = column - 1 > room - 10 ? column - 1 - Math.floor(room / 3) : 0;
  const text = headOf(visibleLine(source.slice(from, from + room)), room).trimEnd();
  const pointerAt = Math.min(room - 1, displayWidth(visibleLine(source.slice(from, column - 1))));
  const blank = `${" ".repeat(gutter.length - 2)}| `;
  return [paint.dim(gutter) + text, `${paint.dim(blank)}${" ".repeat(pointerAt)}${paint.red("^")}`];
}

function firstInk(source: string): number {
  return source.length - source.trimStart().length + 1;
}

function gapLines({ gaps, sources }: Report, options: TerminalOptions, paint: ChalkInstance): string[] {
  if (gaps.length === 0) return [];
  const reasons = Map.groupBy(gaps, (gap) => gap.reason);
  return [
    `${paint.bold.underline("Could not look")}  ${paint.dim(count(gaps.length, "gap"))}`,
    ...[...reasons].flatMap(([reason, same]) => {
      const where = [...Map.groupBy(same, (gap) => gap.source)].map(
        // Of a source that was not read at all, no part is worth naming.
        ([source, own]) => (isWhole(own, sources[source]) ? source : `${source}, ${facetText(own, options.verbose)}`),
      );
      return wrap(`${where.join("; ")}: ${visible(reason)}`, options.width, "  ", "    ");
    }),
  ];
}

function isWhole(gaps: readonly Gap[], status: SourceStatus): boolean {
  return status === "failed" && gaps.every((gap) => gap.scope === "*" && gap.region === null);
}

function facetText(gaps: readonly Gap[], verbose: boolean): string {
  return collected(gaps, (gap) => [gap.facet])
    .map(({ key: [facet = ""], scopes }) => {
      // "stripe (stripe)" says nothing more than "stripe".
      const others = scopes.filter((scope) => scope !== facet);
      return facet + scopeText(others, verbose);
    })
    .join(", ");
}

/** By reason: one source that was not asked for leaves many rules unanswered. */
function notCheckedLines(report: Report, options: TerminalOptions, paint: ChalkInstance): string[] {
  const rows = report.notChecked;
  if (rows.length === 0) return [];
  const reasons = Map.groupBy(rows, (row) => withoutGap(row.reason, report.gaps));
  return [
    `${paint.bold.underline("Not checked")}  ${paint.dim("neither passed nor failed")}`,
    ...[...reasons].flatMap(([reason, same]) => {
      const rules = collected(same, (row) => [row.rule]).map(
        ({ key: [rule = ""], scopes }) => visible(rule) + scopeText(scopes, options.verbose),
      );
      return wrap(`${visible(reason)}: ${rules.join(", ")}`, options.width, "  ", "    ");
    }),
  ];
}

/** A reason as it reads under the list of gaps, which has told the cause already. */
function withoutGap(reason: string, gaps: readonly Gap[]): string {
  for (const gap of gaps) {
    if (reason === gap.reason) return "they need what could not be looked at, above";
    if (reason.endsWith(`: ${gap.reason}`)) return reason.slice(0, -gap.reason.length - 2);
  }
  return reason;
}

/** Rows that differ in their scope alone, as one. */
function collected<T extends { readonly scope: string }>(rows: readonly T[], keyOf: (row: T) => readonly string[]) {
  const found = new Map<string, { readonly key: readonly string[]; readonly scopes: string[] }>();
  for (const row of rows) {
    const key = keyOf(row);
    const id = key.join("\n");
    const known = found.get(id);
    if (known === undefined) found.set(id, { key, scopes: [row.scope] });
    else known.scopes.push(row.scope);
  }
  return [...found.values()];
}

function scopeText(scopes: readonly string[], verbose: boolean): string {
  const named = scopes.filter((scope) => scope !== "*").map(visible);
  if (named.length === 0) return "";
  const shown = verbose ? named : named.slice(0, shownUnlessVerbose);
  const more = named.length - shown.length;
  return ` (${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""})`;
}

function noteLines(report: Report, options: TerminalOptions, paint: ChalkInstance): string[] {
  const notAsked = sourceNames.filter((name) => {
    return report.sources[name] === "not asked" && (name !== "state" || options.hasState);
  });
  const lines = report.notes.flatMap((note) => wrap(visible(note), options.width, "  ", "  "));
  if (notAsked.length > 0) lines.push(`  Not asked: ${notAsked.join(", ")}.`);
  return lines.length === 0 ? [] : [paint.bold.underline("Worth knowing"), ...lines];
}

function sumLines(report: Report, open: readonly Finding[], options: TerminalOptions, paint: ChalkInstance): string[] {
  const { rules, functions, callers, holders } = report.checked;
  const lines = [
    `Checked ${count(rules, "rule")} on ${count(functions, "function")}, ${count(callers, "caller")}, ${count(holders, "holder")}.`,
  ];
  const parts = Object.entries(report.score.parts).map(([area, part]) =>
    part.score === null
      ? `${visible(area)} not checked`
      : `${visible(area)} ${part.score.toFixed(1)} (${part.passed} of ${part.checked})`,
  );
  const overall = report.score.overall;
  const score =
    overall === null ? "Score: nothing could be checked." : `Score ${overall.toFixed(1)} of 10: ${parts.join(" · ")}`;
  lines.push(...wrap(score, options.width, "", "  "));
  for (const [kind, words] of [
    ["ignore", "`ignore` in the manifest"],
    ["baseline", "the baseline"],
  ] as const) {
    const number = report.findings.filter(({ suppressed }) => suppressed?.kind === kind).length;
    if (number > 0) lines.push(`${count(number, "finding")} left out by ${words}.`);
  }
  return [...lines, ...closingLines(report, open, options, paint)];
}

/** What the look was limited to, the verdict, and what to type next. */
function closingLines(
  report: Report,
  open: readonly Finding[],
  options: TerminalOptions,
  paint: ChalkInstance,
): readonly string[] {
  const { changedSince } = report;
  const setAside = changedSince === undefined ? [] : wrap(setAsideText(changedSince), options.width, "", "  ");
  const now = open.filter((finding) => finding.impact === "now").length;
  const urgent = now === 0 ? "" : ` (${now} broken for customers today)`;
  const closing = `${tally(open)}${urgent}, ${count(report.gaps.length, "gap")}. Exit code ${options.exitCode}: ${reasonOf(options, changedSince !== undefined)}.`;
  const lines = [...setAside, ...wrap(closing, options.width, "", "  ").map((line) => paint.bold(line))];
  if (options.next !== null) lines.push(`Next: ${visible(options.next)}`);
  return lines;
}

function tally(findings: readonly Finding[]): string {
  const errors = findings.filter((finding) => finding.severity === "error").length;
  const warnings = findings.length - errors;
  if (findings.length === 0) return "No findings";
  return [errors > 0 ? count(errors, "error") : "", warnings > 0 ? count(warnings, "warning") : ""]
    .filter((part) => part !== "")
    .join(", ");
}

function reasonOf({ exitCode, failOn }: TerminalOptions, isChange: boolean): string {
  switch (exitCode) {
    case 0:
      if (isChange) {
        const what = failOn === "error" ? "no error" : "no finding";
        return `the change brings and touches ${what}, and all that was asked for was read`;
      }
      return failOn === "error"
        ? "no errors, and all that was asked for was read"
        : "no findings, and all that was asked for was read";
    case 1:
      return `findings at or above --fail-on ${failOn}`;
    case 3:
      return "part of what was asked for could not be read: this is not clean";
    default:
      return "it did not finish";
  }
}

function placeText(place: Place): string {
  return `${visible(place.file)}:${place.line}${place.column === undefined ? "" : `:${place.column}`}`;
}
