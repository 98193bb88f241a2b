import type { Finding, Impact } from "../model/finding.ts";

const titles: Readonly<Record<Impact, string>> = {
  now: "Broken for customers today",
  next: "Breaks at the next step: a deployment, a clean-up, a date",
  later: "Wrong, and not felt by customers yet",
};

export interface FindingGroup {
  readonly title: string;
  readonly findings: readonly Finding[];
}

/**
 * Findings by when customers notice them, errors before warnings, else in the report's own order. Empty groups are left
 * out.
 */
export function grouped(findings: readonly Finding[]): readonly FindingGroup[] {
  return (["now", "next", "later"] as const)
    .map((impact) => ({
      title: titles[impact],
      findings: findings
        .filter((finding) => finding.impact === impact)
        .sort((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning")),
    }))
    .filter((group) => group.findings.length > 0);
}
