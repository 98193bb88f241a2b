import type { Manifest } from "../manifest/manifest.ts";
import type { Generation } from "../model/deployed.ts";
import type { Problem } from "../model/problem.ts";
import type { Copy, FleetPlan } from "./resource.ts";

/**
 * Functions that would change their region by being created in one and deleted in another, in one deployment: whatever
 * still reaches the old copy would be lost. `present` are the copies that are live, or that the state knows. A declared
 * move (`moving`) keeps both.
 */
export function checkMoves(plan: FleetPlan, manifest: Manifest, present: readonly Copy[]): Problem[] {
  const regionsNow = new Map<string, Set<string>>();
  for (const copy of present) {
    const regions = regionsNow.get(copy.function) ?? new Set();
    regionsNow.set(copy.function, regions.add(copy.region));
  }
  return [...Map.groupBy(plan.copies, (copy) => copy.function)].flatMap(([name, copies]): Problem[] => {
    const now = regionsNow.get(name);
    if (now === undefined) return [];
    const wanted = copies.map(({ region }) => region);
    const to = wanted.filter((region) => !now.has(region));
    const from = [...now].filter((region) => !wanted.includes(region));
    if (to.length === 0 || from.length === 0) return [];
    const place = manifest.functions.get(name)?.place ?? null;
    return [
      {
        place,
        message: `${name} is live in ${from.join(" and ")} and would go to ${to.join(" and ")}: deploying would leave behind whoever still reaches it in ${from.join(" and ")}.`,
        mend: `Type \`regions migrate ${name} --to ${to[0]}\`: it keeps both copies until nothing reaches the old one.`,
        excerpt: null,
      },
    ];
  });
}

/**
 * Functions that would change their generation under the same name in the same region: Google has one name for both, so
 * the new one could only be made once the old one is deleted, and nothing would answer in between.
 */
export function checkGenerations(
  plan: FleetPlan,
  manifest: Manifest,
  present: readonly (Copy & { readonly generation: Generation })[],
): Problem[] {
  const now = new Map(present.map((copy) => [`${copy.function}@${copy.region}`, copy.generation]));
  return plan.copies.flatMap((copy): Problem[] => {
    const generation = now.get(`${copy.function}@${copy.region}`) ?? copy.generation;
    if (generation === copy.generation) return [];
    const message = `${copy.function} in ${copy.region} is of generation ${generation}, and its code makes it one of generation ${copy.generation}: under the same name the one cannot be made before the other is deleted.`;
    const mend = "Deploy it under a new name, lead its callers there, and then remove the old one.";
    return [{ place: manifest.functions.get(copy.function)?.place ?? null, message, mend, excerpt: null }];
  });
}
