import type { World } from "../../http/call.ts";
import { type JsonObject, textAt } from "../../state/json.ts";
import { answer, startCall } from "./dialling.ts";
import { lineOf } from "./lines.ts";
import { type CallRecord, type Fetch, keepCall, twilioSid, twilioTime } from "./records.ts";
import { badParameter } from "./refusal.ts";
import { readTwiml, TwimlError } from "./twiml.ts";

const known = new Set([
  "ApplicationSid",
  "AsyncAmd",
  "AsyncAmdStatusCallback",
  "AsyncAmdStatusCallbackMethod",
  "CallReason",
  "FallbackMethod",
  "FallbackUrl",
  "From",
  "MachineDetection",
  "MachineDetectionTimeout",
  "Method",
  "StatusCallback",
  "StatusCallbackEvent",
  "StatusCallbackMethod",
  "TimeLimit",
  "Timeout",
  "To",
  "Twiml",
  "Url",
]);

/** Calls somebody, as the API was asked to. Refuses in Twilio's words what cannot be. */
export function newCall(world: World, form: URLSearchParams): CallRecord {
  for (const name of form.keys()) {
    if (!known.has(name)) throw badParameter(20001, `The sandbox does not know the parameter ${name} of a call`);
  }
  const to = form.get("To") ?? "";
  const from = form.get("From") ?? "";
  if (to === "") throw badParameter(21201, "No 'To' number is specified");
  if (from === "") throw badParameter(21213, "No 'From' number is specified");
  if (!/^\+[1-9]\d{6,14}$/.test(to)) throw badParameter(21211, `The 'To' number ${to} is not a valid phone number.`);
  const own = Object.values(world.state.twilio.numbers).some((number) => number.phone_number === from);
  if (!own) {
    throw badParameter(21210, `The source phone number provided, ${from}, is not yet verified for your account.`);
  }
  const application = applicationOf(world, form.get("ApplicationSid"));
  const twiml = form.get("Twiml");
  const address = application === null ? form.get("Url") : textAt(application, "voice_url");
  if ((address ?? "") === "" && twiml === null) {
    throw badParameter(21205, "Url parameter is required: pass Url, Twiml or ApplicationSid");
  }
  if (address !== null && address !== "" && !URL.canParse(address)) {
    throw badParameter(21205, `Url is not a valid URL: ${address}`);
  }
  if (twiml !== null) checkTwiml(twiml);
  // With an application its own addresses count, and those of the request are passed over.
  const of = (field: string, parameter: string) =>
    application === null ? form.get(parameter) : textAt(application, field);
  const fallback = {
    url: of("voice_fallback_url", "FallbackUrl"),
    method: of("voice_fallback_method", "FallbackMethod") ?? "POST",
  };
  const asynchronous = form.get("AsyncAmd") === "true";
  const call = record(world, {
    to,
    from,
    direction: "outbound-api",
    status: "queued",
    line: to,
    fallback,
    statusCallback: {
      url: of("status_callback", "StatusCallback"),
      method: of("status_callback_method", "StatusCallbackMethod") ?? "POST",
      events: form.getAll("StatusCallbackEvent").length === 0 ? ["completed"] : form.getAll("StatusCallbackEvent"),
    },
    detection: {
      mode: form.get("MachineDetection"),
      callback: asynchronous ? (form.get("AsyncAmdStatusCallback") ?? null) : null,
    },
    timeoutMs: Number(form.get("Timeout") ?? 60) * 1000,
    fetch:
      twiml !== null || address === null ? null : fetchOf(address, of("voice_method", "Method") ?? "POST", fallback),
    twiml,
  });
  startCall(world, call);
  return call;
}

/** Somebody calls one of our numbers. Refuses a number that is not ours, or says nobody what to do. */
export function incomingCall(world: World, from: string, to: string): CallRecord {
  const number = Object.values(world.state.twilio.numbers).find((row) => row.phone_number === to);
  if (number === undefined) throw badParameter(21210, `The account has no number ${to}`);
  const sid = textAt(number, "voice_application_sid");
  // The addresses of a number with an application are passed over.
  const holder = sid === null || sid === "" ? number : (applicationOf(world, sid) ?? number);
  const address = textAt(holder, "voice_url") ?? "";
  if (address === "") throw badParameter(21205, `The number ${to} has no voice URL`);
  const fallback = {
    url: textAt(holder, "voice_fallback_url"),
    method: textAt(holder, "voice_fallback_method") ?? "POST",
  };
  const call = record(world, {
    to,
    from,
    direction: "inbound",
    status: "ringing",
    line: from,
    fallback,
    statusCallback: {
      url: textAt(holder, "status_callback"),
      method: textAt(holder, "status_callback_method") ?? "POST",
      events: ["completed"],
    },
    detection: { mode: null, callback: null },
    timeoutMs: 60_000,
    fetch: fetchOf(address, textAt(holder, "voice_method") ?? "POST", fallback),
    twiml: null,
  });
  answer(world, call, lineOf(world, from));
  return call;
}

function fetchOf(url: string, method: string, fallback: CallRecord["fallback"]): Fetch {
  return { url, method, fallbackUrl: fallback.url, fallbackMethod: fallback.method, extra: {} };
}

function applicationOf(world: World, sid: string | null): JsonObject | null {
  if (sid === null) return null;
  const found = world.state.twilio.applications[sid];
  if (found === undefined) throw badParameter(21218, `ApplicationSid ${sid} is not valid`);
  return found;
}

export function checkTwiml(twiml: string): void {
  try {
    readTwiml(twiml, "https://api.twilio.com/");
  } catch (error) {
    if (error instanceof TwimlError) throw badParameter(12100, `Document parse failure: ${error.message}`);
    throw error;
  }
}

interface Beginning
  extends Pick<CallRecord, "line" | "fallback" | "statusCallback" | "detection" | "timeoutMs" | "fetch" | "twiml"> {
  readonly to: string;
  readonly from: string;
  readonly direction: string;
  readonly status: string;
}

function record(world: World, beginning: Beginning): CallRecord {
  const sid = twilioSid(world, "CA");
  const { account, numbers } = world.state.twilio;
  const { to, from, direction, status, ...rest } = beginning;
  const now = twilioTime(world.now());
  const own = Object.values(numbers).find(
    ({ phone_number: number }) => number === (direction === "inbound" ? to : from),
  );
  const uri = `/2010-04-01/Accounts/${account}/Calls/${sid}`;
  return keepCall(world, {
    sid,
    resource: {
      sid,
      account_sid: account,
      annotation: null,
      answered_by: null,
      api_version: "2010-04-01",
      caller_name: null,
      date_created: now,
      date_updated: now,
      direction,
      duration: null,
      end_time: null,
      forwarded_from: null,
      from,
      from_formatted: from,
      group_sid: null,
      parent_call_sid: null,
      phone_number_sid: own === undefined ? null : String(own.sid),
      price: null,
      price_unit: "USD",
      queue_time: "0",
      start_time: null,
      status,
      subresource_uris: { events: `${uri}/Events.json` },
      to,
      to_formatted: to,
      trunk_sid: null,
      uri: `${uri}.json`,
    },
    ...rest,
    document: null,
    conference: null,
    typed: 0,
    sequence: 0,
    answeredAt: null,
  });
}
