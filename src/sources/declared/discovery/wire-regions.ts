import type { RegionSource } from "../../../model/callers.ts";
import type { EnvAnswer } from "../../code/evaluate.ts";
import { paramOf, type WireFunction, type WireManifest } from "./wire.ts";

export interface ResolvedRegions {
  readonly regions: readonly string[];
  readonly certain: boolean;
  /** Set where a parameter gave them. */
  readonly source: RegionSource | null;
  readonly problem: string | null;
}

/** Regions of a function of a manifest, parameters resolved: by the env files, else by their default (not certain). */
export function resolveRegions(
  one: WireFunction,
  wire: WireManifest,
  env: (name: string) => EnvAnswer,
): ResolvedRegions {
  const regions: string[] = [];
  let certain = true;
  let source: RegionSource | null = null;
  const open = (problem: string): ResolvedRegions => ({ regions: [], certain: false, source, problem });
  for (const region of one.regions) {
    if (!region.includes("{{")) {
      regions.push(region);
      continue;
    }
    const param = paramOf(region);
    if (param === null) return open("it is an expression that the Firebase CLI works out when it deploys");
    const answer = env(param);
    if (answer.kind === "committed") {
      source = `env:${param}`;
      regions.push(...answer.value.split(",").map((part) => part.trim()));
      continue;
    }
    const fallback = answer.kind === "given" ? null : (wire.defaults.get(param) ?? null);
    source = fallback === null ? `env:${param}` : `env-fallback:${param}`;
    if (answer.kind === "given") return open(`the parameter ${param} differs from project to project`);
    if (fallback === null) return open(`the parameter ${param} has its value from whoever deploys`);
    certain = false;
    regions.push(...fallback.split(",").map((part) => part.trim()));
  }
  return { regions, certain, source, problem: null };
}
