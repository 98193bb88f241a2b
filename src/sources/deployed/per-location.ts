import type { Google } from "../../clients/google.ts";
import { gapOf } from "./gaps.ts";
import { type Listing, type ListSpec, listLocations, nothingListed } from "./listing.ts";
import { readLocationIds } from "./locations.ts";

/**
 * Lists a collection whose API knows no "-": in every location the API itself names, since a job or queue may stand
 * where no function does. Where the API does not name them, in the regions of the functions, with a gap for the rest.
 */
export async function listPerLocation<T>(
  google: Google,
  project: string,
  functionRegions: Promise<readonly string[]>,
  spec: Omit<ListSpec<T>, "url"> & { readonly api: string },
): Promise<Listing<T>> {
  const { api, ...rest } = spec;
  const url = (location: string) => `https://${api}/projects/${project}/locations/${location}/${rest.key}`;
  const locations = await readLocationIds(google, api, project);
  if (locations.disabled !== null) return { ...nothingListed<T>(), disabled: locations.disabled };
  const [missing] = locations.gaps;
  if (missing === undefined) return listLocations(google, { ...rest, url }, locations.items);
  const regions = new Set([...locations.items, ...(await functionRegions)]);
  const listing = await listLocations(google, { ...rest, url }, [...regions]);
  const asked = regions.size === 1 ? "1 region was" : `${regions.size} regions were`;
  const reason = `only ${asked} asked: ${missing.reason}`;
  return { ...listing, gaps: [gapOf(spec.facet, null, reason), ...listing.gaps] };
}
