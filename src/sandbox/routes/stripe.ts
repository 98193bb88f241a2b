import { formBody, jsonBody, nestedForm } from "../http/body.ts";
import { type Call, param, type Reply, reply } from "../http/call.ts";
import { reads, type Service, writes } from "../http/service.ts";
import { chargeRoutes } from "../senders/stripe/charges.ts";
import { checkoutRoutes } from "../senders/stripe/checkout.ts";
import { connectRoutes } from "../senders/stripe/connect.ts";
import { customerRoutes } from "../senders/stripe/customers.ts";
import { errorReply } from "../senders/stripe/endpoint.ts";
import { eventRoutes } from "../senders/stripe/event-routes.ts";
import { once } from "../senders/stripe/idempotency.ts";
import { invoiceRoutes } from "../senders/stripe/invoices.ts";
import { pageLimit, pageOf } from "../senders/stripe/lists.ts";
import { paymentIntentRoutes } from "../senders/stripe/payment-intents.ts";
import { priceRoutes } from "../senders/stripe/prices.ts";
import { setConnect, signingSecret } from "../senders/stripe/receivers.ts";
import { subscriptionRoutes } from "../senders/stripe/subscriptions.ts";
import { isObject, type JsonObject, objectAt } from "../state/json.ts";
import { nextId } from "../state/names.ts";
import { Refusal } from "../state/refusal.ts";

/** Stripe: webhook endpoints (v1), event destinations (v2), and the objects whose changes make events. */
export const stripe: Service = {
  host: "api.stripe.com",
  routes: [
    ...paymentIntentRoutes,
    ...chargeRoutes,
    ...customerRoutes,
    ...priceRoutes,
    ...checkoutRoutes,
    ...subscriptionRoutes,
    ...invoiceRoutes,
    ...connectRoutes,
    ...eventRoutes,
    reads("GET", "/v1/webhook_endpoints", (call) =>
      listV1(call, Object.values(call.world.state.stripe.endpoints), "/v1/webhook_endpoints"),
    ),
    reads("GET", "/v1/webhook_endpoints/{id}", found),
    writes("POST", "/v1/webhook_endpoints", (call) => {
      const { state, now } = call.world;
      const form = nestedForm(formBody(call));
      if (typeof form.url !== "string") throw missing("url");
      if (!Array.isArray(form.enabled_events)) throw missing("enabled_events");
      const id = `we_${nextId(state, 24)}`;
      const endpoint: JsonObject = {
        id,
        object: "webhook_endpoint",
        api_version: form.api_version ?? null,
        application: null,
        created: Math.floor(now().getTime() / 1000),
        description: form.description ?? null,
        enabled_events: form.enabled_events,
        livemode: false,
        metadata: objectAt(form, "metadata"),
        status: "enabled",
        url: checkedUrl(form.url),
      };
      state.stripe.endpoints[id] = endpoint;
      // Whether it gets the events of connected accounts is never shown, its signing secret only now.
      if (form.connect === "true") setConnect(call.world, id);
      return { ...endpoint, secret: signingSecret(call.world, id) };
    }),
    writes("POST", "/v1/webhook_endpoints/{id}", (call) => once(call, null, () => reply(200, changeEndpoint(call)))),
    writes("DELETE", "/v1/webhook_endpoints/{id}", (call) => {
      const { id } = found(call);
      delete call.world.state.stripe.endpoints[String(id)];
      return { id: String(id), object: "webhook_endpoint", deleted: true };
    }),
    reads("GET", "/v2/core/event_destinations", (call) => {
      const all = Object.values(call.world.state.stripe.destinations);
      const from = Number(Buffer.from(call.query.get("page") ?? "", "base64url").toString() || "0");
      const limit = pageLimit(call, numberIn(call, "limit"), 20);
      const query = new URLSearchParams(call.query);
      query.set("page", Buffer.from(String(from + limit)).toString("base64url"));
      return {
        data: all.slice(from, from + limit).map((destination) => shown(call, destination)),
        next_page_url: from + limit < all.length ? `/v2/core/event_destinations?${query}` : null,
        previous_page_url: null,
      };
    }),
    reads("GET", "/v2/core/event_destinations/{id}", (call) => shown(call, foundDestination(call))),
    writes("POST", "/v2/core/event_destinations/{id}", (call) =>
      once(call, null, () => reply(200, changeDestination(call))),
    ),
  ],
  authorize: (call) => {
    const header = call.headers.authorization ?? "";
    // A key may come as a bearer token, or as the user of basic authentication.
    if (/^Bearer \S+$/.test(header) || /^Basic [\w+/=-]{4,}$/.test(header)) return null;
    return stripeError(
      401,
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  },
  refuse: errorReply,
};

function stripeError(status: number, message: string): Reply {
  return reply(status, { error: { message, type: "invalid_request_error" } });
}

function listV1(call: Call, items: readonly JsonObject[], url: string): JsonObject {
  const { starting_after, ending_before } = Object.fromEntries(call.query);
  const limit = numberIn(call, "limit");
  const parameters: JsonObject = {
    ...(limit === null ? {} : { limit }),
    ...(starting_after === undefined ? {} : { starting_after }),
    ...(ending_before === undefined ? {} : { ending_before }),
  };
  return pageOf(call, items, parameters, url);
}

function numberIn(call: Call, name: string): number | null {
  const text = call.query.get(name);
  return text === null ? null : Number(text);
}

function found(call: Call): JsonObject {
  const id = param(call, "id");
  const endpoint = call.world.state.stripe.endpoints[id];
  if (endpoint === undefined) throw new Refusal("NOT_FOUND", `No such webhook endpoint: '${id}'`);
  return endpoint;
}

function foundDestination(call: Call): JsonObject {
  const id = param(call, "id");
  const destination = call.world.state.stripe.destinations[id];
  if (destination === undefined) throw new Refusal("NOT_FOUND", `No such event destination: '${id}'`);
  return destination;
}

function changeEndpoint(call: Call): JsonObject {
  const endpoint = found(call);
  const form = nestedForm(formBody(call));
  for (const [field, value] of Object.entries(form)) {
    if (field === "disabled") endpoint.status = value === "true" ? "disabled" : "enabled";
    else if (field === "url" && typeof value === "string") endpoint.url = checkedUrl(value);
    else if (field === "metadata" && isObject(value)) endpoint[field] = { ...objectAt(endpoint, field), ...value };
    else if (field === "enabled_events" || field === "description") endpoint[field] = value;
    else throw new Refusal("INVALID_ARGUMENT", `Received unknown parameter: ${field}`);
  }
  return endpoint;
}

function changeDestination(call: Call): JsonObject {
  const destination = foundDestination(call);
  const body = jsonBody(call);
  const url = objectAt(body, "webhook_endpoint").url;
  for (const field of ["description", "enabled_events", "metadata", "name"]) {
    const value = body[field];
    if (value !== undefined) destination[field] = value;
  }
  if (typeof url === "string") objectAt(destination, "webhook_endpoint").url = checkedUrl(url);
  destination.updated = call.world.now().toISOString();
  return shown(call, destination, Array.isArray(body.include) ? body.include.map(String) : []);
}

/** The URL of a destination is left out unless `include` names it: in the query of a GET, in the body of a change. */
function shown(call: Call, destination: JsonObject, include: readonly string[] = []): JsonObject {
  const inQuery = [...call.query].some(([name, value]) => /^include/.test(name) && value === "webhook_endpoint.url");
  const asked = inQuery || include.includes("webhook_endpoint.url");
  const { url } = objectAt(destination, "webhook_endpoint");
  return { ...destination, webhook_endpoint: { signing_secret: null, url: asked ? (url ?? null) : null } };
}

function checkedUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) {
    throw new Refusal("INVALID_ARGUMENT", "Invalid URL: An explicit scheme (such as https) must be provided.");
  }
  return text;
}

function missing(field: string): Refusal {
  return new Refusal("INVALID_ARGUMENT", `Missing required param: ${field}.`);
}
