import type { Finding, Report } from "../model/finding.ts";
import type { CiFrame } from "./ci-frame.ts";
import { ranked, shownAt } from "./ranked.ts";
import { repositoryPath } from "./repository-path.ts";
import { gapText, unread } from "./unread.ts";
import { visible } from "./visible.ts";

interface Case {
  readonly classname: string;
  readonly name: string;
  readonly outcome: "passed" | "failure" | "error" | "skipped";
  readonly body: string;
}

/**
 * JUnit XML: a test case for each finding. Those that end the audit with 1 are failures, those below `--fail-on` pass
 * with their text, suppressed ones and what was not checked are skipped, gaps are errors.
 */
export function junitReport(report: Report, frame: CiFrame): string {
  const cases = [...lookCases(report), ...ranked(report.findings).map((one) => findingCase(one, frame))];
  cases.push(...notCheckedCases(report));
  const of = (outcome: Case["outcome"]) => cases.filter((one) => one.outcome === outcome).length;
  const counts = `tests="${cases.length}" failures="${of("failure")}" errors="${of("error")}" skipped="${of("skipped")}"`;
  const properties = [
    ["project", report.project],
    ["environment", report.environment],
    ["exitCode", String(frame.exitCode)],
    ["changedSince", report.changedSince?.ref ?? null],
    ["mergeBase", report.changedSince?.mergeBase ?? null],
  ].flatMap(([name, value]) => (value == null ? [] : [`      <property name="${name}" value="${xml(value)}"/>\n`]));
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="regions audit" ${counts}>
  <testsuite name="regions audit" ${counts} timestamp="${xml(report.today)}T00:00:00">
    <properties>
${properties.join("")}    </properties>
${cases.map((one) => `    <testcase classname="${xml(one.classname)}" name="${xml(one.name)}"${one.body}\n`).join("")}  </testsuite>
</testsuites>
`;
}

/** Always there, so that an audit without findings is no empty file, and one that was cut short fails. */
function lookCases(report: Report): Case[] {
  const classname = "regions.look";
  const sources = unread(report);
  if (sources.length === 0)
    return [{ classname, name: "all that was asked for was read", outcome: "passed", body: "/>" }];
  return sources.map(({ source, message, gaps }) => ({
    classname,
    name: source,
    outcome: "error",
    body: `>\n      <error message="${xml(message)}" type="gap">${gaps.map((gap) => xml(gapText(gap))).join("\n")}</error>\n    </testcase>`,
  }));
}

function findingCase(finding: Finding, frame: CiFrame): Case {
  const { file, line } = shownAt(finding, frame);
  const path = repositoryPath(frame.folder, file);
  const name = [finding.function, `${path}:${line}`].filter((part) => part !== null).join(" at ");
  const classname = `regions.${finding.rule}`;
  const attributes = ` file="${xml(path)}" line="${line}"`;
  const text = [
    finding.message,
    ...(finding.mend === "" ? [] : [`Mend: ${finding.mend}`]),
    ...finding.related.map(({ place, message }) =>
      place === null ? message : `${repositoryPath(frame.folder, place.file)}:${place.line} ${message}`,
    ),
  ]
    .map(xml)
    .join("\n");
  const inside = (tag: string) => `${attributes}>\n      ${tag}\n    </testcase>`;
  if (finding.suppressed !== null) {
    const body = inside(`<skipped message="${xml(`suppressed: ${finding.suppressed.reason}`)}"/>`);
    return { classname, name, outcome: "skipped", body };
  }
  if (finding.severity === "warning" && frame.failOn === "error") {
    return { classname, name, outcome: "passed", body: inside(`<system-out>${text}</system-out>`) };
  }
  const failure = `<failure message="${xml(finding.message)}" type="${finding.severity}">${text}</failure>`;
  return { classname, name, outcome: "failure", body: inside(failure) };
}

function notCheckedCases({ notChecked }: Report): Case[] {
  const rules = Map.groupBy(notChecked, ({ rule }) => rule);
  return [...rules].map(([rule, rows]) => {
    const reasons = [...new Set(rows.map(({ scope, reason }) => (scope === "*" ? reason : `${scope}: ${reason}`)))];
    const body = `>\n      <skipped message="${xml(`not checked: ${reasons.join("; ")}`)}"/>\n    </testcase>`;
    return { classname: `regions.${rule}`, name: "not checked", outcome: "skipped", body };
  });
}

/** Text for XML 1.0, of attributes and of elements. What no XML file may hold is written out. */
function xml(text: string): string {
  return visible(text)
    .replace(/[\uFFFE\uFFFF]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;");
}
