import type { FleetDocument } from "../../model/document.ts";
import type { ScoreEntry } from "../../model/document-history.ts";
import type { Report } from "../../model/finding.ts";
import { areas } from "../rule.ts";
import { areaWeights } from "../score.ts";
import { verdictOf } from "./unseen.ts";

export function scoreOf({ score }: Report): FleetDocument["score"] {
  return {
    overall: score.overall,
    parts: areas.flatMap((area) => {
      const part = score.parts[area];
      return part === undefined ? [] : [{ area, weight: areaWeights[area], ...part }];
    }),
  };
}

/** Today's line of the history. */
export function scoreEntry(report: Report, takenAt: string): ScoreEntry {
  const { errors, warnings, gaps, notAsked } = verdictOf(report);
  return {
    takenAt,
    project: report.project,
    environment: report.environment,
    overall: report.score.overall,
    parts: Object.fromEntries(Object.entries(report.score.parts).map(([area, { score }]) => [area, score])),
    errors,
    warnings,
    gaps,
    notAsked,
  };
}

/** The history with this look in it: in order of time, one line per look; lines of other fleets are left out. */
export function historyOf(kept: readonly ScoreEntry[], now: ScoreEntry): readonly ScoreEntry[] {
  const own = kept.filter(
    ({ project, environment, takenAt }) =>
      project === now.project && environment === now.environment && takenAt !== now.takenAt,
  );
  return [...own, now].sort((a, b) => Date.parse(a.takenAt) - Date.parse(b.takenAt));
}
