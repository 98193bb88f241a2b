import type { DeployedAspect } from "../model/deployed.ts";
import type { SourceName } from "../model/gap.ts";
import { aspectWords } from "./notes.ts";
import type { Rule } from "./rule.ts";
import type { View } from "./view.ts";
import { listed } from "./wording.ts";

/** Why a rule cannot be answered at all; null when it can. */
export function unmetNeed(rule: Rule, view: View): string | null {
  if (rule.needsManifest && view.manifest === null) return "there is no manifest to compare with";
  for (const need of rule.needs) {
    if (need.optional === true) continue;
    if (!view.asked(need.source)) return `${sourceWords[need.source]} were not asked for`;
    if (factsOf(view, need.source) === null)
      return `${sourceWords[need.source]} could not be read${causeOf(view, need.source)}`;
    const missing = (need.aspects ?? []).filter((aspect) => view.fleet.lacks(aspect));
    if (missing.length > 0) return `${listName(view)} does not show ${shown(missing)}`;
  }
  return null;
}

const sourceWords: Readonly<Record<SourceName, string>> = {
  declared: "declared functions",
  callers: "callers",
  deployed: "deployed functions",
  holders: "holders",
  state: "deployments' state",
};

function factsOf(view: View, source: SourceName): unknown {
  // A listing of another project counts as none.
  return source === "deployed" ? view.fleet.facts : view.snapshot[source];
}

function causeOf(view: View, source: SourceName): string {
  if (source === "deployed" && view.fleet.setAside > 0)
    return `: the listing is of another project than ${view.project}`;
  const reason = view.gapsOf(source)[0]?.reason;
  return reason === undefined ? "" : `: ${reason}`;
}

function listName(view: View): string {
  return view.fleet.facts?.origin.file ?? "the listing";
}

function shown(aspects: readonly DeployedAspect[]): string {
  return listed(
    aspects.map((aspect) => aspectWords[aspect]),
    "or",
  );
}
