import type { ChecklistLine } from "../model/verification.ts";
import type { VerifyFacts } from "./facts.ts";
import { ruleLine } from "./rule-line.ts";

/** vCPU in use, and the ceiling of each service, against the quotas of regions.yaml. */
export function quotaLine(facts: VerifyFacts): ChecklistLine {
  const { manifest, snapshot } = facts;
  const told = [...manifest.regions.values()].flatMap(({ name, quota }) => {
    if (quota === null) return [];
    const usage = snapshot.deployed?.usage.find(({ region }) => region === name);
    const used = usage === undefined ? "" : `${tenth(usage.vcpu)} of `;
    return [`${name} ${used}${quota.vcpu} vCPU, warns at ${tenth(quota.vcpu * quota.warn)}`];
  });
  const evidence = told.length === 0 ? null : told.join("; ");
  const line = ruleLine({ id: "quotas", rules: ["region-quota"], evidence }, facts);
  const isUnstated = told.length === 0 && line.outcome === "not asked";
  return isUnstated ? { ...line, evidence: "regions.yaml states no quota" } : line;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
