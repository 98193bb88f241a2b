import type { Finding, Report } from "../model/finding.ts";
import type { Place } from "../model/place.ts";
import type { CiFrame } from "./ci-frame.ts";

/** Errors, then warnings, then what is suppressed, each in the report's own order: what a limit cuts is the least. */
export function ranked(findings: readonly Finding[]): readonly Finding[] {
  const rank = ({ severity, suppressed }: Finding) => (suppressed !== null ? 2 : severity === "error" ? 0 : 1);
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

/** What nobody chose to live with, errors first. */
export function openFindings({ findings }: Report): readonly Finding[] {
  return ranked(findings.filter(({ suppressed }) => suppressed === null));
}

/** Where a finding is shown: at its place, else at the first related one, else at the manifest. */
export function shownAt({ place, related }: Finding, { home }: CiFrame): Place {
  return place ?? related.find((one) => one.place !== null)?.place ?? home;
}
