import type { Finding, Report, Severity } from "../model/finding.ts";
import type { CiFrame } from "./ci-frame.ts";
import { count } from "./layout.ts";
import { openFindings, shownAt } from "./ranked.ts";
import { repositoryPath } from "./repository-path.ts";
import { unread } from "./unread.ts";
import { visible } from "./visible.ts";

/** So many annotations of one severity GitHub shows of a step; the others it drops without a word. */
const shownPerStep = 10;

/**
 * Workflow commands that GitHub turns into annotations of the lines of a pull request. What is beyond its limit is said,
 * and listed as plain text; suppressed findings are left out.
 * Source of the escapes and the limit: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubReport(report: Report, frame: CiFrame): string {
  const open = openFindings(report);
  const gaps = unread(report).map(({ message }) =>
    command("error", { title: "regions could not look" }, visible(message)),
  );
  const room: Record<Severity, number> = { error: Math.max(0, shownPerStep - gaps.length), warning: shownPerStep };
  const shown: string[] = [...gaps];
  const left: Finding[] = [];
  for (const finding of open) {
    if (room[finding.severity] > 0) shown.push(annotation(finding, frame));
    else left.push(finding);
    room[finding.severity] -= 1;
  }
  if (left.length > 0) {
    const text = `GitHub shows ${shownPerStep} annotations of a kind; ${count(left.length, "more finding")} in the log of this step.`;
    shown.push(command("notice", { title: "regions" }, text));
    shown.push(...left.map((finding) => plainLine(finding, frame)));
  }
  return shown.map((line) => `${line}\n`).join("");
}

function annotation(finding: Finding, frame: CiFrame): string {
  const { severity, rule, message, mend } = finding;
  const { file, line, column, endLine } = shownAt(finding, frame);
  // GitHub refuses columns where a place goes over several lines.
  const isOneLine = endLine === undefined || endLine === line;
  const properties = {
    file: visible(repositoryPath(frame.folder, file)),
    line,
    ...(isOneLine ? { col: column } : { endLine }),
    title: visible(rule),
  };
  const likely = finding.confidence === "likely" ? "Likely: " : "";
  const text = [`${likely}${visible(message)}`, ...(mend === "" ? [] : [`Mend: ${visible(mend)}`])].join("\n");
  return command(severity, properties, text);
}

function command(name: string, properties: Readonly<Record<string, string | number | undefined>>, text: string) {
  const given = Object.entries(properties).filter(([, value]) => value !== undefined);
  const list = given.map(([key, value]) => `${key}=${escapeProperty(String(value))}`).join(",");
  return `::${name} ${list}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** A line of the log. The runner obeys "::" at a line's start and "##[" anywhere in one. */
function plainLine(finding: Finding, frame: CiFrame): string {
  const { file, line } = shownAt(finding, frame);
  const where = `${repositoryPath(frame.folder, file)}:${line}`;
  const text = `- ${finding.severity} [${finding.rule}] ${where} ${finding.message}`;
  return visible(text).replaceAll("##[", "##\\u{5b}");
}
