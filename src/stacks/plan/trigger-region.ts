import type { Endpoint } from "../endpoint.ts";
import type { TriggerPlaces } from "./fleet.ts";

export type TriggerRegion =
  /** Null = the function's own region. */
  | { readonly kind: "region"; readonly region: string | null }
  /** Nobody can tell: why, as a sentence that follows the function's name, and what to do. */
  | { readonly kind: "unknown"; readonly why: string; readonly mend: string };

/** Events of these come from one place for the whole project. */
const global =
  /^google\.firebase\.(?:firebasealerts|remoteconfig|testlab|auth)\.|^firebase\.(?:auth|remoteconfig|testlab)\./;

/**
 * Where what starts a function must stand. The Eventarc trigger of generation 2: where its database or bucket lies; Eventarc
 * refuses any other place, and the trigger cannot be moved later. The Scheduler job of generation 1: where App Engine does,
 * as the Firebase CLI puts it; elsewhere there would be a second one beside it.
 */
export function triggerRegionOf({ generation, trigger }: Endpoint, places: TriggerPlaces): TriggerRegion {
  if (generation === 1 && trigger.kind === "scheduled") {
    if (!("unread" in places.appEngine)) return { kind: "region", region: places.appEngine.region };
    const why = `is started by a Scheduler job that stands where the project's App Engine does, and where that is could not be read (${places.appEngine.unread})`;
    return { kind: "unknown", why, mend: "Whoever deploys needs firebase.projects.get; see docs/permissions.md." };
  }
  if (generation === 1 || trigger.kind !== "event") return { kind: "region", region: null };
  if (trigger.region !== null) return { kind: "region", region: trigger.region };
  const { eventType, filters } = trigger;
  if (eventType.startsWith("google.cloud.firestore.")) {
    const database = filters.database ?? "(default)";
    return at(places.databases.get(database), `the Firestore database ${database}`);
  }
  if (eventType.startsWith("google.cloud.storage.")) {
    return at(places.buckets.get(filters.bucket ?? ""), `the bucket ${filters.bucket ?? "without a name"}`);
  }
  return { kind: "region", region: global.test(eventType) ? "global" : null };
}

function at(location: string | undefined, what: string): TriggerRegion {
  if (location !== undefined) return { kind: "region", region: location.toLowerCase() };
  const why = `is started by ${what}, and Google shows none of that name`;
  return { kind: "unknown", why, mend: "Create it first, or mend its name in the code." };
}
