import type { World } from "../../http/call.ts";
import { type JsonObject, objectAt, textAt } from "../../state/json.ts";
import { scramble } from "../../state/names.ts";

/** An endpoint of the first API, or a destination of the second with whole events. */
export interface Receiver {
  /** "we_…" or "ed_…". */
  readonly id: string;
  readonly url: string;
  readonly enabled: boolean;
  /** ["*"] = all. */
  readonly types: readonly string[];
  /** Gets the events of connected accounts, and not our own. */
  readonly connect: boolean;
}

export function receiversOf(world: World): Receiver[] {
  const { endpoints, destinations } = world.state.stripe;
  return [
    ...Object.values(endpoints).map((row) => endpoint(world, row)),
    ...Object.values(destinations).map(destination),
  ];
}

export function receiver(world: World, id: string): Receiver | null {
  const { endpoints, destinations } = world.state.stripe;
  const row = endpoints[id];
  if (row !== undefined) return endpoint(world, row);
  return destinations[id] === undefined ? null : destination(destinations[id]);
}

/** What signs the events of a receiver. Made from its id, so that it stays while the receiver lives. */
export function signingSecret(world: World, id: string): string {
  return `whsec_${scramble(`${world.state.urlHash}:signing:${id}`, 32)}`;
}

/** Marks an endpoint as one of connected accounts, which no answer shows. */
export function setConnect(world: World, id: string): void {
  world.shelf.put("stripe-connect", id, { connect: true });
}

function endpoint(world: World, row: JsonObject): Receiver {
  const id = String(row.id);
  return {
    id,
    url: textAt(row, "url") ?? "",
    enabled: row.status === "enabled",
    types: Array.isArray(row.enabled_events) ? row.enabled_events.map(String) : [],
    connect: world.shelf.get("stripe-connect", id) !== undefined,
  };
}

function destination(row: JsonObject): Receiver {
  return {
    id: String(row.id),
    url: textAt(objectAt(row, "webhook_endpoint"), "url") ?? "",
    enabled: row.status === "enabled",
    types: Array.isArray(row.enabled_events) ? row.enabled_events.map(String) : [],
    connect: Array.isArray(row.events_from) && row.events_from.includes("other_accounts"),
  };
}
