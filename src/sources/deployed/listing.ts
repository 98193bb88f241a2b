import type { Google, GoogleQuery } from "../../clients/google.ts";
import { GoogleError } from "../../clients/google-error.ts";
import type { Facet, Gap } from "../../model/gap.ts";
import { gapOf, gapsOfFailures } from "./gaps.ts";
import { isObject, type JsonObject, textAt, textsAt } from "./json.ts";

/** A collection of a Google API that is listed under a location. */
export interface ListSpec<T> {
  readonly facet: Facet;
  /** URL of the collection in a location; "-" stands for all of them. */
  readonly url: (location: string) => string;
  /** Field of the answer that holds the records. */
  readonly key: string;
  readonly query: GoogleQuery;
  /** One record as a fact; null when it cannot be understood, which becomes a gap. */
  readonly read: (record: JsonObject) => T | null;
}

export interface Listing<T> {
  readonly items: readonly T[];
  readonly gaps: readonly Gap[];
  /** Set, and not among the gaps, where the API itself is switched off. */
  readonly disabled: GoogleError | null;
}

export function nothingListed<T>(): Listing<T> {
  return { items: [], gaps: [], disabled: null };
}

/** What one chain of pages gave: the records before a failure are kept, as facts beside a gap. */
interface Chain<T> {
  readonly items: T[];
  /** Locations that the answer says are missing from it. */
  readonly unreachable: Set<string>;
  /** Records that could not be understood. */
  misread: number;
  error: GoogleError | null;
}

type Step = Promise<IteratorResult<JsonObject, void>>;

/** Keys that a listing may carry beside its records. */
const usualKeys = new Set(["nextPageToken", "unreachable", "kind", "etag", "unit"]);

/**
 * Lists every location. One question for all of them ("-") where its answer fits a page; else all locations at once, each
 * its own chain of pages, so that the longest chain sets the time. Where the locations are not known, "-" is followed to
 * its end. A location that "-" could not reach is asked directly once.
 * @param locations All locations of the API, asked for only where they are needed; null where they could not be read.
 */
export async function listEverywhere<T>(
  google: Google,
  spec: ListSpec<T>,
  locations: () => Promise<readonly string[] | null>,
): Promise<Listing<T>> {
  const all = startChain<T>();
  const pages = google.pages(spec.url("-"), spec.query);
  const complete = await takePage(pages.next(), spec, all);
  const refused = errorOf(all);
  if (refused !== null) {
    if (refused.kind === "disabled") return { ...nothingListed<T>(), disabled: refused };
    const known = refused.kind === "denied" ? null : await locations();
    if (known !== null && known.length > 0) return listLocations(google, spec, known);
    return { items: [], gaps: [gapOf(spec.facet, null, refused.reason)], disabled: null };
  }
  if (!complete) {
    const known = await locations();
    if (known !== null) {
      const seen = all.items.map(locationOf).filter((location) => location !== null);
      return listLocations(google, spec, [...new Set([...known, ...all.unreachable, ...seen])]);
    }
    await takePages(pages, spec, all);
  }
  const late = errorOf(all);
  const again = await listLocations(google, spec, [...all.unreachable].filter(isLocation));
  const odd = [...all.unreachable].filter((location) => !isLocation(location));
  return {
    items: [...all.items, ...again.items],
    gaps: [
      ...(late === null ? [] : [gapOf(spec.facet, null, late.reason)]),
      ...misreadGaps(spec.facet, null, all.misread),
      ...odd.map((place) => gapOf(spec.facet, null, `Google could not reach ${place}`)),
      ...again.gaps,
    ],
    disabled: null,
  };
}

/** Lists the given locations at once. A location that fails, or says it is not reachable, is a gap. */
export async function listLocations<T>(
  google: Google,
  spec: ListSpec<T>,
  locations: readonly string[],
): Promise<Listing<T>> {
  const chains = await Promise.all(
    locations.map(async (location) => {
      const chain = startChain<T>();
      const pages = google.pages(spec.url(location), spec.query);
      await takePages(pages, spec, chain);
      return { location, chain };
    }),
  );
  const items: T[] = [];
  const gaps: Gap[] = [];
  const failures = new Map<string, GoogleError>();
  for (const { location, chain } of chains) {
    for (const item of chain.items) items.push(item);
    gaps.push(...misreadGaps(spec.facet, location, chain.misread));
    if (chain.error !== null) failures.set(location, chain.error);
    else if (chain.unreachable.size > 0) {
      gaps.push(gapOf(spec.facet, location, "Google could not reach this region (unreachable)"));
    }
  }
  const [first] = failures.values();
  if (first !== undefined && failures.size === locations.length && first.kind === "disabled") {
    return { items, gaps, disabled: first };
  }
  return { items, gaps: [...gaps, ...gapsOfFailures(spec.facet, failures, locations)], disabled: null };
}

/** Lists a collection that is under no location: databases, buckets. */
export function listOnce<T>(google: Google, spec: Omit<ListSpec<T>, "url"> & { readonly url: string }) {
  return listEverywhere(google, { ...spec, url: () => spec.url }, async () => null);
}

function startChain<T>(): Chain<T> {
  return { items: [], unreachable: new Set(), misread: 0, error: null };
}

function errorOf<T>(chain: Chain<T>): GoogleError | null {
  return chain.error;
}

/** Reads all pages that are left; each is asked for before the one before it is worked through. */
async function takePages<T>(
  pages: AsyncGenerator<JsonObject, void, void>,
  spec: ListSpec<T>,
  chain: Chain<T>,
): Promise<void> {
  let step: Step = pages.next();
  let done = false;
  while (!done) {
    let following: Step | null = null;
    done = await takePage(step, spec, chain, () => {
      following = pages.next();
      // Should this page turn out to be no listing, nobody waits for the next.
      following.catch(() => {});
    });
    step = following ?? step;
  }
}

/** Reads one page into the chain; true when there is none after it. */
async function takePage<T>(step: Step, spec: ListSpec<T>, chain: Chain<T>, onArrival?: () => void): Promise<boolean> {
  try {
    const { done, value: page } = await step;
    if (done === true || page === undefined) return true;
    onArrival?.();
    for (const record of recordsOf(page, spec.key)) {
      const item = isObject(record) ? spec.read(record) : null;
      if (item === null) chain.misread += 1;
      else chain.items.push(item);
    }
    for (const place of textsAt(page, "unreachable")) chain.unreachable.add(regionOfPlace(place));
    return textAt(page, "nextPageToken") === null;
  } catch (thrown) {
    if (!(thrown instanceof GoogleError)) throw thrown;
    chain.error = thrown;
    return true;
  }
}

/** Google leaves an empty list out. An object without the list that says something else is no listing. */
function recordsOf(page: JsonObject, key: string): readonly unknown[] {
  const records = page[key];
  if (Array.isArray(records)) return records;
  const other = Object.keys(page).find((name) => name === key || !usualKeys.has(name));
  if (other === undefined) return [];
  throw new GoogleError({ kind: "malformed", reason: `Google's answer holds no list of ${key}` });
}

/** "projects/P/locations/europe-west4" and "europe-west4" are the same place. */
function regionOfPlace(place: string): string {
  return /(?:^|\/)locations\/([^/]+)/.exec(place)?.[1] ?? place;
}

function isLocation(place: string): boolean {
  return /^[a-z0-9-]+$/.test(place) && place !== "-";
}

function locationOf(item: unknown): string | null {
  return isObject(item) ? textAt(item, "region") : null;
}

function misreadGaps(facet: Facet, region: string | null, count: number): readonly Gap[] {
  if (count === 0) return [];
  const what = count === 1 ? "1 record of Google's answer" : `${count} records of Google's answer`;
  return [gapOf(facet, region, `${what} could not be understood`)];
}
