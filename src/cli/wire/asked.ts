import type { Manifest } from "../../manifest/manifest.ts";
import { type SourceName, sourceNames } from "../../model/gap.ts";

/**
 * Sources that are asked for: what `--sources` names, else what the manifest configures, else (no manifest) the code
 * and whatever file was given. Everything else is "not asked", never a pass.
 * @param state `--state`: the state of deployments, which is asked for by name alone
 * @param codebasesFound a checkout without a manifest holds functions
 */
export function askedSources(
  manifest: Manifest | null,
  named: readonly SourceName[] | null,
  deployedFile: boolean,
  codebasesFound: boolean,
  state = false,
): ReadonlySet<SourceName> {
  if (state) return new Set([...askedSources(manifest, named, deployedFile, codebasesFound), "state"]);
  if (named !== null) return new Set(named);
  if (manifest === null) {
    // A front end alone is compared with the listing; without one, the missing codebase is a gap and not a pass.
    if (!deployedFile) return new Set(["declared", "callers"]);
    return new Set(codebasesFound ? ["declared", "callers", "deployed"] : ["callers", "deployed"]);
  }
  const { stripe, twilio, telegram, endpoint } = manifest.environment;
  const providers = stripe !== null || twilio !== null || telegram !== null || endpoint === "sandbox";
  const configured: Record<SourceName, boolean> = {
    declared: manifest.codebases.size > 0,
    callers: manifest.callers.size > 0 || manifest.codebases.size > 0,
    deployed: true,
    // Scheduler, queues and push subscriptions are Google's own holders: a live look has them at hand.
    holders: providers || !deployedFile,
    state: false,
  };
  return new Set(sourceNames.filter((name) => configured[name]));
}
