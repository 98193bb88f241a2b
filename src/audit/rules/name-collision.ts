import { serviceNameOf } from "../../model/function-url.ts";
import type { Place } from "../../model/place.ts";
import { addTo } from "../multimap.ts";
import { defineRule } from "../rule.ts";
import { listed } from "../wording.ts";

/** Two functions whose names Cloud Run cannot tell apart, in one region: the second deploy overwrites or fails. */
export const nameCollision = defineRule({
  id: "name-collision",
  area: "fleet",
  severity: "error",
  title: "two functions of a region share one Cloud Run service name",
  needs: [
    { source: "deployed", facets: ["functions"], optional: true },
    { source: "declared", facets: ["files"], optional: true },
  ],
  needsManifest: false,
  check(view, out) {
    const byService = new Map<string, string[]>();
    for (const name of view.manifest?.functions.keys() ?? []) addTo(byService, serviceNameOf(name), name);
    for (const name of view.exports.keys()) addUnlessThere(serviceNameOf(name), name);
    for (const name of view.fleet.copies.keys()) addUnlessThere(serviceNameOf(name), name);
    for (const [service, names] of byService) {
      const together = names.length < 2 ? [] : regionsShared(names);
      if (together.length === 0) {
        out.pass(names.length);
        continue;
      }
      const involved = names.filter((name) => regionsOf(name).some((region) => together.includes(region))).sort();
      const [first = service, ...others] = involved;
      const places = others.map((name) => placeOf(name)).filter((place) => place !== null);
      out.fail({
        message: `${listed(involved)} are one Cloud Run service, ${service}, in ${listed(together)}: deploying one replaces or blocks the other.`,
        mend: `Rename one of them: names must differ by more than case, "_" and "-".`,
        function: first,
        place: placeOf(first),
        impact: "next",
        region: together[0] ?? null,
        expected: [],
        actual: service,
        related: places.map((place) => ({ place, message: "the other name" })),
      });
    }

    function addUnlessThere(service: string, name: string): void {
      if (!byService.get(service)?.includes(name)) addTo(byService, service, name);
    }

    function regionsShared(names: readonly string[]): string[] {
      const seen = new Set<string>();
      const shared = new Set<string>();
      for (const name of names) {
        for (const region of regionsOf(name)) {
          if (seen.has(region)) shared.add(region);
          seen.add(region);
        }
      }
      return [...shared].sort();
    }

    /** Generation 1 has no service: a function that is known to be of it takes no part. */
    function regionsOf(name: string): string[] {
      const copies = view.fleet.copiesOf(name);
      const live = copies.filter((copy) => copy.generation !== 1);
      if (copies.length > 0 && live.length === 0) return [];
      return [...new Set([...view.placementOf(name).wanted, ...live.map((copy) => copy.region)])];
    }

    function placeOf(name: string): Place | null {
      const exported = view.exportsOf(name)[0];
      const entry = view.manifest?.functions.get(name);
      return entry?.place ?? (exported === undefined ? null : { file: exported.file, line: exported.line });
    }
  },
});
