import type { ClassEntry } from "../../manifest/manifest.ts";
import type { ClassRow, FunctionRow, RegionRow } from "../../model/document.ts";
import type { View } from "../view.ts";

/** The regions of the manifest in its order, then those where something is live that it does not name. */
export function regionRows(view: View, functions: readonly FunctionRow[]): readonly RegionRow[] {
  const wanted = new Map<string, number>();
  const inPlace = new Map<string, number>();
  const astray = new Map<string, number>();
  const add = (map: Map<string, number>, region: string) => map.set(region, (map.get(region) ?? 0) + 1);
  for (const { wanted: regions, copies, standing } of functions) {
    if (standing === "left out") continue;
    for (const region of regions) add(wanted, region);
    for (const copy of copies) {
      if (regions.includes(copy.region)) add(inPlace, copy.region);
      else if (!copy.accepted) add(astray, copy.region);
    }
  }
  const named = [...(view.manifest?.regions.keys() ?? [])];
  const seen = [...wanted.keys(), ...inPlace.keys(), ...astray.keys()].filter((region) => !named.includes(region));
  const classes = classRows(view);
  return [...named, ...[...new Set(seen)].sort()].map((name) => {
    const entry = view.manifest?.regions.get(name);
    return {
      name,
      role: entry?.role ?? null,
      protected: entry?.protected ?? false,
      declared: entry !== undefined,
      classes: classes.filter(({ region }) => region === name),
      wanted: wanted.get(name) ?? 0,
      inPlace: wasRead(view, name) ? (inPlace.get(name) ?? 0) : null,
      astray: astray.get(name) ?? 0,
    };
  });
}

/** Absence in a region can be believed: it was read, and not by a listing that may merely not have reached it. */
function wasRead(view: View, region: string): boolean {
  const presence = view.fleet.presence("", region);
  return presence !== "unread" && presence !== "doubtful";
}

function classRows(view: View): readonly ClassRow[] {
  const classes: readonly ClassEntry[] = [...(view.manifest?.classes.values() ?? [])];
  const sizes = new Map<string, number>();
  for (const entry of view.manifest?.functions.values() ?? []) {
    sizes.set(entry.class, (sizes.get(entry.class) ?? 0) + 1);
  }
  return classes.map(({ name, region, why, allow, isolatedFrom }) => {
    const others = classes.filter((other) => other.isolatedFrom.includes(name)).map((other) => other.name);
    return {
      name,
      region,
      why,
      allow,
      isolatedFrom: [...new Set([...isolatedFrom, ...others])],
      functions: sizes.get(name) ?? 0,
    };
  });
}
