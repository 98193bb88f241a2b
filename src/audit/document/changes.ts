import type { BaselineEntry } from "../../model/baseline.ts";
import type { Changes, CopyChange, FindingChange, MoveRow } from "../../model/document-history.ts";
import type { Finding, Report } from "../../model/finding.ts";
import { judgeBaseline } from "../baseline.ts";
import type { Copies, Earlier } from "./earlier.ts";

/** What has become of the fleet since an earlier look. What a look did not see is never called removed, or new. */
export function changesSince(earlier: Earlier, now: Copies | null, report: Report): Changes {
  const { file, at, score } = earlier;
  const known = new Set(earlier.findings.map(({ fingerprint }) => fingerprint));
  const verdict = judgeBaseline(earlier.findings, report);
  const open = report.findings.filter(({ suppressed }) => suppressed === null);
  return {
    since: { file, at },
    copies: earlier.copies === null || now === null ? null : copyChanges(earlier.copies, now),
    findings: {
      added: open.filter(({ fingerprint }) => !known.has(fingerprint)).map(brief),
      mended: verdict.gone.map(brief),
      open: verdict.unjudged.map(brief),
      standing: verdict.standing.length,
    },
    scoreBefore: score,
    why:
      earlier.copies === null
        ? `${file} does not say what was live.`
        : now === null
          ? "What is live was not looked at this time."
          : null,
  };
}

/** Moves that have ended since, and all that are under way; the newest first. */
export function movesSince(moves: readonly MoveRow[], since: string | null): readonly MoveRow[] {
  const from = since === null ? Number.NEGATIVE_INFINITY : Date.parse(since);
  return moves
    .filter(({ state, at }) => state === "under way" || Date.parse(at) >= from)
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

function copyChanges(before: Copies, now: Copies): NonNullable<Changes["copies"]> {
  const moved: CopyChange[] = [];
  const removed: CopyChange[] = [];
  const added: CopyChange[] = [];
  const open: CopyChange[] = [];
  for (const name of [...new Set([...before.live.keys(), ...now.live.keys()])].sort()) {
    const then = before.live.get(name) ?? new Set<string>();
    const today = now.live.get(name) ?? new Set<string>();
    const [gone, unsureGone] = split(
      [...then].filter((region) => !today.has(region)),
      now,
    );
    const [come, unsureCome] = split(
      [...today].filter((region) => !then.has(region)),
      before,
    );
    for (const region of unsureGone) open.push({ function: name, from: region, to: null });
    for (const region of unsureCome) open.push({ function: name, from: null, to: region });
    const pairs = Math.min(gone.length, come.length);
    for (let index = 0; index < pairs; index++) {
      moved.push({ function: name, from: gone[index] ?? null, to: come[index] ?? null });
    }
    for (const region of gone.slice(pairs)) removed.push({ function: name, from: region, to: null });
    for (const region of come.slice(pairs)) added.push({ function: name, from: null, to: region });
  }
  return { moved, removed, added, open };
}

/** Regions that the other look has seen, and those that it has not. */
function split(regions: readonly string[], other: Copies): [sure: string[], unsure: string[]] {
  const sorted = regions.toSorted();
  return [sorted.filter((one) => other.wasRead(one)), sorted.filter((one) => !other.wasRead(one))];
}

function brief({ fingerprint, rule, function: name, message }: BaselineEntry | Finding): FindingChange {
  return { fingerprint, rule, function: name, message };
}
