import type { Manifest } from "../manifest/manifest.ts";
import type { PlacedEntry } from "../model/baseline.ts";
import type { ChangeKind, Finding, Report } from "../model/finding.ts";
import type { Gap } from "../model/gap.ts";
import type { Place } from "../model/place.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { audit } from "./audit.ts";
import { addTo } from "./multimap.ts";
import { counted } from "./wording.ts";

/**
 * The findings of the earlier side, each by the fingerprint that the later side has for it. A fingerprint holds the file's
 * path: where files were renamed, it is the one of the same facts under the later names, while what is suppressed is judged
 * under the earlier ones.
 */
export function earlierFindings(
  snapshot: Snapshot,
  manifest: Manifest | null,
  today: string,
  baseline: readonly PlacedEntry[],
  renamed: ReadonlyMap<string, string>,
): ReadonlyMap<string, Finding> {
  const base = audit(snapshot, manifest, today, baseline);
  if (renamed.size === 0) return new Map(base.findings.map((finding) => [finding.fingerprint, finding]));
  const places = new Map<string, Finding[]>();
  for (const finding of base.findings) addTo(places, placeKey(finding, renamed), finding);
  const moved = audit(underLaterNames(snapshot, renamed), manifest, today, baseline);
  return new Map(
    moved.findings.flatMap((later) => {
      const finding = places.get(placeKey(later, new Map()))?.shift();
      return finding === undefined ? [] : [[later.fingerprint, finding] as const];
    }),
  );
}

function placeKey({ rule, function: name, place, actual }: Finding, renamed: ReadonlyMap<string, string>): string {
  const file = place === null ? "" : (renamed.get(place.file) ?? place.file);
  return [rule, name ?? "", file, place?.line ?? 0, place?.column ?? 0, actual ?? ""].join("\0");
}

/** The facts as they would read if the files had had their later names all along. */
function underLaterNames(snapshot: Snapshot, renamed: ReadonlyMap<string, string>): Snapshot {
  const { declared, callers } = snapshot;
  return { ...snapshot, declared: moved(declared, renamed), callers: moved(callers, renamed) };
}

/** Every path in facts about code stands under the key `file`. */
function moved<T>(value: T, renamed: ReadonlyMap<string, string>): T {
  if (Array.isArray(value)) return value.map((one) => moved(one, renamed)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "file" && typeof inner === "string" ? (renamed.get(inner) ?? inner) : moved(inner, renamed),
    ]),
  ) as T;
}

/** The earlier side of a change. */
export interface EarlierSide {
  /** As the user named it. */
  readonly ref: string;
  /** The commit that the change is compared with. */
  readonly mergeBase: string;
  /** Null: it could not be read at all. */
  readonly findings: ReadonlyMap<string, Finding> | null;
  readonly gaps: readonly Gap[];
  /** Sentences on what of it could not be read. */
  readonly notes: readonly string[];
}

/**
 * The report of what a change brings or touches. A finding is set aside only where the earlier side has it open, too,
 * and no worse: what could not be read there hides nothing. A gap of the later side stays a gap whether it is old or
 * not, since the change may have brought a finding where nobody could look.
 */
export function sinceBase(report: Report, side: EarlierSide, isTouched: (place: Place) => boolean): Report {
  const setAside = { errors: 0, warnings: 0, suppressed: 0 };
  const findings = report.findings.flatMap((finding): Finding[] => {
    const change = changeOf(finding, side.findings, isTouched);
    if (change !== null) return [{ ...finding, change }];
    if (finding.suppressed !== null) setAside.suppressed += 1;
    else if (finding.severity === "error") setAside.errors += 1;
    else setAside.warnings += 1;
    return [];
  });
  const known = new Set(side.gaps.map(gapKey));
  const oldGaps = report.gaps.filter((gap) => known.has(gapKey(gap))).length;
  const { ref, mergeBase } = side;
  return {
    ...report,
    findings,
    changedSince: { ref, mergeBase, setAside, oldGaps },
    notes: [...report.notes, ...side.notes, ...gapNotes(report.gaps.length, oldGaps)],
  };
}

function changeOf(
  finding: Finding,
  earlier: EarlierSide["findings"],
  isTouched: (place: Place) => boolean,
): ChangeKind | null {
  const before = earlier?.get(finding.fingerprint);
  if (before === undefined) return "new";
  // What somebody chose to live with, and is open now, is brought by whoever took that choice back.
  if (finding.suppressed === null && before.suppressed !== null) return "new";
  if (finding.severity === "error" && before.severity === "warning") return "new";
  // One finding may stand for several places, and one more of them is told among the related ones.
  const places = [finding.place, ...finding.related.map(({ place }) => place)];
  return places.some((place) => place !== null && isTouched(place)) ? "touched" : null;
}

function gapKey({ source, facet, scope, region, reason }: Gap): string {
  return [source, facet, scope, region ?? "", reason].join("\0");
}

function gapNotes(gaps: number, old: number): readonly string[] {
  if (old === 0) return [];
  const words = counted(old, "gap was", "gaps were");
  const which = old === gaps ? words : `${words}, of ${gaps},`;
  return [
    `${which} there before this change. What the change brings where nobody could look is not known, so a gap is not clean whoever made it.`,
  ];
}
