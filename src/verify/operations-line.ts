import { counted } from "../audit/wording.ts";
import type { ChecklistLine } from "../model/verification.ts";
import type { VerifyFacts } from "./facts.ts";

/** Nothing is under way: no copy is being deployed or deleted, no deployment was cut off. Open moves are told. */
export function operationsLine({ snapshot, report, openMoves }: VerifyFacts): ChecklistLine {
  const id = "operations";
  const { deployed, state } = snapshot;
  const busy = (deployed?.functions ?? []).filter(({ state: now }) => now === "DEPLOYING" || now === "DELETING");
  const details = busy.map(({ name, region, state: now }) => `${name} in ${region} is ${now}`);
  const cutOff = state?.interrupted ?? 0;
  if (cutOff > 0) details.push(`a deployment was cut off while ${counted(cutOff, "part was", "parts were")} under way`);
  const moves = "found" in openMoves ? openMoves.found : [];
  if (details.length > 0) {
    const evidence = `${counted(details.length, "thing is", "things are")} under way`;
    return { id, outcome: "failed", evidence, details: [...details, ...moves] };
  }
  if (report.sources.deployed === "not asked") {
    return { id, outcome: "not asked", evidence: "deployed functions were not asked for", details: moves };
  }
  const unread = unreadOf(deployed, report.gaps) ?? ("unread" in openMoves ? openMoves.unread : null);
  if (unread !== null) return { id, outcome: "not checked", evidence: unread, details: moves };
  const functions = deployed?.functions.length ?? 0;
  const open = moves.length === 0 ? "no move is open" : `${counted(moves.length, "move is", "moves are")} open`;
  return { id, outcome: "passed", evidence: `${functions} copies, none in transition; ${open}`, details: moves };
}

function unreadOf(deployed: VerifyFacts["snapshot"]["deployed"], gaps: VerifyFacts["report"]["gaps"]): string | null {
  const gap = gaps.find(({ source, facet }) => source === "deployed" && facet === "functions");
  if (gap !== undefined) return gap.scope === "*" ? gap.reason : `${gap.scope}: ${gap.reason}`;
  if (deployed === null) return "deployed functions could not be read";
  if (deployed.lacks.includes("state")) return "the listing does not show what state functions are in";
  const [unknown] = deployed.functions.filter(({ state }) => state === null || state === "UNKNOWN");
  return unknown === undefined ? null : `the state of ${unknown.name} in ${unknown.region} is not known`;
}
