import type { ClassEntry } from "../../manifest/manifest.ts";
import type { RelatedPlace } from "../../model/place.ts";
import type { Placement } from "../placement.ts";
import { defineRule } from "../rule.ts";
import type { View } from "../view.ts";
import { listed } from "../wording.ts";

/**
 * A class that must stand apart shares a region, by the manifest or in fact, or a protected region holds what nobody
 * declared. Copies in regions where the manifest does not want them belong to wrong-region and duplicate-function.
 */
export const brokenIsolation = defineRule({
  id: "broken-isolation",
  area: "isolation",
  severity: "error",
  title: "a function shares a region with a class it must be kept apart from",
  needs: [{ source: "deployed", facets: ["functions"], optional: true }],
  needsManifest: true,
  check(view, out) {
    const residents = residentsOf(view);
    const apart = pairsApart(view);
    const reportedPairs = new Set<string>();
    /** By class and region: many functions share the answer. */
    const blamed = new Map<string, readonly string[]>();
    for (const placement of view.placements()) {
      const { entry, name } = placement;
      const own = entry === null ? undefined : view.manifest?.classes.get(entry.class);
      if (entry === null || own === undefined) continue;
      const clash = clashOf(placement, own);
      if (clash === null) {
        out.pass();
        continue;
      }
      const other = view.manifest?.classes.get(clash.others[0] ?? "");
      if (other !== undefined && own.region === clash.region && other.region === clash.region) {
        reportPair(own, other);
        continue;
      }
      const live = view.fleet.presence(name, clash.region) === "live";
      const related: RelatedPlace[] = clash.others.flatMap((one) => {
        const place = view.manifest?.classes.get(one)?.place;
        return place === undefined ? [] : [{ place, message: `class ${one} is kept apart from ${own.name}` }];
      });
      out.fail({
        message: `A surge in ${name} can starve ${listed(clash.others)}: it ${live ? "is live" : "is meant to run"} in ${clash.region} beside them, and class ${own.name} must be kept apart.`,
        mend: `Give ${name} only regions that no such class uses (its own class is at home in ${own.region})${live ? `, then delete the copy in ${clash.region} once nothing reaches it` : ""}.`,
        function: name,
        place: entry.place,
        impact: "later",
        region: clash.region,
        expected: [own.region],
        actual: clash.region,
        related,
      });
    }
    for (const copy of view.fleet.functions) {
      const region = view.manifest?.regions.get(copy.region);
      if (region?.protected !== true || view.manifest?.functions.has(copy.name)) continue;
      const home = [...(residents.get(copy.region)?.keys() ?? [])].sort();
      out.fail({
        message: `${copy.name} runs in ${copy.region}, which is protected${home.length === 0 ? "" : ` for ${listed(home)}`}, and no class answers for its load.`,
        mend: `Declare it in a class that may be there (\`${view.command("sync")}\`), or move it out.`,
        function: copy.name,
        place: null,
        impact: "later",
        region: copy.region,
        expected: [],
        actual: copy.region,
        related: [{ place: region.place, message: "the region is protected here" }],
      });
    }

    /** The first region of a function that it shares with a class it must be kept apart from, and may be blamed for. */
    function clashOf(placement: Placement, own: ClassEntry): { region: string; others: readonly string[] } | null {
      for (const region of placement.wanted) {
        const key = `${own.name} ${region}`;
        const others = blamed.get(key) ?? othersIn(region, own);
        blamed.set(key, others);
        if (others.length > 0) return { region, others };
      }
      return null;
    }

    /** Who is at home stays; the guest is at fault. Of two guests, the one whose class asks to be apart speaks up. */
    function othersIn(region: string, own: ClassEntry): readonly string[] {
      const there = residents.get(region);
      const others = [...(apart.get(own.name) ?? [])].filter((one) => there?.has(one) === true);
      const guests = own.region !== region;
      return others
        .filter((one) => {
          const atHome = view.manifest?.classes.get(one)?.region === region;
          return atHome || (guests && own.isolatedFrom.includes(one));
        })
        .sort();
    }

    function reportPair(own: ClassEntry, other: ClassEntry): void {
      const key = [own.name, other.name].sort().join(" ");
      if (reportedPairs.has(key)) return;
      reportedPairs.add(key);
      const [speaker, second] = own.isolatedFrom.includes(other.name) ? [own, other] : [other, own];
      out.fail({
        message: `A surge in class ${second.name} can starve ${speaker.name}: both are at home in ${speaker.region}, and must be kept apart.`,
        mend: "Give one of the two classes another region, then move its functions.",
        function: null,
        place: speaker.place,
        impact: "later",
        region: speaker.region,
        expected: [],
        actual: speaker.region,
        symbol: key,
        related: [{ place: second.place, message: `class ${second.name}` }],
      });
    }
  },
});

/** Classes by region, of functions that are wanted there. */
function residentsOf(view: View): Map<string, Set<string>> {
  const residents = new Map<string, Set<string>>();
  for (const { entry, wanted } of view.placements()) {
    if (entry === null) continue;
    for (const region of wanted) {
      const classes = residents.get(region) ?? new Set();
      residents.set(region, classes.add(entry.class));
    }
  }
  return residents;
}

/** `isolatedFrom` read both ways. */
function pairsApart(view: View): Map<string, Set<string>> {
  const apart = new Map<string, Set<string>>();
  const add = (one: string, other: string) => apart.set(one, (apart.get(one) ?? new Set()).add(other));
  for (const { name, isolatedFrom } of view.manifest?.classes.values() ?? []) {
    for (const other of isolatedFrom) {
      add(name, other);
      add(other, name);
    }
  }
  return apart;
}
