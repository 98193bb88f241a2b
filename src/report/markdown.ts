import type { ChangedSince, Finding, Impact, Report } from "../model/finding.ts";
import type { Place } from "../model/place.ts";
import type { CiFrame } from "./ci-frame.ts";
import { count } from "./layout.ts";
import { code, prose } from "./markdown-text.ts";
import { openFindings } from "./ranked.ts";
import { repositoryPath } from "./repository-path.ts";
import { setAsideText } from "./set-aside.ts";
import { unread } from "./unread.ts";

/** A comment of GitHub's may have 65,536 characters; the rest is for what is written around it. */
const room = 60_000;
const mostRelated = 5;

const when: Readonly<Record<Impact, string>> = {
  now: "broken for customers today",
  next: "breaks at the next step",
  later: "not felt by customers yet",
};

/**
 * Markdown for comments of pull requests and summaries of jobs, errors first; what has no room is counted. Empty where
 * there is nothing to say: no open finding, and all that was asked for was read.
 */
export function markdownReport(report: Report, frame: CiFrame): string {
  const open = openFindings(report);
  const gaps = unread(report);
  if (open.length === 0 && gaps.length === 0) return "";
  const errors = open.filter(({ severity }) => severity === "error").length;
  const parts = [
    ...(errors > 0 ? [count(errors, "error")] : []),
    ...(open.length > errors ? [count(open.length - errors, "warning")] : []),
    ...(gaps.length > 0 ? [`could not look at ${count(gaps.length, "source")}`] : []),
  ];
  const where = [report.project, report.environment].flatMap((name) => (name === null ? [] : [code(name)]));
  // The mark lets a job find its own comment, and write it anew.
  const head = ["<!-- regions audit -->", `### regions audit: ${parts.join(", ")}`];
  const since = report.changedSince === undefined ? [] : [`changed since ${sinceOf(report.changedSince)}`];
  if (where.length + since.length > 0) head.push([...where, report.today, ...since].join(" · "));
  head.push(...gaps.map(({ message }) => `> **Could not look:** ${prose(message)}`));
  const foot = footOf(report, open);
  const shown: string[] = [];
  let left = room - [...head, foot].reduce((sum, text) => sum + text.length + 2, 0);
  for (const finding of open) {
    const text = entry(finding, frame);
    if (text.length >= left) break;
    left -= text.length + 1;
    shown.push(text);
  }
  const more = open.length - shown.length;
  const list = [
    ...shown,
    ...(more > 0 ? [`- and ${count(more, "more finding")}, for which there is no room here`] : []),
  ];
  return `${[...head, ...(list.length > 0 ? [list.join("\n")] : []), foot].join("\n\n")}\n`;
}

function entry(finding: Finding, { folder }: CiFrame): string {
  const at = (place: Place) => code(`${repositoryPath(folder, place.file)}:${place.line}`);
  const { place, rule, severity, confidence, message, mend, related } = finding;
  const where = place === null ? (finding.function === null ? "the project" : code(finding.function)) : at(place);
  const likely = confidence === "likely" ? ", likely" : "";
  const lines = [
    `- **${severity}** ${where} ${code(rule)} (${when[finding.impact]}${likely}${finding.change === undefined ? "" : `, ${finding.change}`})`,
    prose(message),
    ...(mend === "" ? [] : [`*Mend:* ${prose(mend)}`]),
    ...related
      .slice(0, mostRelated)
      .map((one) => `${one.place === null ? "" : `${at(one.place)} `}${prose(one.message)}`),
    ...(related.length > mostRelated ? [`and ${count(related.length - mostRelated, "more place")}`] : []),
  ];
  return lines.join("<br>\n  ");
}

function sinceOf({ ref, mergeBase }: ChangedSince): string {
  return `${code(ref)} (${code(mergeBase.slice(0, 10))})`;
}

function footOf({ findings, checked, score, changedSince }: Report, open: readonly Finding[]): string {
  const suppressed = findings.length - open.length;
  const parts = [
    `Checked ${count(checked.rules, "rule")} on ${count(checked.functions, "function")}, ${count(checked.callers, "caller")}, ${count(checked.holders, "holder")}.`,
    ...(score.overall === null ? [] : [`Score ${score.overall.toFixed(1)} of 10.`]),
    ...(suppressed > 0 ? [`${count(suppressed, "finding")} suppressed.`] : []),
    ...(changedSince === undefined ? [] : [setAsideText(changedSince)]),
  ];
  return `<sub>${parts.join(" ")}</sub>`;
}
