import { regions } from "../model/regions.ts";

const shape = /^([a-z]+)-([a-z]+)\d+$/;
const areas = new Set<string>();
const directions = new Set([
  "north",
  "south",
  "east",
  "west",
  "central",
  "northeast",
  "northwest",
  "southeast",
  "southwest",
]);
for (const region of regions.keys()) {
  const area = shape.exec(region)?.[1];
  if (area !== undefined) areas.add(area);
}

/**
 * True for every region in the table and for one that Google may have opened since: a known area, a direction, a
 * number. So "europe-wst3" is caught as a slip, and "europe-west13" is left to what Google answers.
 */
export function isKnownKindOfRegion(name: string): boolean {
  const match = shape.exec(name);
  return match !== null && areas.has(match[1] ?? "") && directions.has(match[2] ?? "");
}
