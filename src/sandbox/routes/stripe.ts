import { formBody, jsonBody, nestedForm } from "../http/body.ts";
import { type Call, param, type Reply, reply } from "../http/call.ts";
import { reads, type Service, writes } from "../http/service.ts";
import { isObject, type JsonObject, objectAt } from "../state/json.ts";
import { nextId } from "../state/names.ts";
import { Refusal } from "../state/refusal.ts";

const maxPage = 100;

/** Stripe: webhook endpoints (v1) and event destinations (v2). Events are not made; the list of them is empty. */
export const stripe: Service = {
  host: "api.stripe.com",
  routes: [
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
      // The signing secret is shown once, and kept nowhere.
      return { ...endpoint, secret: `whsec_${nextId(state, 32)}` };
    }),
    writes("POST", "/v1/webhook_endpoints/{id}", (call) => {
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
    }),
    writes("DELETE", "/v1/webhook_endpoints/{id}", (call) => {
      const { id } = found(call);
      delete call.world.state.stripe.endpoints[String(id)];
      return { id: String(id), object: "webhook_endpoint", deleted: true };
    }),
    reads("GET", "/v1/events", (call) => listV1(call, [], "/v1/events")),
    reads("GET", "/v2/core/event_destinations", (call) => {
      const all = Object.values(call.world.state.stripe.destinations);
      const from = Number(Buffer.from(call.query.get("page") ?? "", "base64url").toString() || "0");
      const limit = pageLimit(call, 20);
      const query = new URLSearchParams(call.query);
      query.set("page", Buffer.from(String(from + limit)).toString("base64url"));
      return {
        data: all.slice(from, from + limit).map((destination) => shown(call, destination)),
        next_page_url: from + limit < all.length ? `/v2/core/event_destinations?${query}` : null,
        previous_page_url: null,
      };
    }),
    reads("GET", "/v2/core/event_destinations/{id}", (call) => shown(call, foundDestination(call))),
    writes("POST", "/v2/core/event_destinations/{id}", (call) => {
      const destination = foundDestination(call);
      const body = jsonBody(call);
      const url = objectAt(body, "webhook_endpoint").url;
      for (const field of ["description", "enabled_events", "metadata", "name"]) {
        const value = body[field];
        if (value !== undefined) destination[field] = value;
      }
      if (typeof url === "string") objectAt(destination, "webhook_endpoint").url = checkedUrl(url);
      destination.updated = call.world.now().toISOString();
      return shown(call, destination);
    }),
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
  refuse: (refusal) => stripeError(refusal.httpStatus, refusal.message),
};

function stripeError(status: number, message: string): Reply {
  const error: JsonObject = { message, type: status >= 500 ? "api_error" : "invalid_request_error" };
  if (status === 404) error.code = "resource_missing";
  if (status === 429) error.code = "rate_limit";
  return reply(status, { error });
}

/** Cursor pages: `starting_after` and `ending_before` name an object of the list. */
function listV1(call: Call, items: readonly JsonObject[], url: string): JsonObject {
  const limit = pageLimit(call, 10);
  const after = call.query.get("starting_after");
  const before = call.query.get("ending_before");
  const start = after === null ? 0 : cursor(items, after) + 1;
  const end = before === null ? items.length : cursor(items, before);
  const data = before === null ? items.slice(start, start + limit) : items.slice(Math.max(0, end - limit), end);
  const more = before === null ? start + limit < items.length : end - limit > 0;
  return { object: "list", data, has_more: more, url };
}

function cursor(items: readonly JsonObject[], id: string): number {
  const index = items.findIndex((item) => item.id === id);
  if (index < 0) throw new Refusal("NOT_FOUND", `No such webhook endpoint: '${id}'`);
  return index;
}

function pageLimit(call: Call, usual: number): number {
  const limit = Number(call.query.get("limit") ?? usual);
  if (!Number.isInteger(limit) || limit < 1 || limit > maxPage) {
    throw new Refusal("INVALID_ARGUMENT", "This value must be between 1 and 100 (inclusive).");
  }
  return Math.min(limit, call.world.faults.pageSize(call) ?? limit);
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

/** The URL of a destination is left out unless `include` names it. */
function shown(call: Call, destination: JsonObject): JsonObject {
  const asked = [...call.query].some(([name, value]) => /^include/.test(name) && value === "webhook_endpoint.url");
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
