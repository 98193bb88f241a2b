import type { Manifest } from "../manifest/manifest.ts";
import type { Generation } from "../model/deployed.ts";
import type { Problem } from "../model/problem.ts";
import type { Copy, FleetPlan, PlannedCopy } from "./resource.ts";

/** What is live in the project, of the plan or not, where somebody has looked. */
export interface ProjectLoad {
  readonly functions: readonly (Copy & { readonly generation: Generation })[];
  /** Cloud Run services that are no functions, by region. */
  readonly services: ReadonlyMap<string, number>;
}

const nothingLive: ProjectLoad = { functions: [], services: new Map() };

/** Google's limits per project and region. */
const mostServices = 1000;
const mostFirstGeneration = 1000;
/** Instances of a revision where nobody sets a ceiling. */
const usualCeiling = 100;

/**
 * What Google would refuse for want of quota, found before anything is created: a function that alone could take more
 * vCPU than its region has (refused at once, whatever is in use), and more services than a region holds.
 */
export function checkQuotas(plan: FleetPlan, manifest: Manifest, load: ProjectLoad = nothingLive): Problem[] {
  const problems: Problem[] = [];
  for (const copy of plan.copies) {
    const clause = ceilingClause(copy, manifest.regions.get(copy.region)?.quota?.vcpu ?? null);
    if (clause === null) continue;
    const place = manifest.functions.get(copy.function)?.place ?? null;
    problems.push({ place, message: `${copy.function} ${clause.what}.`, mend: clause.mend, excerpt: null });
  }
  for (const [region, copies] of Map.groupBy(plan.copies, (copy) => copy.region)) {
    const place = manifest.regions.get(region)?.place ?? null;
    const check = (generation: Generation, others: number, most: number, what: string): void => {
      const planned = new Set(copies.filter((copy) => copy.generation === generation).map((copy) => copy.function));
      // What is to be removed goes last, and takes its place until then.
      const beside = load.functions.filter((live) => {
        return live.region === region && live.generation === generation && !planned.has(live.function);
      });
      const count = beside.length + others;
      if (planned.size === 0 || planned.size + count <= most) return;
      const told = count === 0 ? "" : ` beside ${count} others that are live there`;
      const message = `${region} would hold ${planned.size} ${what}${told}, and Google allows ${most} per project and region.`;
      problems.push({ place, message, mend: roomMend(region, generation, planned.size + count - most), excerpt: null });
    };
    check(2, load.services.get(region) ?? 0, mostServices, "Cloud Run services");
    check(1, 0, mostFirstGeneration, "functions of generation 1");
  }
  return problems;
}

function roomMend(region: string, generation: Generation, over: number): string {
  const what = over === 1 ? "one" : `${over}`;
  const list =
    generation === 2 ? `gcloud run services list --region ${region}` : `gcloud functions list --regions ${region}`;
  return `Put ${what} into another region, or remove ${what} there that nothing uses (\`${list}\` names them).`;
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
