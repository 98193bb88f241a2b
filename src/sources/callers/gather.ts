import type { Caller } from "../../model/callers.ts";
import type { Evaluator } from "../code/evaluate.ts";
import { placeOf, type Site } from "../code/module.ts";
import type { References } from "../code/references.ts";
import type { Apps } from "./apps.ts";
import { readCall } from "./callable.ts";
import { seenThrough } from "./generated-clients.ts";
import type { AddressUse } from "./http-clients.ts";
import type { Rows } from "./rows.ts";
import { type Traced, trace } from "./trace.ts";
import { readUrls } from "./url.ts";
import type { UrlSites } from "./url-sites.ts";

/** Sites whose region a committed env file gives: they have a second reading, without it. */
export interface BuiltSites {
  readonly calls: Site[];
  readonly urls: AddressUse[];
}

/** Where rows go. */
export type RowSink = Pick<Rows, "add">;

/**
 * Reads calls of an SDK, each from where it stands outwards to where its name is bound. Returns whether an address has
 * been told with the call that it is given to.
 */
export function gatherCalls(
  evaluator: Evaluator,
  references: References,
  apps: Apps,
  sites: Iterable<Site>,
  rows: RowSink,
  built: BuiltSites = { calls: [], urls: [] },
): (address: Site) => boolean {
  const told = new Set<string>();
  const calls: Span[] = [];
  for (const site of sites) {
    let how: Caller["how"] = "callable";
    const traced: Traced[] = [];
    const found = trace(evaluator, references, site, () => {
      const read = readCall(evaluator, apps, site);
      if (read !== null) how = read.how;
      return read?.reading ?? null;
    });
    // One by one, while the tree of the file that a row stands in is at hand.
    for (const one of seenThrough(references, found)) {
      traced.push(one);
      rows.add(how, one);
    }
    if (traced.some(isBuilt)) built.calls.push(site);
    if ((how as Caller["how"]) !== "url") continue;
    calls.push({ file: site.module.file, start: site.node.start, end: site.node.end });
    for (const { regionPlace } of traced.flatMap(({ reaches }) => reaches)) {
      if (regionPlace !== null) told.add(`${regionPlace.file}:${regionPlace.line}:${regionPlace.column}`);
    }
  }
  return toldBy(told, calls);
}

/** A function of its own, so that what it gives holds nothing of the trees that were read. */
function toldBy(told: ReadonlySet<string>, calls: readonly Span[]): (address: Site) => boolean {
  return (address) => {
    const { file, line, column } = placeOf(address);
    const { start, end } = address.node;
    return (
      told.has(`${file}:${line}:${column}`) ||
      calls.some((call) => call.file === file && call.start <= start && call.end >= end)
    );
  };
}

interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** Reads addresses of functions, and what is put together from the head of one. */
export function gatherUrls(
  evaluator: Evaluator,
  references: References,
  urls: UrlSites,
  rows: RowSink,
  built: BuiltSites = { calls: [], urls: [] },
): void {
  const read = (site: AddressUse) => {
    const traced = [
      ...trace(evaluator, references, site, () =>
        readUrls(
          site.values?.(evaluator) ?? evaluator.evaluate(site.node, { module: site.module, frame: null }),
          "any",
        ),
      ),
    ].filter((found) => found.reaches.length + found.failures.length > 0);
    if (traced.some(isBuilt)) built.urls.push(site);
    return traced;
  };
  for (const site of urls.sites) for (const found of read(site)) rows.add("url", found);
  for (const head of urls.heads) {
    const reached = head.uses.flatMap(read);
    for (const found of reached) rows.add("url", found);
    if (reached.length > 0) continue;
    const at = placeOf(head.site);
    rows.add("url", {
      row: head.site,
      reaches: [],
      inwards: [],
      failures: [
        `the address of functions is kept at line ${at.line}, and which of them are called through it cannot be told`,
      ],
    });
  }
}

function isBuilt({ reaches }: Traced): boolean {
  return reaches.some(({ source }) => source.startsWith("env:"));
}
