import { formBody, jsonBody } from "../../http/body.ts";
import { type Call, param, type Reply, reply } from "../../http/call.ts";
import { type Handler, type Route, reads, shelves } from "../../http/service.ts";
import { type JsonObject, textAt } from "../../state/json.ts";
import { Refusal } from "../../state/refusal.ts";
import { stepKind } from "./conferences.ts";
import { endCall } from "./ending.ts";
import { setLine } from "./lines.ts";
import { incomingMessage, messageOf, messagesOf, newMessage } from "./messages.ts";
import { checkTwiml, incomingCall, newCall } from "./new-call.ts";
import {
  type CallRecord,
  callRecord,
  conferenceRecord,
  everyCall,
  everyConference,
  isOver,
  keepCall,
} from "./records.ts";
import { badParameter } from "./refusal.ts";

/** How the service lists, refuses strangers and says that something is not there. */
export interface TwilioApi {
  readonly checkAccount: (call: Call) => void;
  readonly page: (call: Call, path: string, key: string, all: JsonObject[]) => JsonObject;
  readonly notFound: (call: Call) => Refusal;
}

/** Calls, conferences and messages of an account. */
export function activityRoutes(account: string, api: TwilioApi): Route[] {
  const checked =
    (handle: Handler): Handler =>
    (call) => {
      api.checkAccount(call);
      return handle(call);
    };
  const call = (http: Call): CallRecord => {
    const found = callRecord(http.world, param(http, "sid"));
    if (found === undefined) throw api.notFound(http);
    return found;
  };
  return [
    shelves(
      "POST",
      `${account}/Calls.json`,
      checked((http) => reply(201, newCall(http.world, formBody(http)).resource)),
    ),
    reads(
      "GET",
      `${account}/Calls.json`,
      checked((http) => {
        const all = everyCall(http.world).map(({ resource }) => resource);
        return api.page(
          http,
          "Calls",
          "calls",
          all.filter((row) => fits(http, row)),
        );
      }),
    ),
    reads(
      "GET",
      `${account}/Calls/{sid}.json`,
      checked((http) => call(http).resource),
    ),
    shelves(
      "POST",
      `${account}/Calls/{sid}.json`,
      checked((http) => change(http, call(http))),
    ),
    reads(
      "GET",
      `${account}/Conferences.json`,
      checked((http) => {
        const all = everyConference(http.world).map(({ resource }) => resource);
        return api.page(
          http,
          "Conferences",
          "conferences",
          all.filter((row) => fits(http, row)),
        );
      }),
    ),
    reads(
      "GET",
      `${account}/Conferences/{sid}.json`,
      checked((http) => {
        const found = conferenceRecord(http.world, param(http, "sid"));
        if (found === undefined) throw api.notFound(http);
        return found.resource;
      }),
    ),
    reads(
      "GET",
      `${account}/Conferences/{sid}/Participants.json`,
      checked((http) => {
        const found = conferenceRecord(http.world, param(http, "sid"));
        if (found === undefined) throw api.notFound(http);
        const rows = found.participants.map(({ call: sid, verb }) => ({
          account_sid: http.world.state.twilio.account,
          call_sid: sid,
          conference_sid: found.sid,
          end_conference_on_exit: verb.endOnExit,
          hold: false,
          label: null,
          muted: verb.muted,
          start_conference_on_enter: verb.startOnEnter,
          status: "connected",
        }));
        return api.page(http, `Conferences/${found.sid}/Participants`, "participants", rows);
      }),
    ),
    shelves(
      "POST",
      `${account}/Messages.json`,
      checked((http) => reply(201, newMessage(http.world, formBody(http)))),
    ),
    reads(
      "GET",
      `${account}/Messages.json`,
      checked((http) =>
        api.page(
          http,
          "Messages",
          "messages",
          messagesOf(http.world).filter((row) => fits(http, row)),
        ),
      ),
    ),
    reads(
      "GET",
      `${account}/Messages/{sid}.json`,
      checked((http) => {
        const found = messageOf(http.world, param(http, "sid"));
        if (found === undefined) throw api.notFound(http);
        return found;
      }),
    ),
  ];
}

/** Lists are filtered by status, numbers, names, and by day or time: `StartTime>=2026-11-22`. */
function fits(http: Call, row: JsonObject): boolean {
  const { query } = http;
  for (const [name, field] of [
    ["Status", "status"],
    ["To", "to"],
    ["From", "from"],
    ["FriendlyName", "friendly_name"],
  ] as const) {
    const asked = query.get(name);
    if (asked !== null && asked !== row[field]) return false;
  }
  for (const [name, field] of [
    ["StartTime", "start_time"],
    ["EndTime", "end_time"],
    ["DateSent", "date_sent"],
    ["DateCreated", "date_created"],
  ] as const) {
    const time = Date.parse(textAt(row, field) ?? "");
    const [from, until, day] = [query.get(`${name}>`), query.get(`${name}<`), query.get(name)];
    if (from !== null && !(time >= Date.parse(from))) return false;
    if (until !== null && !(time <= Date.parse(until))) return false;
    if (day !== null && !(time >= Date.parse(day) && time < Date.parse(day) + 86_400_000)) return false;
  }
  return true;
}

/** Ends a call, or gives it other TwiML. What it started with stays for the rest. */
function change(http: Call, call: CallRecord): JsonObject {
  const { world } = http;
  const form = formBody(http);
  const status = form.get("Status");
  if (isOver(call)) throw badParameter(21220, "Call is not in-progress. Cannot redirect.");
  if (status === "completed" || status === "canceled") {
    endCall(world, call, status === "canceled" && call.answeredAt === null ? "canceled" : "completed");
    return call.resource;
  }
  if (status !== null) throw badParameter(20001, `Invalid call status: ${status}`);
  const [url, twiml] = [form.get("Url"), form.get("Twiml")];
  if (url === null && twiml === null) throw badParameter(20001, "The sandbox changes Status, Url or Twiml of a call");
  if (twiml !== null) {
    checkTwiml(twiml);
    call.twiml = twiml;
  }
  call.fetch =
    url === null
      ? null
      : {
          url,
          method: form.get("Method") ?? "POST",
          fallbackUrl: call.fallback.url,
          fallbackMethod: call.fallback.method,
          extra: {},
        };
  keepCall(world, call);
  world.agenda.put(`twilio-step:${call.sid}`, world.now().getTime(), stepKind, { call: call.sid });
  return call.resource;
}

/** The sandbox's own: what people do at the other end. */
export const twilioAdminRoutes: readonly Route[] = [
  shelves("POST", "/_sandbox/twilio/lines", (http) => {
    const { number, ...line } = jsonBody(http);
    if (typeof number !== "string") throw new Refusal("INVALID_ARGUMENT", "`number` must be a phone number.");
    const problem = setLine(http.world, number, line);
    if (problem !== null) throw new Refusal("INVALID_ARGUMENT", problem);
    return {};
  }),
  shelves("POST", "/_sandbox/twilio/calls", (http) => {
    const { from, to } = jsonBody(http);
    return created(incomingCall(http.world, String(from), String(to)).resource);
  }),
  shelves("POST", "/_sandbox/twilio/messages", (http) => {
    const { from, to, body } = jsonBody(http);
    return created(incomingMessage(http.world, String(from), String(to), String(body)));
  }),
  reads("GET", "/_sandbox/twilio/problems", ({ world }) => ({
    problems: [...world.shelf.all("twilio-problems").values()],
  })),
];

function created(resource: JsonObject): Reply {
  return reply(201, resource);
}
