import type { Manifest } from "../manifest/manifest.ts";
import type { Problem } from "../model/problem.ts";
import type { FleetPlan, PlannedCopy } from "./resource.ts";

/** What lives in a region beside the fleet, where somebody has counted. */
export interface RegionLoad {
  /** Cloud Run services that are no functions of the plan. */
  readonly otherServices: number;
  /** Functions of generation 1 that are not of the plan. */
  readonly otherFirstGeneration: number;
}

/** Google's limits per project and region. */
const mostServices = 1000;
const mostFirstGeneration = 1000;
/** Instances of a revision where nobody sets a ceiling. */
const usualCeiling = 100;

/**
 * What Google would refuse for want of quota, found before anything is created: a function that alone could take more
 * vCPU than its region has (refused at once, whatever is in use), and more services than a region holds.
 */
export function checkQuotas(
  plan: FleetPlan,
  manifest: Manifest,
  load: ReadonlyMap<string, RegionLoad> = new Map(),
): Problem[] {
  const problems: Problem[] = [];
  for (const copy of plan.copies) {
    const clause = ceilingClause(copy, manifest.regions.get(copy.region)?.quota?.vcpu ?? null);
    if (clause === null) continue;
    const place = manifest.functions.get(copy.function)?.place ?? null;
    problems.push({ place, message: `${copy.function} ${clause.what}.`, mend: clause.mend, excerpt: null });
  }
  for (const [region, copies] of Map.groupBy(plan.copies, (copy) => copy.region)) {
    const place = manifest.regions.get(region)?.place ?? null;
    const second = copies.filter(({ generation }) => generation === 2).length;
    const first = copies.length - second;
    const others = load.get(region) ?? { otherServices: 0, otherFirstGeneration: 0 };
    const check = (planned: number, beside: number, most: number, what: string): void => {
      if (planned === 0 || planned + beside <= most) return;
      const others = beside === 0 ? "" : ` beside ${beside} others`;
      const message = `${region} would hold ${planned} ${what}${others}, and Google allows ${most} per project and region.`;
      problems.push({ place, message, mend: "Put some into another region.", excerpt: null });
    };
    check(second, others.otherServices, mostServices, "Cloud Run services");
    check(first, others.otherFirstGeneration, mostFirstGeneration, "functions of generation 1");
  }
  return problems;
}

/** Why one copy alone exceeds its region, as a clause that follows its name; null where it does not, or none is stated. */
export function ceilingClause(
  copy: Pick<PlannedCopy, "region" | "generation" | "cpu" | "maxInstances">,
  vcpu: number | null,
): { readonly what: string; readonly mend: string } | null {
  if (vcpu === null || copy.generation === 1) return null;
  const instances = copy.maxInstances ?? usualCeiling;
  if (copy.cpu * instances <= vcpu) return null;
  const total = Number((copy.cpu * instances).toFixed(2));
  const by = copy.maxInstances === null ? `${instances} instances (Google's own ceiling)` : `${instances} instances`;
  const fits = Math.floor(vcpu / copy.cpu + 1e-9);
  return {
    what: `could take ${total} vCPU in ${copy.region} (${by} of ${copy.cpu}), and the region's quota is ${vcpu}`,
    mend: fits < 1 ? "Lower its cpu." : `Set maxInstances: ${fits} or fewer, or lower its cpu.`,
  };
}
