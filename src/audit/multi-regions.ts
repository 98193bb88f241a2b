/** Storage dual-regions that Google defines; others are made by users and named like a multi-region. */
const dualRegions: ReadonlyMap<string, readonly string[]> = new Map([
  ["asia1", ["asia-northeast1", "asia-northeast2"]],
  ["eur4", ["europe-north1", "europe-west4"]],
  ["eur5", ["europe-west1", "europe-west2"]],
  ["eur7", ["europe-west2", "europe-west3"]],
  ["eur8", ["europe-west3", "europe-west6"]],
  ["nam4", ["us-central1", "us-east1"]],
]);

/** London and Zurich: the multi-region takes in member states of the European Union alone. */
const outsideTheUnion: ReadonlySet<string> = new Set(["europe-west2", "europe-west6"]);

/** Whether a region lies in a bucket's location (lower case); null when the location is not known. */
export function isInside(region: string, location: string): boolean | null {
  if (region === location) return true;
  const pair = dualRegions.get(location);
  if (pair !== undefined) return pair.includes(region);
  if (location === "us") return region.startsWith("us-");
  if (location === "eu") return region.startsWith("europe-") && !outsideTheUnion.has(region);
  if (location === "asia") return region.startsWith("asia-");
  return location.includes("-") ? false : null;
}
