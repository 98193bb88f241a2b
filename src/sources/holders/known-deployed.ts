import { GoogleError } from "../../clients/google-error.ts";
import type { ProviderError } from "../../clients/provider-error.ts";
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

/**
 * The API is switched off in the very project that was asked about: then nothing of it can call a function, which is an
 * answer and no gap. Where another project pays for the calls, its switch says nothing about this one.
 */
export function isSwitchedOffHere(
  error: ProviderError | GoogleError,
  project: string,
  known: KnownDeployed | null,
): boolean {
  if (!(error instanceof GoogleError) || error.kind !== "disabled" || error.consumer === null) return false;
  const consumer = error.consumer.replace(/^projects\//, "");
  if (consumer === project) return true;
  // The project's own number stands in the newer run.app URLs.
  const urls = known?.facts?.functions.flatMap((copy) => copy.urls) ?? [];
  if (!/^\d+$/.test(consumer)) return false;
  return urls.some((url) => new RegExp(`^https://[a-z0-9-]+-${consumer}\\.[a-z0-9-]+\\.run\\.app`).test(url));
}
