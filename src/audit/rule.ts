import type { DeployedAspect } from "../model/deployed.ts";
import type { Confidence, Difference, Impact, Severity } from "../model/finding.ts";
import type { Facet, SourceName } from "../model/gap.ts";
import type { Place, RelatedPlace } from "../model/place.ts";
import type { View } from "./view.ts";

/** Parts of the score, in the order they are shown. */
export const areas = ["fleet", "isolation", "callers", "source", "holders", "flows", "upkeep"] as const;
export type Area = (typeof areas)[number];

/** A source the rule draws on. Without it the rule has no answer at all, unless it is optional. */
export interface Need {
  readonly source: SourceName;
  /** Parts of the source the rule draws on; a gap in one of them is passed on as "not checked". */
  readonly facets: readonly Facet[];
  /** What a listing must be able to show; one that lacks any of them leaves the rule not checked. */
  readonly aspects?: readonly DeployedAspect[];
  /** The rule has something to say without it; its gaps are passed on all the same. */
  readonly optional?: boolean;
}

/** What a rule says of one subject; the audit adds rule, fingerprint and suppression. */
export interface Draft {
  readonly message: string;
  readonly mend: string;
  readonly function: string | null;
  readonly place: Place | null;
  /** Further places with the same fault: an `ignore` for a file covers the finding when it covers them all. */
  readonly alsoAt?: readonly Place[];
  readonly impact: Impact;
  /** Region of the copy, caller or holder at fault: what an `ignore` with `region` is compared with. */
  readonly region: string | null;
  readonly severity?: Severity;
  readonly confidence?: Confidence;
  readonly expected?: readonly string[];
  readonly actual?: string | null;
  readonly related?: readonly RelatedPlace[];
  readonly differences?: readonly Difference[];
  readonly fixable?: boolean;
  /** What tells this finding from its siblings without naming a line: enclosing symbol and text of the site. */
  readonly symbol?: string | null;
  readonly snippet?: string;
}

/** Where a rule puts its answers. Every question ends as one of pass, fail or unknown. */
export interface Outcome {
  pass(count?: number): void;
  fail(draft: Draft): void;
  /** `scope` is a region, a function, or "*"; equal pairs are counted, not repeated. */
  unknown(scope: string, reason: string): void;
  /** A sentence for the report that is no finding. */
  note(text: string): void;
}

export interface Rule {
  /** Kebab-case; also the name of the rule's file and page. */
  readonly id: string;
  readonly area: Area;
  /** Severity of a finding that states none of its own. */
  readonly severity: Severity;
  /** One line for lists of rules. */
  readonly title: string;
  readonly needs: readonly Need[];
  /** Judges what is only looked at on request: false where nobody asked, and the rule is neither answered nor open. */
  readonly isAsked?: (view: View) => boolean;
  /** The question makes no sense without regions.yaml. */
  readonly needsManifest: boolean;
  /** Pure and synchronous; linear in the size of the view. */
  readonly check: (view: View, out: Outcome) => void;
}

export function defineRule(rule: Rule): Rule {
  return rule;
}
