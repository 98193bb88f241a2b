import { rules } from "../audit/rules.ts";
import { counted } from "../audit/wording.ts";
import type { Finding } from "../model/finding.ts";
import type { ChecklistLine } from "../model/verification.ts";
import type { VerifyFacts } from "./facts.ts";

export interface RuleQuestion {
  readonly id: string;
  /** Ids of the rules that answer it. */
  readonly rules: readonly string[];
  /** What was looked at, where nothing is wrong; null: there is nothing of it. */
  readonly evidence: string | null;
}

/** A line that rules of the audit answer. What one of them could not answer keeps it from passing. */
export function ruleLine({ id, rules: asked, evidence }: RuleQuestion, facts: VerifyFacts): ChecklistLine {
  const { report, failOn } = facts;
  const own = report.findings.filter(({ rule, suppressed }) => suppressed === null && asked.includes(rule));
  const accepted = report.findings.filter(({ rule, suppressed }) => suppressed !== null && asked.includes(rule)).length;
  const open = report.notChecked.filter(({ rule }) => asked.includes(rule));
  const details = own.map(findingText);
  const told = sum(own, accepted);
  if (own.some(({ severity }) => severity === "error" || failOn === "warning")) {
    return { id, outcome: "failed", evidence: told, details };
  }
  const unread = open.filter(({ rule }) => !wasLeftOut(rule, facts));
  const reasons = [...new Set(unread.map(({ scope, reason }) => (scope === "*" ? reason : `${scope}: ${reason}`)))];
  if (reasons.length > 0) {
    const [first = "", ...more] = reasons;
    return { id, outcome: "not checked", evidence: first, details: [...more, ...details] };
  }
  if (open.length > 0) {
    // Of several rules the others may have been answered, and have found nothing that stops a release.
    const [first] = open;
    return { id, outcome: "not asked", evidence: first?.reason ?? "", details };
  }
  if (evidence === null) return { id, outcome: "not asked", evidence: "there is nothing of it", details };
  return { id, outcome: "passed", evidence: told === "" ? evidence : `${evidence}; ${told}`, details };
}

/** The rule needs a source that nobody asked for: no gap, and no pass. */
function wasLeftOut(id: string, { report }: VerifyFacts): boolean {
  const needs = (rules.find((rule) => rule.id === id)?.needs ?? []).filter(({ optional }) => optional !== true);
  const statuses = needs.map(({ source }) => report.sources[source]);
  return statuses.includes("not asked") && statuses.every((status) => status === "not asked" || status === "read");
}

function sum(findings: readonly Finding[], accepted: number): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const parts = [
    ...(errors > 0 ? [counted(errors, "error", "errors")] : []),
    ...(findings.length > errors ? [counted(findings.length - errors, "warning", "warnings")] : []),
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
  ];
  return parts.join(", ");
}

function findingText({ place, message, rule }: Finding): string {
  return `${message} [${rule}${place === null ? "" : `, ${place.file}:${place.line}`}]`;
}
