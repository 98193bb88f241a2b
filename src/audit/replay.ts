import type { Manifest } from "../manifest/manifest.ts";
import type { Finding, Report, Severity } from "../model/finding.ts";
import type { Place } from "../model/place.ts";
import type { BlockedCommit, Fate, MendedBy, PastCommit, PastFinding, UnreadCommit } from "../model/replay.ts";
import type { Snapshot } from "../model/snapshot.ts";

/** One side of a step through history. */
export interface PastSide {
  readonly commit: PastCommit;
  readonly snapshot: Snapshot;
  readonly manifest: Manifest | null;
}

/** A step from one commit that could be looked at to the next. */
export interface PastStep {
  /** Null: there was nothing before. */
  readonly before: PastSide | null;
  readonly after: PastSide;
  /** All findings of the later side, suppressed ones, too. */
  readonly report: Report;
  /** Those that the step brings or touches. */
  readonly change: Report;
  /** Fingerprints of the earlier side → of the later one, where files were renamed. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Whether a place of the earlier side lies on lines that are gone or written anew. */
  readonly isTouched: (place: Place) => boolean;
}

/** A finding that some commit has brought, as long as nobody knows what becomes of it. */
interface Living {
  readonly told: { -readonly [K in keyof PastFinding]: PastFinding[K] };
  print: string;
  /** As it was seen last. */
  seen: Finding;
  /** It was not there in a commit that could be read in part only; what touched it then. */
  missing: { readonly how: MendedBy | null } | null;
}

/**
 * Follows findings from commit to commit: which would have been stopped, and what became of what they brought. Holds the
 * findings that are open, and what is told in the end; nothing of the commits themselves.
 */
export class Replay {
  readonly #failOn: Severity;
  readonly #blocked: BlockedCommit[] = [];
  readonly #unread: UnreadCommit[] = [];
  #living: Living[] = [];
  #unreadOnly = 0;

  constructor(failOn: Severity) {
    this.#failOn = failOn;
  }

  get blocked(): readonly BlockedCommit[] {
    return this.#blocked;
  }

  get unread(): readonly UnreadCommit[] {
    return this.#unread;
  }

  /** Commits that could not be read in full, and are not blocked. */
  get unreadOnly(): number {
    return this.#unreadOnly;
  }

  /** A commit that could not be looked at. Nothing is concluded from it. */
  leave(commit: PastCommit, reasons: readonly string[]): void {
    this.#unread.push({ ...commit, reasons });
    this.#unreadOnly += 1;
  }

  take(step: PastStep): void {
    const { after, before, report, change } = step;
    const { commit } = after;
    this.#follow(step);
    const known = new Set(this.#living.map(({ print }) => print));
    const findings = change.findings
      .filter(({ suppressed, severity }) => suppressed === null && (severity === "error" || this.#failOn === "warning"))
      // What was only out of sight in a commit that could not be read in full is not brought by the next one.
      .filter((finding) => finding.change === "touched" || !known.has(finding.fingerprint))
      .map((finding) => ({ finding, told: pastFinding(finding) }));
    for (const { finding, told } of findings) {
      if (told.change === "new") {
        this.#living.push({ told, print: finding.fingerprint, seen: finding, missing: null });
      }
    }
    if (findings.length > 0) {
      this.#blocked.push({ ...commit, since: before?.commit.id ?? null, findings: findings.map(({ told }) => told) });
    }
    if (report.gaps.length === 0) return;
    this.#unread.push({
      ...commit,
      reasons: report.gaps.map(({ scope, reason }) => (scope === "*" ? reason : `${scope}: ${reason}`)),
    });
    if (findings.length === 0) this.#unreadOnly += 1;
  }

  /** What became of the findings that earlier commits have brought. */
  #follow(step: PastStep): void {
    const { after, report, renamed } = step;
    const now = new Map(report.findings.map((finding) => [finding.fingerprint, finding]));
    const isWhole = report.gaps.length === 0;
    this.#living = this.#living.filter((one) => {
      const how = mendOf(one, step);
      one.print = renamed.get(one.print) ?? one.print;
      const finding = now.get(one.print);
      if (finding?.suppressed === null) {
        one.seen = finding;
        one.missing = null;
        return true;
      }
      if (finding !== undefined) {
        one.told.fate = { kind: "suppressed", by: after.commit };
        return false;
      }
      one.missing = { how: one.missing?.how ?? how };
      // Where something could not be read, what is not seen may still be there.
      if (!isWhole) return true;
      one.told.fate = fateOf(one.missing.how, after.commit);
      return false;
    });
  }
}

function pastFinding(finding: Finding): Living["told"] {
  const { rule, severity, message, function: name, place, fingerprint, change = "new" } = finding;
  const fate: Fate | null = change === "new" ? { kind: "open" } : null;
  return { rule, severity, message, function: name, place, fingerprint, change, fate };
}

function fateOf(how: MendedBy | null, by: PastCommit): Fate {
  return how === null ? { kind: "vanished", by } : { kind: "mended", by, how };
}

/** What of a finding the step has touched; null: nothing that is known of it. */
function mendOf({ seen, missing }: Living, { before, after, isTouched }: PastStep): MendedBy | null {
  if (missing !== null) return missing.how;
  const manifestFile = before?.manifest?.file ?? after.manifest?.file ?? null;
  const places = [seen.place, ...seen.related.map(({ place }) => place)].filter((place) => place !== null);
  if (places.some((place) => place.file !== manifestFile && isTouched(place))) return "line";
  const name = seen.function;
  if (placementOf(before, name) !== placementOf(after, name)) return "manifest";
  if (places.some((place) => place.file === manifestFile && isTouched(place))) return "manifest";
  return sourceOf(before, name) === sourceOf(after, name) ? null : "source";
}

/** What regions.yaml says of where a function belongs. */
function placementOf(side: PastSide | null, name: string | null): string {
  const entry = name === null ? undefined : side?.manifest?.functions.get(name);
  if (entry === undefined) return side?.manifest === null ? "no manifest" : "";
  return JSON.stringify([entry.regions, entry.moving?.from ?? null, entry.undecided?.text ?? null]);
}

/** What the codebases' source says of a function. */
function sourceOf(side: PastSide | null, name: string | null): string {
  const rows = side?.snapshot.declared?.functions.filter((row) => row.name === name) ?? [];
  return JSON.stringify(rows.map(({ codebase, regions, trigger }) => [codebase, regions, trigger]).sort());
}
