import type { Google, JsonObject } from "../../clients/google.ts";
import { GoogleError } from "../../clients/google-error.ts";
import type { Gap } from "../../model/gap.ts";
import type { HolderKind } from "../../model/holders.ts";
import { collect, holderGap } from "./holder-read.ts";
import { isSwitchedOffHere } from "./known-deployed.ts";

export interface Collection {
  readonly kind: HolderKind;
  /** Host and version: "cloudscheduler.googleapis.com/v1". */
  readonly api: string;
  /** Last part of the URL, and the field of the answer that holds the records. */
  readonly key: string;
  readonly query: Readonly<Record<string, string>>;
}

export interface Records {
  readonly records: readonly JsonObject[];
  readonly gaps: readonly Gap[];
  readonly read: boolean;
}

/**
 * Lists a collection in every location that its API names. Where the API does not name them, in `regions`, with a gap
 * for the others. What is known to be unreachable is a gap.
 */
export async function listPerLocation(
  google: Google,
  project: string,
  regions: readonly string[],
  collection: Collection,
): Promise<Records> {
  const { kind, api } = collection;
  const at = `https://${api}/projects/${project}/locations`;
  const named = await collect(recordsOf(google, at, "locations", { pageSize: "200" }));
  if (named.error !== null && isSwitchedOffHere(named.error, project, null))
    return { records: [], gaps: [], read: true };
  if (named.error?.kind === "disabled") return failed(kind, named.error);
  const ids = named.items.map((location) => location.locationId).filter((id) => typeof id === "string");
  const locations = [...new Set(named.error === null ? ids : [...ids, ...regions])];
  const gaps: Gap[] = [];
  if (named.error !== null) {
    if (locations.length === 0) return failed(kind, named.error);
    gaps.push(holderGap(kind, "*", `only ${locations.length} regions were asked: ${named.error.reason}`));
  }
  const lists = await Promise.all(
    locations.map(async (region) => {
      const url = `${at}/${region}/${collection.key}`;
      return { region, ...(await collect(recordsOf(google, url, collection.key, collection.query))) };
    }),
  );
  const records = lists.flatMap((list) => list.items);
  const failures = lists.flatMap(({ region, error }) => (error === null ? [] : [{ region, error }]));
  const [first] = failures;
  if (
    first !== undefined &&
    failures.length === lists.length &&
    failures.every(({ error }) => error.kind === first.error.kind)
  ) {
    if (records.length === 0) return failed(kind, first.error);
  }
  gaps.push(...failures.map(({ region, error }) => holderGap(kind, region, error.reason, region)));
  return { records, gaps, read: lists.length === 0 || failures.length < lists.length || records.length > 0 };
}

/** The records of all pages. Google leaves an empty list out; an answer with other content is no listing. */
export async function* recordsOf(
  google: Google,
  url: string,
  key: string,
  query: Readonly<Record<string, string>>,
): AsyncGenerator<JsonObject, void, void> {
  for await (const page of google.pages(url, query)) {
    const records = page[key] ?? [];
    const others = Object.keys(page).filter((name) => ![key, "nextPageToken", "unreachable"].includes(name));
    if (!Array.isArray(records) || (page[key] === undefined && others.length > 0)) {
      throw new GoogleError({ kind: "malformed", reason: `Google's answer holds no list of ${key}` });
    }
    for (const record of records) {
      if (typeof record !== "object" || record === null) {
        throw new GoogleError({ kind: "malformed", reason: `a record in Google's list of ${key} makes no sense` });
      }
      yield record as JsonObject;
    }
    if (Array.isArray(page.unreachable) && page.unreachable.length > 0) {
      throw new GoogleError({ kind: "unavailable", reason: "Google could not reach this region (unreachable)" });
    }
  }
}

function failed(kind: HolderKind, error: { readonly reason: string }): Records {
  return { records: [], gaps: [holderGap(kind, "*", error.reason)], read: false };
}
