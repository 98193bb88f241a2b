import type { Finding, Report } from "../model/finding.ts";
import type { CiFrame } from "./ci-frame.ts";
import { openFindings, shownAt } from "./ranked.ts";
import { repositoryPath } from "./repository-path.ts";
import { unread, unreadRule } from "./unread.ts";
import { visible, visibleJson } from "./visible.ts";

/**
 * GitLab's code quality report. It knows neither suppressed findings, which are left out, nor gaps, which stand among
 * the findings, at the manifest, so that a look that was cut short is not taken for a clean one.
 * Source of the format: https://docs.gitlab.com/ci/testing/code_quality/
 */
export function gitlabReport(report: Report, frame: CiFrame): string {
  const rows = [
    ...unread(report).map(({ source, message }) => ({
      type: "issue",
      description: visible(message),
      check_name: unreadRule,
      fingerprint: `${unreadRule}-${source}`,
      severity: "critical",
      location: { path: repositoryPath(frame.folder, frame.home.file), lines: { begin: frame.home.line } },
    })),
    ...openFindings(report).map((finding) => row(finding, frame)),
  ];
  return `${visibleJson(JSON.stringify(rows, null, 2))}\n`;
}

function row(finding: Finding, frame: CiFrame) {
  const { file, line, endLine } = shownAt(finding, frame);
  return {
    type: "issue",
    description: visible(finding.mend === "" ? finding.message : `${finding.message} Mend: ${finding.mend}`),
    check_name: finding.rule,
    fingerprint: finding.fingerprint,
    severity: severityOf(finding),
    location: { path: repositoryPath(frame.folder, file), lines: { begin: line, end: endLine } },
  };
}

function severityOf({ severity, impact }: Finding): "critical" | "major" | "minor" {
  if (severity === "warning") return "minor";
  return impact === "now" ? "critical" : "major";
}
