import { canonicalUrl } from "../../model/function-url.ts";
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

const region = "[a-z]+-[a-z]+\\d+";
const local = new RegExp(`^/([^/]+)/(${region})/([^/]+)(/.*)?$`);

/**
 * Reads whom a request means, by a host (its port does not count) and what stands behind it, as it was sent: a path on
 * one of the project's hosts at Google, or `/PROJECT/REGION/ID[/path]` where `isOwn` says that the host is the sandbox
 * itself. Null for every other request.
 */
export function addressedCopy(state: State, host: string, target: string, isOwn: boolean): Addressed | null {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  const mark = target.indexOf("?");
  const [path, query] = mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark)];
  const functionsHost = `-${state.project}.cloudfunctions.net`;
  if (name.endsWith(".cloudfunctions.net")) {
    const place = name.slice(0, -functionsHost.length);
    if (!name.endsWith(functionsHost) || !new RegExp(`^${region}$`).test(place)) return null;
    const [, id = "", rest = "/"] = /^\/([^/]*)(\/.*)?$/.exec(path) ?? [];
    return { copy: { region: place, id: decoded(id) }, host: name, path: `${rest}${query}` };
  }
  if (name.endsWith(".run.app")) {
    for (const key of Object.keys(state.functions)) {
      const { region: place, id } = partsOf(key);
      if (!functionUrls(state, place, id).includes(`https://${name}`)) continue;
      return { copy: { region: place, id }, host: name, path: target };
    }
    return null;
  }
  const [, project, place = "", id = "", rest = "/"] = (isOwn ? local.exec(path) : null) ?? [];
  if (project !== state.project) return null;
  const copy = { region: place, id: decoded(id) };
  return { copy, host: hostOf(state, copy), path: `${rest}${query}` };
}

/** The copy's host on cloudfunctions.net. */
export function hostOf(state: State, copy: CopyAddress): string {
  return new URL(canonicalUrl(state.project, copy.region, copy.id)).host;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
