import { regionOfCode, regions } from "./regions.ts";

/** What the text of a URL says it reaches. The text alone: whether such a copy exists is for the audit to say. */
export interface UrlTarget {
  readonly form: "cloudfunctions" | "run-hash" | "run-number" | "emulator";
  /** Function ID as written, or the Run service's name for the run.app forms. */
  readonly name: string;
  /** The run.app forms name the service (lower case, "_" as "-", long names cut), not the function. */
  readonly nameIs: "function" | "service";
  /** Null for a run.app code that is not in the table: an unknown region, never a guess. */
  readonly region: string | null;
  /** Project id; null for the run.app forms, which carry none. */
  readonly project: string | null;
}

const cloudFunctionsHost = /^([a-z0-9-]+)\.cloudfunctions\.net$/;
const runNumberHost = /^(?:[a-z0-9-]+---)?([a-z][a-z0-9-]*)-(\d{6,})\.([a-z]+-[a-z]+\d+)\.run\.app$/;
const runHashHost = /^(?:[a-z0-9-]+---)?([a-z][a-z0-9-]*)-([a-z0-9]{10})-([a-z]{2})\.a\.run\.app$/;

/** Region ids sorted so that the longest fits first ("europe-west12-x" is not "europe-west1" + "2-x"). */
const regionsLongestFirst = [...regions.keys()].sort((a, b) => b.length - a.length);

/**
 * Reads the forms of reference "URLs that reach a function": cloudfunctions.net, both run.app forms, the emulator.
 * Returns null for every other URL and for text that is no URL.
 */
export function parseFunctionUrl(text: string): UrlTarget | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  const host = url.hostname.toLowerCase().replace(/\.$/, "");
  const segments = url.pathname.split("/").filter((part) => part !== "");

  const functionsHost = cloudFunctionsHost.exec(host);
  if (functionsHost?.[1] !== undefined) {
    const split = splitRegionAndProject(functionsHost[1]);
    const name = decodeSegment(segments[0]);
    if (split === null || name === null) return null;
    return { form: "cloudfunctions", name, nameIs: "function", ...split };
  }
  const byNumber = runNumberHost.exec(host);
  if (byNumber?.[1] !== undefined && byNumber[3] !== undefined) {
    return { form: "run-number", name: byNumber[1], nameIs: "service", region: byNumber[3], project: null };
  }
  const byHash = runHashHost.exec(host);
  if (byHash?.[1] !== undefined && byHash[3] !== undefined) {
    return { form: "run-hash", name: byHash[1], nameIs: "service", region: regionOfCode(byHash[3]), project: null };
  }
  const local = host === "localhost" || host === "127.0.0.1" || host === "[::1]";
  const [project, region, id] = segments;
  if (local && project !== undefined && region !== undefined && regions.has(region)) {
    const name = decodeSegment(id);
    if (name !== null) return { form: "emulator", name, nameIs: "function", region, project };
  }
  return null;
}

/**
 * "europe-west1-acme-prod" → europe-west1 and acme-prod; null when no region leads, or no project follows. A region that
 * is newer than the table is known by its shape.
 */
export function splitRegionAndProject(label: string): { region: string; project: string } | null {
  for (const region of regionsLongestFirst) {
    if (label.startsWith(`${region}-`) && label.length > region.length + 1) {
      return { region, project: label.slice(region.length + 1) };
    }
  }
  const [, region, project] = /^([a-z]+-[a-z]+\d+)-([a-z0-9-]+)$/.exec(label) ?? [];
  return region === undefined || project === undefined ? null : { region, project };
}

/** Service name that Cloud Run gives a function: lower case, "_" as "-". Two functions may fold to one. */
export function serviceNameOf(functionName: string): string {
  return functionName.toLowerCase().replaceAll("_", "-");
}

/** The form that Google lists first for every generation. */
export function canonicalUrl(project: string, region: string, functionName: string): string {
  return `https://${region}-${project}.cloudfunctions.net/${functionName}`;
}

function decodeSegment(segment: string | undefined): string | null {
  if (segment === undefined || segment === "") return null;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
