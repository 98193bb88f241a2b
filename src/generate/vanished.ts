import type { FunctionEntry, Manifest } from "../manifest/manifest.ts";
import type { DeployedFacts } from "../model/deployed.ts";
import type { Gap } from "../model/gap.ts";

/** What was looked at, and what could not be. */
interface Look {
  readonly deployed: DeployedFacts | null;
  readonly declared: { readonly functions: readonly unknown[] } | null;
  readonly gaps: readonly Gap[];
}

/**
 * Whether a function that nothing shows is gone: "yes", "no" where nothing can be said, or what keeps a person from
 * believing it. Absence counts only in a look that would have shown the function.
 */
export function isGone(entry: FunctionEntry, manifest: Manifest, look: Look, sourceIsWhole: boolean): string {
  const { deployed, declared, gaps } = look;
  const where = entry.moving === null ? entry.regions : [...entry.regions, entry.moving.from];
  if (deployed !== null && where.some((region) => !wasListed(region, deployed, manifest, gaps))) return "no";
  if (declared !== null && !sourceIsWhole) return "no";
  if (deployed === null && declared === null) return "no";
  // An empty project, or a listing of another one, says nothing of what is gone.
  if (deployed !== null && !deployed.functions.some((copy) => copy.project === manifest.environment.project))
    return "no";
  if (deployed === null) return "no source declares it any more; whether it is live was not looked at";
  const others = manifest.environments.filter((name) => name !== manifest.environment.name);
  if (declared === null && others.length > 0) {
    return `not live in ${manifest.environment.name}; ${others.join(", ")} and the source were not looked at`;
  }
  return "yes";
}

/** The listing shows what is in the region, if anything is. */
function wasListed(region: string, deployed: DeployedFacts, manifest: Manifest, gaps: readonly Gap[]): boolean {
  const blind = gaps.some(
    (gap) => gap.source === "deployed" && gap.facet === "functions" && (gap.region === null || gap.region === region),
  );
  if (blind) return false;
  if (!deployed.lacks.includes("unreachable-regions")) return true;
  // Such a listing is silent about a region that did not answer: one that shows nothing at all proves nothing.
  const { project } = manifest.environment;
  return deployed.functions.some((copy) => copy.region === region && copy.project === project);
}
