import type { PlacedEntry } from "../model/baseline.ts";
import type { Finding, Impact, NotChecked } from "../model/finding.ts";
import type { SourceName } from "../model/gap.ts";
import { underBaseline } from "./baseline.ts";
import { fingerprint, normaliseSnippet } from "./fingerprint.ts";
import { Ignores } from "./ignore.ts";
import type { Area, Draft, Outcome, Rule } from "./rule.ts";
import type { Tally } from "./score.ts";
import type { View } from "./view.ts";

interface Entry {
  readonly draft: Draft;
  readonly rule: Rule;
  readonly index: number;
  readonly finding: Omit<Finding, "fingerprint">;
}

/** Collects what the rules answer, and turns it into findings in the order of the report. */
export class Desk {
  readonly tallies = new Map<Area, Tally>();
  readonly notes: string[] = [];
  readonly #view: View;
  readonly #ignores: Ignores;
  readonly #entries: Entry[] = [];
  /** rule → reason → scopes. */
  readonly #open = new Map<string, Map<string, Set<string>>>();

  constructor(view: View) {
    this.#view = view;
    this.#ignores = new Ignores(view.manifest, view.today);
  }

  outcome(rule: Rule, index: number): Outcome {
    const tally = this.tallies.get(rule.area) ?? { passed: 0, checked: 0 };
    this.tallies.set(rule.area, tally);
    return {
      pass: (count = 1) => {
        tally.passed += count;
        tally.checked += count;
      },
      fail: (draft) => {
        const suppressed = this.#ignores.covering(rule.id, draft);
        // What somebody chose to live with is neither passed nor failed.
        if (suppressed === null) tally.checked += 1;
        this.#entries.push({
          draft,
          rule,
          index,
          finding: {
            rule: rule.id,
            severity: draft.severity ?? rule.severity,
            confidence: draft.confidence ?? "certain",
            impact: draft.impact,
            message: draft.message,
            mend: draft.mend,
            function: draft.function,
            place: draft.place,
            expected: draft.expected ?? [],
            actual: draft.actual ?? null,
            related: draft.related ?? [],
            ...(draft.differences === undefined ? {} : { differences: draft.differences }),
            fixable: draft.fixable ?? false,
            suppressed,
          },
        });
      },
      unknown: (scope, reason) => this.#note(rule, scope, reason),
      note: (text) => this.notes.push(text),
    };
  }

  /** A rule that cannot be answered at all. */
  leave(rule: Rule, reason: string): void {
    this.#note(rule, "*", reason);
  }

  /** Gaps in what a rule draws on are not its answers, but its reader must see them beside it. */
  passGapsOn(rule: Rule): void {
    for (const need of rule.needs) {
      for (const gap of this.#view.snapshot.gaps) {
        if (gap.source !== need.source || !need.facets.includes(gap.facet)) continue;
        this.#note(rule, gap.region ?? gap.scope, gap.reason);
      }
      if (need.optional === true && need.facets.length > 0 && isFailed(this.#view, need.source)) {
        this.#note(rule, "*", `${need.source} could not be read`);
      }
    }
  }

  /** Called once, before the score is made: what the baseline covers is neither passed nor failed. */
  findings(baseline: readonly PlacedEntry[]): readonly Finding[] {
    const known = new Map(baseline.map((entry) => [entry.fingerprint, entry]));
    const ordinals = new Map<string, number>();
    const findings = this.#entries.sort(compare).map(({ draft, rule, finding }) => {
      const parts = [
        finding.rule,
        this.#view.project ?? "",
        finding.function ?? "",
        finding.place?.file ?? "",
        draft.symbol ?? "",
        draft.snippet === undefined ? (draft.region ?? "") : normaliseSnippet(draft.snippet),
      ];
      const base = fingerprint(parts);
      const ordinal = ordinals.get(base) ?? 0;
      ordinals.set(base, ordinal + 1);
      const print = ordinal === 0 ? base : fingerprint([...parts, String(ordinal)]);
      const told = underBaseline({ ...finding, fingerprint: print }, known.get(print), this.#view.today);
      const tally = this.tallies.get(rule.area);
      if (finding.suppressed === null && told.suppressed !== null && tally !== undefined) tally.checked -= 1;
      return told;
    });
    return known.size === 0
      ? findings
      : findings.sort((a, b) => Number(a.suppressed !== null) - Number(b.suppressed !== null));
  }

  notChecked(): readonly NotChecked[] {
    const rows: NotChecked[] = [];
    for (const [rule, reasons] of this.#open) {
      for (const [reason, scopes] of reasons) {
        for (const scope of scopes) rows.push({ rule, scope, reason });
      }
    }
    return rows;
  }

  #note(rule: Rule, scope: string, reason: string): void {
    const reasons = this.#open.get(rule.id) ?? new Map<string, Set<string>>();
    this.#open.set(rule.id, reasons);
    const scopes = reasons.get(reason) ?? new Set();
    reasons.set(reason, scopes.add(scope));
  }
}

function isFailed(view: View, source: SourceName): boolean {
  return view.snapshot.sources[source] === "failed";
}

const impactOrder: Readonly<Record<Impact, number>> = { now: 0, next: 1, later: 2 };

/** What breaks customers first, then the order of the rules, then names and places; never the order of the input. */
function compare(a: Entry, b: Entry): number {
  return (
    Number(a.finding.suppressed !== null) - Number(b.finding.suppressed !== null) ||
    severityOrder(a) - severityOrder(b) ||
    impactOrder[a.draft.impact] - impactOrder[b.draft.impact] ||
    a.index - b.index ||
    compareText(a.finding.function ?? "", b.finding.function ?? "") ||
    compareText(a.finding.place?.file ?? "", b.finding.place?.file ?? "") ||
    (a.finding.place?.line ?? 0) - (b.finding.place?.line ?? 0) ||
    (a.finding.place?.column ?? 0) - (b.finding.place?.column ?? 0) ||
    compareText(a.finding.actual ?? "", b.finding.actual ?? "") ||
    compareText(a.finding.message, b.finding.message)
  );
}

function severityOrder({ finding }: Entry): number {
  return finding.severity === "error" ? 0 : 1;
}

/** By code unit: the same on every machine, whatever its language. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
