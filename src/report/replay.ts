import { Chalk, type ChalkInstance } from "chalk";
import type {
  BlockedCommit,
  Fate,
  MendedBy,
  PastCommit,
  PastFinding,
  ReplayReport,
  UnreadCommit,
} from "../model/replay.ts";
import { count, wrap } from "./layout.ts";
import { code, prose } from "./markdown-text.ts";
import { visible, visibleJson } from "./visible.ts";

interface ReplayLayout {
  readonly width: number;
  readonly color: boolean;
  /** Everything, instead of the first few. */
  readonly verbose: boolean;
}

const mostReasons = 3;
const mostUnread = 10;
/** A comment of GitHub's may have 65,536 characters. */
const room = 60_000;

const ways: Readonly<Record<MendedBy, string>> = {
  line: "at its place",
  manifest: "by regions.yaml",
  source: "by what the function's source declares",
};

/** `regions replay --format json`: the contract, version 1. */
export function replayJson(report: ReplayReport): string {
  const { version, project, since, until, failOn, first, last, commits, blocked, unread, cut } = report;
  const value = {
    version,
    project,
    since,
    until,
    failOn,
    first: commit(first),
    last: commit(last),
    commits: { all: commits.all, passed: commits.passed, blocked: commits.blocked, unread: commits.unread },
    findings: talliesOf(report),
    blocked: blocked.map((one) => ({ ...commit(one), since: one.since, findings: one.findings.map(finding) })),
    unread: unread.map((one) => ({ ...commit(one), reasons: one.reasons })),
    cut,
  };
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`;
}

function commit({ id, date, subject }: PastCommit) {
  return { id, date, subject };
}

function finding({ rule, severity, message, function: name, place, fingerprint, change, fate }: PastFinding) {
  return {
    rule,
    severity,
    message,
    function: name,
    place: place === null ? null : { file: place.file, line: place.line, column: place.column, endLine: place.endLine },
    fingerprint,
    change,
    fate:
      fate === null || fate.kind === "open"
        ? fate
        : { kind: fate.kind, ...(fate.kind === "mended" ? { how: fate.how } : {}), by: commit(fate.by) },
  };
}

interface Tallies {
  readonly brought: number;
  readonly mended: number;
  readonly vanished: number;
  readonly suppressed: number;
  readonly open: number;
  readonly touched: number;
  /** Days until half of those that were mended were; null where none was. */
  readonly medianDaysToMend: number | null;
}

function talliesOf({ blocked }: ReplayReport): Tallies {
  const all = blocked.flatMap((one) => one.findings.map((told) => ({ told, since: one })));
  const of = (kind: Fate["kind"]) => all.filter(({ told }) => told.fate?.kind === kind);
  const days = of("mended")
    .map(({ told, since }) => daysTo(since, told.fate))
    .sort((a, b) => a - b);
  return {
    brought: all.filter(({ told }) => told.fate !== null).length,
    mended: days.length,
    vanished: of("vanished").length,
    suppressed: of("suppressed").length,
    open: of("open").length,
    touched: all.filter(({ told }) => told.fate === null).length,
    medianDaysToMend: days[Math.floor((days.length - 1) / 2)] ?? null,
  };
}

function daysTo(from: PastCommit, fate: Fate | null): number {
  if (fate === null || fate.kind === "open") return 0;
  return Math.max(0, Math.round((Date.parse(fate.by.date) - Date.parse(from.date)) / 86_400_000));
}

/** For a person at a terminal. */
export function replayText(report: ReplayReport, layout: ReplayLayout, exitCode: number): string {
  const paint = new Chalk({ level: layout.color ? 1 : 0 });
  const { blocked, unread, cut } = report;
  const range = `${day(report.first)} to ${day(report.last)}`;
  const project = report.project === null ? [] : [`project ${visible(report.project)}`];
  const groups = [...Map.groupBy(unread, ({ reasons }) => reasons.join("\n")).values()];
  const shownGroups = layout.verbose ? groups : groups.slice(0, mostUnread);
  const hidden = groups.slice(shownGroups.length).reduce((sum, same) => sum + same.length, 0);
  const sections = [
    [[paint.bold("regions replay"), ...project, range, count(report.commits.all, "commit")].join(paint.dim(" · "))],
    ...(blocked.length === 0 ? [] : [[`${paint.bold.underline("Would have been stopped")}`]]),
    ...blocked.map((one) => blockedLines(one, layout, paint)),
    unread.length === 0
      ? []
      : [
          `${paint.bold.underline("Could not be read")}  ${paint.dim("neither passed nor stopped for it")}`,
          ...shownGroups.flatMap((same) => unreadLines(same, layout, paint)),
          ...(hidden > 0 ? [`  and ${count(hidden, "more commit")} (--verbose shows them)`] : []),
        ],
    [
      ...(cut === null ? [] : wrap(visible(cut), layout.width, "", "  ")),
      ...sentences(report).flatMap((text) => wrap(text, layout.width, "", "  ")),
      ...wrap(`Exit code ${exitCode}: ${reasonOf(exitCode)}.`, layout.width, "", "  ").map((line) => paint.bold(line)),
    ],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function reasonOf(exitCode: number): string {
  return exitCode === 0 ? "all of it could be read" : "part of it could not be read, and is not taken for clean";
}

function blockedLines(one: BlockedCommit, layout: ReplayLayout, paint: ChalkInstance): string[] {
  return [
    headOf(one, paint),
    ...one.findings.flatMap((told) => {
      const severity = told.severity === "error" ? paint.red.bold("error") : paint.yellow.bold("warning");
      return [
        `  ${paint.cyan(whereOf(told))}  ${severity}  ${paint.dim(`[${visible(told.rule)}]`)}`,
        ...wrap(visible(told.message), layout.width, "    ", "    "),
        ...wrap(fateText(one, told), layout.width, "    ", "    "),
      ];
    }),
  ];
}

/** Commits that could not be read for the same reasons, oldest first: all are named where somebody wants everything. */
function unreadLines(same: readonly UnreadCommit[], layout: ReplayLayout, paint: ChalkInstance): string[] {
  const [first] = same;
  const last = same.at(-1);
  if (first === undefined || last === undefined) return [];
  const heads = layout.verbose ? same.map((one) => headOf(one, paint)) : [headOf(first, paint)];
  const more = same.length - heads.length;
  const shown = layout.verbose ? first.reasons : first.reasons.slice(0, mostReasons);
  const left = first.reasons.length - shown.length;
  const text = [...shown, ...(left > 0 ? [`and ${count(left, "more reason")}`] : [])].map(visible).join("; ");
  return [
    ...heads.map((head) => `  ${head}`),
    ...(more > 0 ? [`  and ${count(more, "more commit")}, up to ${short(last.id)} of ${day(last)}`] : []),
    ...wrap(text, layout.width, "    ", "    "),
  ];
}

function headOf(one: PastCommit, paint: ChalkInstance): string {
  return `${paint.yellow(short(one.id))}  ${day(one)}  ${visible(one.subject)}`;
}

/** For a page, a comment, or the summary of a job. */
export function replayMarkdown(report: ReplayReport): string {
  const { blocked, unread, cut, first, last, commits } = report;
  const head = [
    `### regions replay: ${count(commits.blocked, "commit")} of ${commits.all} would have been stopped`,
    [...(report.project === null ? [] : [code(report.project)]), `${day(first)} to ${day(last)}`].join(" · "),
    ...sentences(report).map(prose),
    ...(cut === null ? [] : [`> ${prose(cut)}`]),
  ];
  let left = room - head.join("\n\n").length;
  const list: string[] = [];
  const rows = [
    ...blocked.flatMap((one) => one.findings.map((told) => row(one, told))),
    ...unread.map(
      (one) => `| ${code(short(one.id))} ${day(one)} | could not be read | ${cell(one.reasons[0] ?? "")} | |`,
    ),
  ];
  for (const text of rows) {
    if (text.length + 1 > left) break;
    left -= text.length + 1;
    list.push(text);
  }
  const more = rows.length - list.length;
  const table = ["| commit | finding | message | what became of it |", "|---|---|---|---|", ...list].join("\n");
  const parts = [...head, ...(rows.length > 0 ? [table] : [])];
  if (more > 0) parts.push(`and ${count(more, "more row")}, for which there is no room here`);
  return `${parts.join("\n\n")}\n`;
}

function row(one: BlockedCommit, told: PastFinding): string {
  const at = `${code(short(one.id))} ${day(one)}<br>${cell(one.subject)}`;
  return `| ${at} | ${code(told.rule)} ${code(whereOf(told)).replaceAll("|", "\\|")} | ${cell(told.message)} | ${cell(fateText(one, told))} |`;
}

function cell(text: string): string {
  return prose(text);
}

function whereOf({ place, function: name }: PastFinding): string {
  return place === null ? visible(name ?? "the project") : `${visible(place.file)}:${place.line}`;
}

function fateText(from: PastCommit, { fate }: PastFinding): string {
  if (fate === null) return "It was there before, and a line of it was changed.";
  if (fate.kind === "open") return "It is open to this day.";
  const days = daysTo(from, fate);
  const when = days === 0 ? "on the same day" : `${count(days, "day")} later`;
  const by = `${short(fate.by.id)} of ${day(fate.by)}, ${when}`;
  if (fate.kind === "mended") return `Mended ${ways[fate.how]} by ${by}: ${visible(fate.by.subject)}`;
  if (fate.kind === "suppressed") return `Looks like noise: suppressed by ${by}: ${visible(fate.by.subject)}`;
  return `Looks like noise: gone with ${by}, which touched nothing of it: ${visible(fate.by.subject)}`;
}

function sentences(report: ReplayReport): readonly string[] {
  const { all, passed, blocked, unread } = report.commits;
  const tallies = talliesOf(report);
  const noise = tallies.vanished + tallies.suppressed;
  const middle = tallies.medianDaysToMend;
  const after = middle === null ? "" : ` (half of them within ${count(middle, "day")})`;
  const brought =
    tallies.brought === 0
      ? []
      : [
          `They brought ${count(tallies.brought, "finding")}: ${tallies.mended} mended by hand later${after}, ${tallies.open} open to this day, ${noise} that ${noise === 1 ? "looks" : "look"} like noise (${tallies.suppressed} suppressed, ${tallies.vanished} gone untouched).`,
        ];
  const touched = tallies.touched === 0 ? [] : [`${count(tallies.touched, "older finding")} had a line changed.`];
  return [
    `${count(all, "commit")}: ${blocked} would have been stopped, ${passed} passed, ${unread} could not be read.`,
    ...brought,
    ...touched,
  ];
}

function short(id: string): string {
  return id.slice(0, 10);
}

function day({ date }: PastCommit): string {
  return date.slice(0, 10);
}
