import { GoogleError } from "../../clients/google-error.ts";
import { ProviderError } from "../../clients/provider-error.ts";
import type { Facet, Gap } from "../../model/gap.ts";
import type { Holder, HolderKind } from "../../model/holders.ts";

/** What one adapter found. `read` is false when nothing at all could be read, so that none found means nothing. */
export interface HolderRead {
  readonly holders: readonly Holder[];
  readonly gaps: readonly Gap[];
  readonly read: boolean;
}

export function facetOf(kind: HolderKind): Facet {
  return kind === "task-queue" ? "task-queues" : kind;
}

export function holderGap(kind: HolderKind, scope: string, reason: string, region: string | null = null): Gap {
  return { source: "holders", facet: facetOf(kind), scope, region, reason };
}

/** Why a client's call failed. Anything that is no failure of a call (an abort, a mistake of ours) goes on upwards. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof ProviderError || thrown instanceof GoogleError) return thrown.reason;
  throw thrown;
}

/** All items up to the first failure, and that failure; null when there was none. */
export async function collect<T>(
  items: AsyncIterable<T>,
): Promise<{ items: T[]; error: ProviderError | GoogleError | null }> {
  const found: T[] = [];
  try {
    for await (const item of items) found.push(item);
  } catch (thrown) {
    if (thrown instanceof ProviderError || thrown instanceof GoogleError) return { items: found, error: thrown };
    throw thrown;
  }
  return { items: found, error: null };
}

/** Text of a provider as one short line for people; null when nothing is left. */
export function labelOf(text: unknown): string | null {
  if (typeof text !== "string") return null;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out, so that no name can drive a terminal
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, " ").trim();
  return line === "" ? null : line.slice(0, 100);
}
