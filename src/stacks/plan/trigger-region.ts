import type { Endpoint } from "../endpoint.ts";
import type { TriggerPlaces } from "./fleet.ts";

export type TriggerRegion =
  /** Null = the function's own region. */
  { readonly kind: "region"; readonly region: string | null } | { readonly kind: "unknown"; readonly what: string };

/** Events of these come from one place for the whole project. */
const global =
  /^google\.firebase\.(?:firebasealerts|remoteconfig|testlab|auth)\.|^firebase\.(?:auth|remoteconfig|testlab)\./;

/**
 * Where the Eventarc trigger of a function of generation 2 must stand: where its database or bucket lies. Eventarc
 * refuses any other place, and the trigger cannot be moved later.
 */
export function triggerRegionOf({ generation, trigger }: Endpoint, places: TriggerPlaces): TriggerRegion {
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
  return location === undefined ? { kind: "unknown", what } : { kind: "region", region: location.toLowerCase() };
}
