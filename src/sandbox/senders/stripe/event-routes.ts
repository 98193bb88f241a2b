import type { Call } from "../../http/call.ts";
import type { Route } from "../../http/service.ts";
import { type JsonObject, textAt } from "../../state/json.ts";
import { formOf, seconds } from "./account.ts";
import { endpoint } from "./endpoint.ts";
import { resendKind, sendingsOf, shownEvent } from "./events.ts";
import { createdParameter, isWithin, listParameters, pageOf, types } from "./lists.ts";
import { boolean, text } from "./parameters.ts";
import { receiver } from "./receivers.ts";
import { invalid, noSuch } from "./refusal.ts";

/** Events are listed for 30 days. */
const listedSeconds = 30 * 86_400;

export const eventRoutes: readonly Route[] = [
  { ...endpoint("GET", "/v1/events", {}, () => ({})), handle: (call) => listEvents(call) },
  endpoint("GET", "/v1/events/{id}", {}, ({ call, path }) => {
    const event = call.world.shelf.get("stripe-events", path("id"));
    if (event === undefined || (event.account ?? null) !== call.account) throw noSuch("event", path("id"), "id");
    return shownEvent(call.world, event);
  }),
  // What the CLI's `stripe events resend` calls.
  endpoint("POST", "/v1/events/{id}/retry", { webhook_endpoint: text, account: text }, (request) => {
    const { call, parameters, path } = request;
    const event = call.world.shelf.get("stripe-events", path("id"));
    if (event === undefined) throw noSuch("event", path("id"), "id");
    const to = textAt(parameters, "webhook_endpoint");
    if (to === null)
      throw invalid("Missing required param: webhook_endpoint.", "parameter_missing", "webhook_endpoint");
    if (receiver(call.world, to) === null) throw noSuch("webhook endpoint", to, "webhook_endpoint", 400);
    const id = `stripe-resend:${call.world.shelf.nextNumber()}`;
    call.world.agenda.put(id, call.world.now().getTime(), resendKind, { event: path("id"), receiver: to });
    return shownEvent(call.world, event);
  }),
];

function listEvents(call: Call) {
  // `created` may be a time or a range, which only its form tells.
  const fields = listParameters({
    created: createdParameter(formOf(call).created),
    type: text,
    types,
    delivery_success: boolean,
  });
  return endpoint("GET", "/v1/events", fields, ({ call: { world, account }, parameters, http }) => {
    const { type, types: several, created, delivery_success: success } = parameters;
    if (type !== undefined && several !== undefined) {
      throw invalid("You may pass either `type` or `types`, but not both.", null, "types");
    }
    const wanted = Array.isArray(several) ? several.map(String) : type === undefined ? null : [String(type)];
    if (wanted !== null && wanted.length > 20) throw invalid("You may pass up to 20 types.", null, "types");
    const oldest = seconds(world) - listedSeconds;
    const all = [...world.shelf.all("stripe-events").values()]
      .reverse()
      .filter(
        (event) =>
          (event.account ?? null) === account &&
          Number(event.created) >= oldest &&
          isWithin(event.created, created) &&
          (wanted === null || wanted.some((name) => fitsType(name, String(event.type)))) &&
          (success === undefined || success === isDelivered(world, event)),
      );
    const page = pageOf(http, all, parameters, "/v1/events");
    return { ...page, data: (page.data as JsonObject[]).map((event) => shownEvent(world, event)) };
  }).handle(call);
}

/** "payment_intent.*" stands for all of an object. */
function fitsType(asked: string, type: string): boolean {
  return asked.endsWith("*") ? type.startsWith(asked.slice(0, -1)) : asked === type;
}

/** Every endpoint that was to have the event has taken it. */
function isDelivered(world: Parameters<typeof sendingsOf>[0], event: JsonObject): boolean {
  return sendingsOf(world, String(event.id)).every(({ state }) => state === "succeeded");
}
