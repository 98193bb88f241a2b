import type { Report } from "../model/finding.ts";
import { type Gap, type SourceName, sourceNames } from "../model/gap.ts";
import { count } from "./layout.ts";
import { visible } from "./visible.ts";

/** Name under which systems that know only findings are told what could not be looked at. */
export const unreadRule = "could-not-look";

/** A source that was asked for and not read in full. */
export interface Unread {
  readonly source: SourceName;
  /** One or two sentences, safe to print. */
  readonly message: string;
  readonly gaps: readonly Gap[];
}

const most = 5;

/** Every source that was asked for and not read in full, also where nobody wrote a gap down. */
export function unread({ gaps, sources }: Report): readonly Unread[] {
  return sourceNames.flatMap((source) => {
    const own = gaps.filter((gap) => gap.source === source);
    const status = sources[source];
    if (own.length === 0 && status !== "partial" && status !== "failed") return [];
    const what = status === "failed" ? `${source} could not be read` : `${source} could not be read in full`;
    const reasons = own.slice(0, most).map(gapText);
    const more = own.length > most ? [`and ${count(own.length - most, "more gap")}`] : [];
    const why = reasons.length === 0 ? "" : `: ${[...reasons, ...more].join("; ")}`;
    return [{ source, message: `${what}${why}. What hangs on it is not checked; this is not clean.`, gaps: own }];
  });
}

/** "europe-west4: it did not answer"; a gap that touches everything names no part. */
export function gapText({ scope, reason }: Gap): string {
  return scope === "*" ? visible(reason) : `${visible(scope)}: ${visible(reason)}`;
}
