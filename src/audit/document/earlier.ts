import type { BaselineEntry } from "../../model/baseline.ts";
import type { FleetDocument } from "../../model/document.ts";
import type { Finding, Report } from "../../model/finding.ts";
import { type SourceName, sourceNames } from "../../model/gap.ts";

/** What is known of a fleet as it was, or is. */
export interface Copies {
  /** Regions by function. */
  readonly live: ReadonlyMap<string, ReadonlySet<string>>;
  /** What is not in `live` for this region was not there. */
  wasRead(region: string): boolean;
}

/** An earlier look, as far as its file tells. */
export interface Earlier {
  /** As typed. */
  readonly file: string;
  /** RFC 3339, or a day. */
  readonly at: string;
  /** Null: it does not say what was live. */
  readonly copies: Copies | null;
  /** Findings that were open. */
  readonly findings: readonly BaselineEntry[];
  readonly score: number | null;
}

/** From a report as data, or a snapshot that was made into one. */
export function earlierOfDocument(document: FleetDocument, file: string): Earlier {
  const asked = document.sources.filter(({ status }) => status !== "not asked").map(({ source }) => source);
  return {
    file,
    at: document.takenAt,
    copies: copiesOf(document),
    findings: entriesOf(document.findings, document.project, asked),
    score: document.score.overall,
  };
}

/** From `regions audit --format json`, which holds no copies. */
export function earlierOfAudit(report: Omit<Report, "version" | "notChecked">, file: string): Earlier {
  const asked = sourceNames.filter((name) => report.sources[name] !== "not asked");
  return {
    file,
    at: report.today,
    copies: null,
    findings: entriesOf(report.findings, report.project, asked),
    score: report.score.overall,
  };
}

/** Null where deployed functions were not read at all. */
export function copiesOf({
  functions,
  regions,
  deployedFrom,
  sources,
}: Pick<FleetDocument, "functions" | "regions" | "deployedFrom" | "sources">): Copies | null {
  if (deployedFrom === null) return null;
  const deployed = sources.find(({ source }) => source === "deployed");
  const isWhole = deployedFrom === "live" && deployed?.gaps.every(({ facet }) => facet !== "functions");
  return {
    live: new Map(functions.map(({ name, copies }) => [name, new Set(copies.map(({ region }) => region))])),
    wasRead: (region) => {
      const row = regions.find(({ name }) => name === region);
      return row === undefined ? isWhole === true : row.inPlace !== null;
    },
  };
}

function entriesOf(
  findings: readonly Finding[],
  project: string | null,
  sources: readonly SourceName[],
): readonly BaselineEntry[] {
  return findings
    .filter(({ suppressed }) => suppressed === null)
    .map(({ fingerprint, rule, function: name, place, message }) => ({
      fingerprint,
      rule,
      project,
      function: name,
      file: place?.file ?? null,
      message,
      sources,
      owner: null,
      reason: "",
      until: null,
    }));
}
