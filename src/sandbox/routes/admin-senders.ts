import { jsonBody } from "../http/body.ts";
import { type Call, param, reply } from "../http/call.ts";
import { type Route, reads, shelves } from "../http/service.ts";
import { type Disturbance, disturbanceProblem } from "../senders/disturbances.ts";
import { deliveriesOf } from "../senders/record.ts";
import { changeSettings, settingsOf } from "../senders/settings.ts";
import { clockKey, failuresOf } from "../senders/start.ts";
import type { JsonObject } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";

/** Longest step of the clock: longer than any promise that a sender keeps. */
const longestStepMs = 400 * 86_400_000;

/** The admin routes of the senders: the clock, the record of deliveries, what goes wrong on the way, settings. */
export const senderRoutes: readonly Route[] = [
  reads("GET", "/_sandbox/clock", clockOf),
  // `advanceMs` or `to`, then `stop` or `run`: answers when all that came due meanwhile has been done.
  shelves("POST", "/_sandbox/clock", async (call) => {
    const { world } = call;
    const body = jsonBody(call);
    if (body.stop === true) world.clock.stop();
    const target = targetOf(body, world.now().getTime());
    if (target !== null) await world.agenda.advance(target);
    if (body.run === true) world.clock.resume();
    world.shelf.put(...clockKey, world.clock.toJson());
    return clockOf(call);
  }),
  reads("GET", "/_sandbox/deliveries", ({ world, query }) => ({
    deliveries: deliveriesOf(world.shelf, {
      sender: query.get("sender"),
      event: query.get("event"),
      type: query.get("type"),
      copy: query.get("copy"),
      after: Number(query.get("after") ?? 0),
    }) as unknown as JsonObject[],
  })),
  reads("GET", "/_sandbox/disturbances", ({ world }) => ({
    disturbances: world.disturbances.list() as unknown as JsonObject[],
  })),
  shelves("POST", "/_sandbox/disturbances", (call) => {
    const rule = jsonBody(call);
    const problem = disturbanceProblem(rule);
    if (problem !== null) throw new Refusal("INVALID_ARGUMENT", problem);
    return reply(201, { id: call.world.disturbances.add(rule as unknown as Disturbance) });
  }),
  shelves("DELETE", "/_sandbox/disturbances", ({ world }) => {
    world.disturbances.clear();
    return {};
  }),
  shelves("DELETE", "/_sandbox/disturbances/{id}", (call) => {
    if (!call.world.disturbances.remove(param(call, "id"))) {
      throw new Refusal("NOT_FOUND", `There is no disturbance ${param(call, "id")}; it may be used up.`);
    }
    return {};
  }),
  reads("GET", "/_sandbox/settings", ({ world }) => ({ ...settingsOf(world.shelf) })),
  shelves("POST", "/_sandbox/settings", (call) => {
    const problem = changeSettings(call.world.shelf, jsonBody(call));
    if (problem !== null) throw new Refusal("INVALID_ARGUMENT", problem);
    return { ...settingsOf(call.world.shelf) };
  }),
];

function clockOf({ world }: Call): JsonObject {
  return {
    now: world.now().toISOString(),
    stopped: world.clock.stopped,
    due: world.agenda.size,
    failures: failuresOf(world.shelf),
  };
}

function targetOf(body: JsonObject, now: number): number | null {
  const { advanceMs, to } = body;
  if (advanceMs === undefined && to === undefined) return null;
  const target = typeof advanceMs === "number" ? now + advanceMs : typeof to === "string" ? Date.parse(to) : Number.NaN;
  if (!(target >= now && target - now <= longestStepMs)) {
    throw new Refusal(
      "INVALID_ARGUMENT",
      "`advanceMs` must be a number of 0 or more, `to` an RFC 3339 time that is not past; at most 400 days ahead.",
    );
  }
  return target;
}
