import type { BaselineEntry } from "../model/baseline.ts";
import type { Finding, Report } from "../model/finding.ts";
import { askedSources, type BaselineVerdict, judgeBaseline } from "./baseline.ts";

/** What is said of entries that are added, and of those that get a new date. Null = nothing was said. */
export interface AddedAs {
  readonly owner: string | null;
  readonly reason: string | null;
  /** YYYY-MM-DD. */
  readonly until: string | null;
}

export interface BaselineDraft {
  /** What the baseline holds from now on. */
  readonly entries: readonly BaselineEntry[];
  readonly added: readonly BaselineEntry[];
  /** Entries that had expired and have a new date. */
  readonly renewed: readonly BaselineEntry[];
  /** Open findings that it does not hold. */
  readonly leftOut: readonly Finding[];
  readonly verdict: BaselineVerdict<BaselineEntry>;
}

/**
 * A baseline after a look: what has gone leaves it, and it grows only where that is asked for.
 * @param report the audit without a baseline
 * @param add null = nothing is added
 */
export function draftBaseline(known: readonly BaselineEntry[], report: Report, add: AddedAs | null): BaselineDraft {
  const verdict = judgeBaseline(known, report);
  const gone = new Set(verdict.gone);
  const prints = new Set(known.map(({ fingerprint }) => fingerprint));
  const fresh = report.findings.filter(
    ({ suppressed, fingerprint }) => suppressed === null && !prints.has(fingerprint),
  );
  const added = add === null ? [] : fresh.map((finding) => entryOf(finding, report, add));
  const renewable = new Set(add === null || add.until === null ? [] : verdict.expired);
  const kept = known
    .filter((entry) => !gone.has(entry))
    .map((entry) => (renewable.has(entry) ? again(entry, add) : entry));
  return {
    entries: [...kept, ...added],
    added,
    renewed: [...renewable],
    leftOut: add === null ? fresh : [],
    verdict,
  };
}

function entryOf(finding: Finding, report: Report, { owner, reason, until }: AddedAs): BaselineEntry {
  const { fingerprint, rule, function: name, place, message } = finding;
  return {
    fingerprint,
    rule,
    project: report.project,
    function: name,
    file: place?.file ?? null,
    message,
    sources: askedSources(report),
    owner,
    reason: reason ?? `known on ${report.today}`,
    until,
  };
}

function again(entry: BaselineEntry, add: AddedAs | null): BaselineEntry {
  return {
    ...entry,
    owner: add?.owner ?? entry.owner,
    reason: add?.reason ?? entry.reason,
    until: add?.until ?? entry.until,
  };
}
