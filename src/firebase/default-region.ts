import { defaultRegion } from "../model/regions.ts";

/**
 * Where the CLI puts a function whose source names no region: always the same one, where its only copy is (else where
 * its trigger is), or nobody knows because the CLI's version is not known.
 */
export type UsualRegion =
  | { readonly kind: "fixed"; readonly region: string }
  | { readonly kind: "where it is" }
  | { readonly kind: "not known" };

/**
 * @param version Of firebase-tools; null = not known
 * @param told Value of FIREBASE_FUNCTIONS_DEFAULT_REGION, which newer versions go by
 */
export function usualRegion(version: string | null, told: string | null): UsualRegion {
  const number = version === null ? Number.NaN : numberOf(version);
  if (Number.isNaN(number)) return { kind: "not known" };
  // Since 15.17.0 a missing region is worked out when it is deployed.
  if (number < numberOf("15.17.0")) return { kind: "fixed", region: defaultRegion };
  return told === null || told === "" ? { kind: "where it is" } : { kind: "fixed", region: told };
}

/** "15.34.2" as one number that grows with the version; not a number where it is no version. */
function numberOf(version: string): number {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) * 1e8 + Number(minor) * 1e4 + Number(patch);
}
