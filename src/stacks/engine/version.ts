/** A release as numbers: major, minor, patch. What follows a "-" (a build of the vendor's own) is left out. */
export type Release = readonly [number, number, number];

/** Reads "v3.276.0", "3.276.0" or "v3.277.0-dev.0"; null where `text` is none of these. */
export function releaseOf(text: string): Release | null {
  const parts = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+][0-9A-Za-z.+-]+)?$/.exec(text.trim());
  return parts === null ? null : [Number(parts[1]), Number(parts[2]), Number(parts[3])];
}

/** Negative where `a` is older than `b`, 0 where they are the same release, positive where it is newer. */
export function compareReleases(a: Release, b: Release): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
