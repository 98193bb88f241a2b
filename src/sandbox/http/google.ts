import { regions } from "../../model/regions.ts";
import type { JsonObject } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";
import { type Call, param, type Reply, reply } from "./call.ts";
import { type PageRules, page } from "./pages.ts";
import type { Route, Service } from "./service.ts";

/** A Google API: any bearer token will do, errors are `{"error":{code,message,status,details}}`. */
export function googleService(host: string, routes: readonly Route[]): Service {
  return {
    host,
    routes,
    authorize: (call) =>
      /^Bearer \S+$/i.test(call.headers.authorization ?? "")
        ? null
        : googleError(
            401,
            "UNAUTHENTICATED",
            "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.",
          ),
    refuse: (refusal: Refusal) =>
      googleError(refusal.httpStatus, refusal.status, refusal.message, {}, violationDetails(refusal)),
  };
}

export function googleError(
  code: number,
  status: string,
  message: string,
  headers: Record<string, string> = {},
  details: JsonObject[] = [],
): Reply {
  return reply(code, { error: { code, message, status, details } }, headers);
}

function violationDetails(refusal: Refusal): JsonObject[] {
  if (refusal.violations.length === 0) return [];
  const fieldViolations = refusal.violations.map(({ field, description }) => ({ field, description }));
  return [{ "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations }];
}

/** Refuses another project than the sandbox's; its number will do as well. */
export function checkProject(call: Call, permission: string): void {
  const { state } = call.world;
  const asked = param(call, "project");
  if (asked !== state.project && asked !== state.projectNumber) {
    throw new Refusal(
      "PERMISSION_DENIED",
      `Permission '${permission}' denied on resource '//${call.host}/projects/${asked}' (or it may not exist).`,
    );
  }
}

/** Refuses a location that no region has ("-" stands for all, where the API knows it). */
export function checkLocation(location: string, further: readonly string[] = []): void {
  if (!regions.has(location) && !further.includes(location)) {
    throw new Refusal("PERMISSION_DENIED", `Permission denied on 'locations/${location}' (or it may not exist).`);
  }
}

/** Refuses a single resource of a region that a fault has made unreachable. */
export function checkReachable(call: Call, location: string): void {
  if (call.world.faults.unreachable(call).has(location)) {
    throw new Refusal("UNAVAILABLE", `The service is currently unavailable in ${location}.`);
  }
}

export interface RegionalList extends PageRules {
  /** "cloudfunctions.functions.list". */
  readonly permission: string;
  /**
   * How locations that could not be reached are named: bare region ids, full location names, or not at all (then a
   * list of such a location is refused).
   */
  readonly unreachable: "bare" | "full" | "refused";
  /** Whether `-` lists every location. */
  readonly wildcard: boolean;
  /** Locations beyond the regions, "global" or "eur3". */
  readonly further?: readonly string[];
}

/** The resources of `projects/P/locations/L`, paged, with the locations that a fault has made unreachable. */
export function listRegional(call: Call, resources: readonly JsonObject[], rules: RegionalList): JsonObject {
  checkProject(call, rules.permission);
  const location = param(call, "location");
  if (location === "-" && !rules.wildcard) {
    throw new Refusal("INVALID_ARGUMENT", "Location '-' is not supported: name one location.");
  }
  if (location !== "-") checkLocation(location, rules.further);
  const unreachable = call.world.faults.unreachable(call);
  const missing = location === "-" ? [...unreachable].sort() : unreachable.has(location) ? [location] : [];
  if (rules.unreachable === "refused" && missing.length > 0) checkReachable(call, location);
  const reached = resources.filter((resource) => {
    const region = String(resource.name).split("/")[3] ?? "";
    return (location === "-" || region === location) && !unreachable.has(region);
  });
  const answer = page(call, reached, rules);
  if (missing.length > 0) {
    answer.unreachable =
      rules.unreachable === "bare"
        ? missing
        : missing.map((region) => `projects/${call.world.state.project}/locations/${region}`);
  }
  return answer;
}
