import type { Finding } from "../model/finding.ts";

/** Rules by what a finding means to somebody, in the order in which a person should read them. */
export const groups: readonly { readonly title: string; readonly rules: readonly string[] }[] = [
  {
    title: "Calls, events and money that get lost",
    rules: [
      "missing-function",
      "unhealthy-function",
      "unreachable-function",
      "unknown-callee",
      "orphaned-holder",
      "stale-holder",
      "mismatched-caller",
      "env-region",
      "hosting-rewrite",
      "task-enqueuer",
      "wrong-kind-of-call",
      "broken-flow",
    ],
  },
  {
    title: "Functions in the wrong place",
    rules: [
      "wrong-region",
      "duplicate-function",
      "undeclared-function",
      "broken-isolation",
      "region-quota",
      "trigger-locality",
      "name-collision",
    ],
  },
  {
    title: "What the next deployment would do wrong",
    rules: ["source-region", "undeclared-export", "build-order-region", "discovery-mismatch"],
  },
  {
    title: "Upkeep",
    rules: ["obsolete-runtime", "overdue-move", "undecided", "unresolved-caller", "expired-ignore"],
  },
];

export interface FindingGroup {
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** Findings in reading order: group, then errors before warnings, then rule, then place. Empty groups are left out. */
export function grouped(findings: readonly Finding[]): readonly FindingGroup[] {
  const rank = new Map(
    groups.flatMap((group, at) => group.rules.map((rule, index) => [rule, at * 100 + index] as const)),
  );
  const rankOf = (finding: Finding) => rank.get(finding.rule) ?? groups.length * 100;
  const sorted = [...findings].sort(
    (a, b) =>
      Math.floor(rankOf(a) / 100) - Math.floor(rankOf(b) / 100) ||
      severityRank(a) - severityRank(b) ||
      rankOf(a) - rankOf(b) ||
      comparePlaces(a, b),
  );
  const titles = [...groups.map((group) => group.title), "Other findings"];
  return titles
    .map((title, at) => ({ title, findings: sorted.filter((finding) => Math.floor(rankOf(finding) / 100) === at) }))
    .filter((group) => group.findings.length > 0);
}

function severityRank(finding: Finding): number {
  return finding.severity === "error" ? 0 : 1;
}

function comparePlaces(a: Finding, b: Finding): number {
  const byFile = compare(a.place?.file ?? "", b.place?.file ?? "");
  return (
    byFile ||
    (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
    (a.place?.column ?? 0) - (b.place?.column ?? 0) ||
    compare(a.function ?? "", b.function ?? "") ||
    compare(a.fingerprint, b.fingerprint)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
