import type { Finding } from "../model/finding.ts";
import type { FindingGroup } from "./groups.ts";

/** What `--group-by` knows. */
export const groupings = ["function", "region", "rule", "file"] as const;
export type Grouping = (typeof groupings)[number];

const regionName = /^[a-z]+-[a-z]+\d+$/;

/** Regions that a finding is about: where something is, else where it belongs. */
function regionOf({ actual, expected }: Finding): string | null {
  const found = (actual ?? "").split(", ").filter((word) => regionName.test(word));
  const regions = found.length > 0 ? found : expected.filter((word) => regionName.test(word));
  return regions.length === 0 ? null : regions.join(", ");
}

const keyOf: Readonly<Record<Grouping, (finding: Finding) => string | null>> = {
  function: (finding) => finding.function,
  region: regionOf,
  rule: (finding) => finding.rule,
  file: (finding) => finding.place?.file ?? null,
};

export interface CountedGroup extends FindingGroup {
  readonly errors: number;
  readonly warnings: number;
  /** How many of them customers feel today. */
  readonly now: number;
}

/**
 * Findings by what they have in common: first what most customers feel today, then what has most errors. Each finding is
 * in one group; those without a function, a region or a file are a group, too. Within a group errors come first.
 */
export function groupedBy(findings: readonly Finding[], grouping: Grouping): readonly CountedGroup[] {
  const groups = [...Map.groupBy(findings, keyOf[grouping])].map(([key, own]): CountedGroup => {
    const errors = own.filter(({ severity }) => severity === "error").length;
    return {
      title: key ?? `no ${grouping}`,
      findings: own.toSorted((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning")),
      errors,
      warnings: own.length - errors,
      now: own.filter(({ impact }) => impact === "now").length,
    };
  });
  return groups.sort(
    (a, b) => b.now - a.now || b.errors - a.errors || b.warnings - a.warnings || (a.title < b.title ? -1 : 1),
  );
}
