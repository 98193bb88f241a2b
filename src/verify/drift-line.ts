import { counted } from "../audit/wording.ts";
import { hasOwnCodebase } from "../manifest/own-codebases.ts";
import type { ChecklistLine } from "../model/verification.ts";
import type { VerifyFacts } from "./facts.ts";
import { ruleLine } from "./rule-line.ts";

/** What deployments remember, against what is there. */
export function driftLine(facts: VerifyFacts): ChecklistLine {
  const { report, snapshot, manifest } = facts;
  if (report.sources.state === "not asked") {
    const evidence = hasOwnCodebase(manifest)
      ? "deployments' state was not asked for"
      : "no codebase is deployed by this tool, so no state is kept";
    return { id: "drift", outcome: "not asked", evidence, details: [] };
  }
  const compared = snapshot.state?.compared ?? 0;
  const evidence = `${counted(compared, "part", "parts")} of the fleet are as they were deployed`;
  return ruleLine({ id: "drift", rules: ["drift"], evidence }, facts);
}
