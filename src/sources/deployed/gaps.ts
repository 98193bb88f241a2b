import type { GoogleError } from "../../clients/google-error.ts";
import type { Facet, Gap } from "../../model/gap.ts";

/** A gap of the deployed source. `region` null: it touches every region. */
export function gapOf(facet: Facet, region: string | null, reason: string): Gap {
  return { source: "deployed", facet, scope: region ?? "*", region, reason };
}

/** One failure per location as gaps. Where every location fails alike, it is one failure of the whole. */
export function gapsOfFailures(
  facet: Facet,
  failures: ReadonlyMap<string, GoogleError>,
  asked: readonly string[],
): readonly Gap[] {
  const errors = [...failures.values()];
  const [first] = errors;
  if (first !== undefined && failures.size === asked.length && asked.length > 1) {
    const alike = errors.every((error) => error.kind === first.kind);
    if (alike) return [gapOf(facet, null, `${first.reason} (the same in all ${asked.length} regions)`)];
  }
  return [...failures].map(([region, error]) => gapOf(facet, region, error.reason));
}
