import type { DeployedFacts } from "../../model/deployed.ts";
import type { Gap } from "../../model/gap.ts";
import type { HolderKind } from "../../model/holders.ts";
import { holderGap } from "./holder-read.ts";

/** A look at what is deployed that was taken in the same run, so that jobs and queues need not be listed again. */
export interface KnownDeployed {
  readonly facts: DeployedFacts | null;
  readonly gaps: readonly Gap[];
}

/** Jobs or queues of that look, with its gaps as gaps of the holders; null when it cannot show them. */
export function knownList<Key extends "jobs" | "queues">(
  known: KnownDeployed | null,
  key: Key,
  kind: HolderKind,
): { readonly items: DeployedFacts[Key]; readonly gaps: readonly Gap[]; readonly read: boolean } | null {
  const facts = known?.facts ?? null;
  if (known === null || facts === null || facts.origin.kind !== "live" || facts.lacks.includes(key)) return null;
  const items = facts[key];
  const gaps = known.gaps
    .filter((gap) => gap.facet === key)
    .map((gap) => holderGap(kind, gap.scope, gap.reason, gap.region));
  return { items, gaps, read: items.length > 0 || gaps.every((gap) => gap.region !== null) };
}
