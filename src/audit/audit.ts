import type { Manifest } from "../manifest/manifest.ts";
import type { PlacedEntry } from "../model/baseline.ts";
import type { Report } from "../model/finding.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { baselineNotes, judgeBaseline } from "./baseline.ts";
import { Desk } from "./desk.ts";
import { notesOf } from "./notes.ts";
import { rules } from "./rules.ts";
import { score } from "./score.ts";
import { unmetNeed } from "./unmet.ts";
import { View } from "./view.ts";

/**
 * All rules on one look. Pure and synchronous, linear in the size of its input; never throws on a well-typed snapshot.
 * `manifest` null: callers are compared with what the source declares and, where given, with what is deployed.
 * `today` is YYYY-MM-DD. Findings that `baseline` holds are suppressed, unless their entry has expired.
 */
export function audit(
  snapshot: Snapshot,
  manifest: Manifest | null,
  today: string,
  baseline: readonly PlacedEntry[] = [],
): Report {
  const view = new View(snapshot, manifest, today);
  const desk = new Desk(view);
  let ran = 0;
  for (const [index, rule] of rules.entries()) {
    if (rule.isAsked?.(view) === false) continue;
    const unmet = unmetNeed(rule, view);
    if (unmet !== null) {
      desk.leave(rule, unmet);
      continue;
    }
    ran += 1;
    desk.passGapsOn(rule);
    rule.check(view, desk.outcome(rule, index));
  }
  const facts = {
    project: view.project,
    today,
    findings: desk.findings(baseline),
    notChecked: desk.notChecked(),
    sources: snapshot.sources,
  };
  const verdict = judgeBaseline(baseline, facts);
  return {
    version: 1,
    environment: manifest?.environment.name ?? null,
    ...facts,
    gaps: snapshot.gaps,
    checked: {
      rules: ran,
      functions: view.functionCount,
      callers: view.uses.callers.length,
      holders: view.holderUses.length,
    },
    score: score(desk.tallies),
    notes: [...notesOf(view), ...desk.notes, ...baselineNotes(verdict)],
  };
}
