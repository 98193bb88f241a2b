import type { Area } from "../audit/rule.ts";
import { rules } from "../audit/rules.ts";
import { counted } from "../audit/wording.ts";
import type { ChecklistLine } from "../model/verification.ts";
import type { VerifyFacts } from "./facts.ts";
import { ruleLine } from "./rule-line.ts";

/** Rules with a line of their own. */
const apart = new Set(["region-quota", "drift"]);

/** One area of the audit. */
export function areaLine(area: Area, facts: VerifyFacts): ChecklistLine {
  const { passed, checked } = facts.report.score.parts[area] ?? { passed: 0, checked: 0 };
  const asked = rules.filter((rule) => rule.area === area && !apart.has(rule.id)).map(({ id }) => id);
  const also = whatOf(area, facts);
  const tally = `${passed} of ${counted(checked, "question", "questions")} answered well`;
  const evidence = checked === 0 ? null : also === "" ? tally : `${also}: ${tally}`;
  return ruleLine({ id: area, rules: asked, evidence }, facts);
}

function whatOf(area: Area, { report, manifest }: VerifyFacts): string {
  const { functions, callers, holders } = report.checked;
  switch (area) {
    case "fleet":
      return counted(functions, "function", "functions");
    case "callers":
      return counted(callers, "caller", "callers");
    case "holders":
      return counted(holders, "holder", "holders");
    case "flows": {
      const hops = [...manifest.flows.values()].reduce((total, { edges }) => total + edges.length, 0);
      return `${counted(manifest.flows.size, "flow", "flows")} with ${counted(hops, "hop", "hops")}`;
    }
    default:
      return "";
  }
}
