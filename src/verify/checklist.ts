import { areas } from "../audit/rule.ts";
import type { ChecklistLine, Verification } from "../model/verification.ts";
import { areaLine } from "./area-line.ts";
import { commandLine } from "./command-line.ts";
import { commitLine } from "./commit-line.ts";
import { driftLine } from "./drift-line.ts";
import type { VerifyFacts } from "./facts.ts";
import { operationsLine } from "./operations-line.ts";
import { quotaLine } from "./quota-line.ts";

/** The release checklist, line by line. Pure. A line that was not looked at in full is never a pass. */
export function checklist(facts: VerifyFacts): Verification {
  const lines = [
    ...areas.map((area) => areaLine(area, facts)),
    quotaLine(facts),
    driftLine(facts),
    operationsLine(facts),
    commitLine(facts),
    ...commandLines(facts),
  ];
  const { environment } = facts.manifest;
  return {
    version: 1,
    project: environment.project,
    environment: environment.name,
    today: facts.report.today,
    commit: facts.commit,
    status: statusOf(lines, facts),
    lines,
  };
}

function commandLines({ commands, manifest }: VerifyFacts): ChecklistLine[] {
  if (commands !== null) return commands.map(commandLine);
  return [...manifest.checks.values()].map(({ name, run }) => {
    return { id: `check:${name}`, outcome: "not asked", evidence: `\`${run}\` was left out`, details: [] };
  });
}

function statusOf(lines: readonly ChecklistLine[], { report }: VerifyFacts): Verification["status"] {
  if (lines.some(({ outcome }) => outcome === "failed")) return "failed";
  const isUnread = Object.values(report.sources).some((status) => status === "partial" || status === "failed");
  if (isUnread || report.gaps.length > 0 || lines.some(({ outcome }) => outcome === "not checked")) return "not known";
  return lines.some(({ outcome }) => outcome === "passed") ? "passed" : "not known";
}
