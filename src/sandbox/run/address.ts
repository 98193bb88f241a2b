import { canonicalUrl } from "../../model/function-url.ts";
import { regions } from "../../model/regions.ts";
import { functionUrls, partsOf } from "../state/names.ts";
import type { State } from "../state/state.ts";
import type { CopyAddress } from "./delivery.ts";

/** A request that is meant for a copy, whether or not there is one. */
export interface Addressed {
  readonly copy: CopyAddress;
  /** Host that the code is to see: the one that was called, else the copy's own on cloudfunctions.net. */
  readonly host: string;
  /** Path and query after the copy's own address. */
  readonly path: string;
}

/**
 * Reads whom a request means: `/PROJECT/REGION/ID[/path]` on the sandbox itself, or a path on one of Google's hosts as
 * the Host header names it. Null for every other request.
 */
export function addressedCopy(state: State, url: string, hostHeader: string | undefined): Addressed | null {
  const [path = "/", query] = split(url, "?");
  const tail = query === undefined ? "" : `?${query}`;
  const host = (hostHeader ?? "").replace(/:\d+$/, "").toLowerCase();
  const local = /^\/([^/]+)\/([a-z]+-[a-z]+\d+)\/([^/]+)(\/.*)?$/.exec(path);
  if (local !== null && local[1] === state.project && regions.has(local[2] ?? "")) {
    const copy = { region: local[2] ?? "", id: local[3] ?? "" };
    return { copy, host: hostOf(state, copy), path: `${local[4] ?? "/"}${tail}` };
  }
  if (host.endsWith(".cloudfunctions.net")) {
    const region = host.slice(0, -`-${state.project}.cloudfunctions.net`.length);
    if (!host.endsWith(`-${state.project}.cloudfunctions.net`) || !regions.has(region)) return null;
    const [, id = "", rest = ""] = /^\/([^/]*)(\/.*)?$/.exec(path) ?? [];
    return { copy: { region, id }, host, path: `${rest === "" ? "/" : rest}${tail}` };
  }
  if (host.endsWith(".run.app")) {
    for (const name of Object.keys(state.functions)) {
      const { region, id } = partsOf(name);
      if (functionUrls(state, region, id).includes(`https://${host}`)) return { copy: { region, id }, host, path: url };
    }
  }
  return null;
}

/** The copy's host on cloudfunctions.net. */
export function hostOf(state: State, { region, id }: CopyAddress): string {
  return new URL(canonicalUrl(state.project, region, id)).host;
}

function split(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
