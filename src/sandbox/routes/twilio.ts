import { formBody } from "../http/body.ts";
import { type Call, param, type Reply, reply } from "../http/call.ts";
import { type Route, reads, type Service, writes } from "../http/service.ts";
import { TwilioRefusal } from "../senders/twilio/refusal.ts";
import { activityRoutes } from "../senders/twilio/routes.ts";
import type { JsonObject } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";

const account = "/2010-04-01/Accounts/{account}";

/** Twilio's numbers and applications: listed, read, updated field by field. Calls, conferences and messages. */
export const twilio: Service = twilioService("api.twilio.com", [
  reads("GET", `${account}.json`, (call) => {
    checkAccount(call);
    const { account: sid } = call.world.state.twilio;
    return { sid, friendly_name: "sandbox", status: "active", type: "Full", owner_account_sid: sid };
  }),
  ...resources("IncomingPhoneNumbers", "incoming_phone_numbers", (call) => call.world.state.twilio.numbers),
  ...resources("Applications", "applications", (call) => call.world.state.twilio.applications),
  ...activityRoutes(account, { checkAccount, page: listed, notFound }),
]);

/** Twilio's messaging services, which have a host and a way to page of their own. */
export const twilioMessaging: Service = twilioService("messaging.twilio.com", [
  reads("GET", "/v1/Services", (call) => {
    const all = Object.values(call.world.state.twilio.messagingServices);
    const { shown, size, index, more } = slice(call, all);
    const url = (number: number) => `https://messaging.twilio.com/v1/Services?PageSize=${size}&Page=${number}`;
    return {
      services: shown,
      meta: {
        page: index,
        page_size: size,
        first_page_url: url(0),
        previous_page_url: index === 0 ? null : url(index - 1),
        url: url(index),
        next_page_url: more ? `${url(index + 1)}&PageToken=P${index + 1}` : null,
        key: "services",
      },
    };
  }),
  reads("GET", "/v1/Services/{sid}", (call) => found(call, call.world.state.twilio.messagingServices)),
  writes("POST", "/v1/Services/{sid}", (call) => {
    const service = found(call, call.world.state.twilio.messagingServices);
    return update(call, service, "date_updated", call.world.now().toISOString());
  }),
]);

function resources(path: string, key: string, of: (call: Call) => Record<string, JsonObject>): Route[] {
  const collection = `${account}/${path}`;
  return [
    reads("GET", `${collection}.json`, (call) => {
      checkAccount(call);
      return listed(call, path, key, Object.values(of(call)));
    }),
    reads("GET", `${collection}/{sid}.json`, (call) => {
      checkAccount(call);
      return found(call, of(call));
    }),
    writes("POST", `${collection}/{sid}.json`, (call) => {
      checkAccount(call);
      return update(call, found(call, of(call)), "date_updated", call.world.now().toUTCString());
    }),
  ];
}

function listed(call: Call, path: string, key: string, all: JsonObject[]): JsonObject {
  const { shown, size, index, more, total } = slice(call, all);
  const base = `/2010-04-01/Accounts/${param(call, "account")}/${path}.json?PageSize=${size}`;
  return {
    [key]: shown,
    first_page_uri: `${base}&Page=0`,
    previous_page_uri: index === 0 ? null : `${base}&Page=${index - 1}`,
    uri: `${base}&Page=${index}`,
    next_page_uri: more ? `${base}&Page=${index + 1}&PageToken=P${index + 1}` : null,
    page: index,
    page_size: size,
    start: index * size,
    end: Math.max(0, Math.min(total, (index + 1) * size) - 1),
  };
}

interface Slice {
  readonly shown: JsonObject[];
  readonly size: number;
  readonly index: number;
  readonly more: boolean;
  readonly total: number;
}

function slice(call: Call, all: JsonObject[]): Slice {
  const asked = Number(call.query.get("PageSize") ?? 50);
  if (!Number.isInteger(asked) || asked < 1) throw new Refusal("INVALID_ARGUMENT", "Invalid PageSize");
  const size = Math.min(asked, 1000, call.world.faults.pageSize(call) ?? 1000);
  const index = Number(call.query.get("Page") ?? 0);
  const shown = all.slice(index * size, (index + 1) * size);
  return { shown, size, index, more: (index + 1) * size < all.length, total: all.length };
}

/** Only the fields that are sent change; a field that the resource does not have is refused. */
function update(call: Call, resource: JsonObject, stamp: string, now: string): JsonObject {
  for (const [name, value] of formBody(call)) {
    // VoiceUrl → voice_url
    const field = name.replace(/(?!^)([A-Z])/g, "_$1").toLowerCase();
    if (!(field in resource)) throw new Refusal("INVALID_ARGUMENT", `The sandbox does not know the parameter ${name}`);
    resource[field] = typeof resource[field] === "boolean" ? value === "true" : value;
  }
  resource[stamp] = now;
  return resource;
}

function found(call: Call, all: Record<string, JsonObject>): JsonObject {
  const resource = all[param(call, "sid")];
  if (resource === undefined) throw notFound(call);
  return resource;
}

function checkAccount(call: Call): void {
  if (param(call, "account") !== call.world.state.twilio.account) throw notFound(call);
}

function notFound(call: Call): Refusal {
  return new Refusal("NOT_FOUND", `The requested resource ${call.path} was not found`);
}

function twilioService(host: string, routes: readonly Route[]): Service {
  return {
    host,
    routes,
    authorize: (call) => (hasBasic(call) ? null : twilioError(401, 20003, "Authenticate")),
    refuse: (refusal) => {
      const codes: Record<number, number> = { 401: 20003, 403: 20403, 404: 20404, 429: 20429 };
      const code = refusal instanceof TwilioRefusal ? refusal.code : (codes[refusal.httpStatus] ?? 20001);
      return twilioError(refusal.httpStatus, code, refusal.message);
    },
  };
}

/** A user and a password, whatever they are. */
function hasBasic(call: Call): boolean {
  const encoded = /^Basic (\S+)$/.exec(call.headers.authorization ?? "")?.[1] ?? "";
  return /^[^:]+:.+$/.test(Buffer.from(encoded, "base64").toString("utf8"));
}

function twilioError(status: number, code: number, message: string): Reply {
  return reply(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
}
