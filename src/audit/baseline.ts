import type { BaselineEntry, PlacedEntry } from "../model/baseline.ts";
import type { Finding, Report } from "../model/finding.ts";
import { type SourceName, sourceNames } from "../model/gap.ts";
import { counted } from "./wording.ts";

/** What a look says of the entries of a baseline. */
export interface BaselineVerdict<E extends BaselineEntry> {
  /** Their findings are there. */
  readonly standing: readonly E[];
  /** Of those: past their date, so the findings count again. */
  readonly expired: readonly E[];
  /** Their findings are not there any more, and the same look would have found them. */
  readonly gone: readonly E[];
  /** Their findings are not there, which proves nothing: this look was not the same, or was cut short. */
  readonly unjudged: readonly E[];
}

export function hasExpired({ until }: BaselineEntry, today: string): boolean {
  return until !== null && today > until;
}

/**
 * An entry has gone only by a look at the same project and the same sources, all of them read in full, whose rule was
 * answered everywhere. A look at more sources may have folded a finding into its cause, one at less may not see it.
 */
export function judgeBaseline<E extends BaselineEntry>(
  entries: readonly E[],
  report: Pick<Report, "findings" | "notChecked" | "sources" | "project" | "today">,
): BaselineVerdict<E> {
  const found = new Set(report.findings.map(({ fingerprint }) => fingerprint));
  const open = new Set(report.notChecked.map(({ rule }) => rule));
  const asked = askedSources(report);
  const isWhole = asked.every((name) => report.sources[name] === "read");
  const isSame = ({ project, rule, sources }: E) =>
    isWhole && project === report.project && !open.has(rule) && sameSources(sources, asked);
  const standing = entries.filter(({ fingerprint }) => found.has(fingerprint));
  const missing = entries.filter(({ fingerprint }) => !found.has(fingerprint));
  return {
    standing,
    expired: standing.filter((entry) => hasExpired(entry, report.today)),
    gone: missing.filter(isSame),
    unjudged: missing.filter((entry) => !isSame(entry)),
  };
}

export function askedSources({ sources }: Pick<Report, "sources">): readonly SourceName[] {
  return sourceNames.filter((name) => sources[name] !== "not asked");
}

function sameSources(a: readonly SourceName[], b: readonly SourceName[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

/** The finding as the baseline leaves it: suppressed by its entry, or with a word on why that entry holds no longer. */
export function underBaseline(finding: Finding, entry: PlacedEntry | undefined, today: string): Finding {
  if (entry === undefined || finding.suppressed !== null) return finding;
  const { reason, owner, until, place } = entry;
  if (!hasExpired(entry, today)) return { ...finding, suppressed: { kind: "baseline", reason, owner, until, place } };
  const whose = owner === null ? "" : ` ${owner} answers for it.`;
  const message = `its entry in the baseline ended on ${until}, so it counts again.${whose}`;
  return { ...finding, related: [...finding.related, { place, message }] };
}

/** Sentences for the report: what has expired and what has gone. */
export function baselineNotes({ expired, gone }: BaselineVerdict<PlacedEntry>): readonly string[] {
  const file = (expired[0] ?? gone[0])?.place.file ?? "";
  const notes: string[] = [];
  if (expired.length > 0) {
    const words = counted(expired.length, `entry of ${file} has passed its`, `entries of ${file} have passed their`);
    notes.push(`${words} date, so what was hidden counts again: ${listOf(expired)}.`);
  }
  if (gone.length > 0) {
    const words = counted(gone.length, `entry of ${file} hides`, `entries of ${file} hide`);
    notes.push(`${words} nothing any more: ${listOf(gone)}. \`regions baseline write\` cleans up.`);
  }
  return notes;
}

const most = 5;

function listOf(entries: readonly BaselineEntry[]): string {
  const shown = entries.slice(0, most).map(({ rule, function: name, file }) => {
    const of = name ?? file;
    return of === null ? rule : `${rule} of ${of}`;
  });
  return entries.length > most ? `${shown.join(", ")} and ${entries.length - most} more` : shown.join(", ");
}
