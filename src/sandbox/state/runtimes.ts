import type { JsonObject } from "./json.ts";

interface RuntimeRow {
  readonly name: string;
  readonly display: string;
  readonly generations: readonly (1 | 2)[];
  /** YYYY-MM-DD; null = Google gives none. */
  readonly deprecated: string | null;
  readonly decommissioned: string | null;
}

const both = [1, 2] as const;
const second = [2] as const;

/**
 * Google's runtime support schedule as of 2026-11-22. Runtimes whose dates could not be confirmed are left out, except
 * python39, which the schedule's history bears out.
 */
const rows: readonly RuntimeRow[] = [
  row("nodejs24", "Node.js 24", second, "2028-04-30", "2028-10-31"),
  row("nodejs22", "Node.js 22", both, "2027-04-30", "2027-10-31"),
  row("nodejs20", "Node.js 20", both, "2026-04-30", "2026-10-30"),
  row("nodejs18", "Node.js 18", both, "2025-04-30", "2025-10-30"),
  row("nodejs16", "Node.js 16", both, "2024-01-30", "2025-01-30"),
  row("nodejs14", "Node.js 14", both, "2024-01-30", "2025-01-30"),
  row("nodejs12", "Node.js 12", both, "2024-01-30", "2025-01-30"),
  row("nodejs10", "Node.js 10", both, "2024-01-30", "2025-01-30"),
  row("python314", "Python 3.14", second, "2030-10-10", "2031-04-10"),
  row("python313", "Python 3.13", second, "2029-10-10", "2030-04-10"),
  row("python312", "Python 3.12", both, "2028-10-02", "2029-04-02"),
  row("python311", "Python 3.11", both, "2027-10-24", "2028-04-24"),
  row("python310", "Python 3.10", both, "2026-10-04", "2027-04-04"),
  row("python39", "Python 3.9", both, "2025-10-05", "2026-04-05"),
  row("go124", "Go 1.24", second, "2026-09-02", "2027-03-02"),
  row("go123", "Go 1.23", second, "2026-02-21", "2026-08-21"),
  row("go122", "Go 1.22", second, "2026-01-28", "2026-07-28"),
  row("java17", "Java 17", both, "2027-10-31", null),
  row("java11", "Java 11", both, "2024-10-31", "2025-10-31"),
];

function row(
  name: string,
  display: string,
  generations: readonly (1 | 2)[],
  deprecated: string | null,
  decommissioned: string | null,
): RuntimeRow {
  return { name, display, generations, deprecated, decommissioned };
}

export type RuntimeStage = "GA" | "DEPRECATED" | "DECOMMISSIONED";

/** Where a runtime stands on a day; null for one that Google does not list. */
export function runtimeStage(name: string, today: Date): RuntimeStage | null {
  const found = rows.find((candidate) => candidate.name === name);
  return found === undefined ? null : stageOf(found, today);
}

/** The answer of `locations/L/runtimes`: one entry per runtime and generation. */
export function listRuntimes(today: Date): JsonObject[] {
  return rows.flatMap((candidate) =>
    candidate.generations.map((generation): JsonObject => {
      const stage = stageOf(candidate, today);
      return {
        name: candidate.name,
        displayName: candidate.display,
        stage,
        ...(stage === "GA" ? {} : { warnings: [`${candidate.display} is ${stage.toLowerCase()}.`] }),
        environment: `GEN_${generation}`,
        ...(candidate.deprecated === null ? {} : { deprecationDate: dateParts(candidate.deprecated) }),
        ...(candidate.decommissioned === null ? {} : { decommissionDate: dateParts(candidate.decommissioned) }),
      };
    }),
  );
}

function stageOf(candidate: RuntimeRow, today: Date): RuntimeStage {
  const day = today.toISOString().slice(0, 10);
  if (candidate.decommissioned !== null && day >= candidate.decommissioned) return "DECOMMISSIONED";
  if (candidate.deprecated !== null && day >= candidate.deprecated) return "DEPRECATED";
  return "GA";
}

function dateParts(date: string): JsonObject {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  return { year, month, day };
}
