import type { OpenQuestions, SourceRow, Verdict } from "../../model/document.ts";
import type { Report } from "../../model/finding.ts";
import { sourceNames } from "../../model/gap.ts";

/** The first line of the document. Only a look at everything, in full, with an answer to every question, is clean. */
export function verdictOf({ findings, gaps, sources, notChecked }: Report): Verdict {
  const open = findings.filter(({ suppressed }) => suppressed === null);
  const notAsked = sourceNames.filter((name) => sources[name] === "not asked");
  const isCut = gaps.length > 0 || sourceNames.some((name) => ["partial", "failed"].includes(sources[name]));
  const tone = () => {
    if (open.length > 0) return "wrong";
    if (isCut) return "unseen";
    return notAsked.length > 0 || notChecked.length > 0 ? "partial" : "clean";
  };
  return {
    tone: tone(),
    errors: open.filter(({ severity }) => severity === "error").length,
    warnings: open.filter(({ severity }) => severity === "warning").length,
    now: open.filter(({ impact }) => impact === "now").length,
    suppressed: findings.length - open.length,
    gaps: gaps.length,
    notAsked,
  };
}

export function sourceRows({ sources, gaps }: Report): readonly SourceRow[] {
  return sourceNames.map((source) => ({
    source,
    status: sources[source],
    gaps: gaps.filter((gap) => gap.source === source),
  }));
}

/** One row per reason; what is open everywhere comes first. */
export function openQuestions({ notChecked }: Report): readonly OpenQuestions[] {
  const rows = Map.groupBy(notChecked, ({ scope, reason }) => JSON.stringify([reason, scope === "*"]));
  const isPart = ({ scopes }: OpenQuestions) => Number(!scopes.includes("*"));
  return [...rows.values()]
    .map((own) => ({
      reason: own[0]?.reason ?? "",
      rules: [...new Set(own.map(({ rule }) => rule))],
      scopes: [...new Set(own.map(({ scope }) => scope))],
    }))
    .sort((a, b) => isPart(a) - isPart(b));
}
