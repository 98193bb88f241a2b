import type { World } from "../../http/call.ts";
import { type JsonObject, textAt } from "../../state/json.ts";
import type { Due } from "../agenda.ts";
import { putCallback } from "./callbacks.ts";
import { twilioSid, twilioTime } from "./records.ts";
import { badParameter } from "./refusal.ts";

export const messageKind = "twilio-message";
const collection = "twilio-messages";

interface Message {
  readonly resource: JsonObject;
  /** Where its status is told, as it was when the message was made. */
  readonly statusCallback: string | null;
}

export function messagesOf(world: World): JsonObject[] {
  return [...world.shelf.all(collection).values()].reverse().map((message) => message.resource as JsonObject);
}

export function messageOf(world: World, sid: string): JsonObject | undefined {
  return world.shelf.get(collection, sid)?.resource as JsonObject | undefined;
}

/** Sends a message: queued, then sent, then delivered. */
export function newMessage(world: World, form: URLSearchParams): JsonObject {
  const to = form.get("To") ?? "";
  const body = form.get("Body") ?? "";
  const service = form.get("MessagingServiceSid");
  const holder = service === null ? null : world.state.twilio.messagingServices[service];
  if (to === "") throw badParameter(21604, "A 'To' phone number is required.");
  if (body === "") throw badParameter(21602, "Message body is required.");
  if (holder === undefined) throw badParameter(21701, `The Messaging Service ${service} does not exist.`);
  if (form.get("From") === null && holder === null) throw badParameter(21603, "A 'From' phone number is required.");
  const message = keep(
    world,
    "SM",
    {
      to,
      body,
      from: form.get("From"),
      direction: "outbound-api",
      status: "queued",
      messaging_service_sid: service,
    },
    form.get("StatusCallback") ?? textAt(holder ?? {}, "status_callback"),
  );
  put(world, String(message.sid), "sent", 500);
  return message;
}

/** Somebody writes to one of our numbers: its own address is asked, or that of its application. */
export function incomingMessage(world: World, from: string, to: string, body: string): JsonObject {
  const number = Object.values(world.state.twilio.numbers).find((row) => row.phone_number === to);
  if (number === undefined) throw badParameter(21606, `The account has no number ${to}`);
  const sid = textAt(number, "sms_application_sid") ?? "";
  const holder = sid === "" ? number : (world.state.twilio.applications[sid] ?? number);
  const url = textAt(holder, "sms_url") ?? "";
  if (url === "") throw badParameter(21606, `The number ${to} has no URL for messages`);
  const message = keep(
    world,
    "SM",
    { to, body, from, direction: "inbound", status: "received", messaging_service_sid: null },
    null,
  );
  const form = {
    AccountSid: world.state.twilio.account,
    ApiVersion: "2010-04-01",
    Body: body,
    From: from,
    MessageSid: String(message.sid),
    NumMedia: "0",
    NumSegments: "1",
    SmsMessageSid: String(message.sid),
    SmsSid: String(message.sid),
    SmsStatus: "received",
    To: to,
  };
  putCallback(world, {
    url,
    method: textAt(holder, "sms_method") ?? "POST",
    event: String(message.sid),
    type: "message",
    form,
  });
  return message;
}

/** The next status of a message, told where it was asked for. */
export async function runMessage(world: World, { data }: Due): Promise<void> {
  const message = world.shelf.get(collection, String(data.message)) as unknown as Message | undefined;
  if (message === undefined) return;
  const { resource, statusCallback } = message;
  const status = String(data.status);
  Object.assign(resource, {
    status,
    date_updated: twilioTime(world.now()),
    date_sent: resource.date_sent ?? twilioTime(world.now()),
  });
  world.shelf.put(collection, String(resource.sid), message as unknown as JsonObject);
  if (statusCallback !== null && statusCallback !== "") {
    const form = {
      AccountSid: world.state.twilio.account,
      ApiVersion: "2010-04-01",
      From: String(resource.from ?? ""),
      MessageSid: String(resource.sid),
      MessageStatus: status,
      SmsSid: String(resource.sid),
      SmsStatus: status,
      To: String(resource.to),
    };
    putCallback(world, {
      url: statusCallback,
      method: "POST",
      event: `${resource.sid}:${status}`,
      type: "message-status",
      form,
    });
  }
  if (status === "sent") put(world, String(resource.sid), "delivered", 2000);
}

function put(world: World, message: string, status: string, ms: number): void {
  world.agenda.put(`twilio-message:${message}`, world.now().getTime() + ms, messageKind, { message, status });
}

function keep(world: World, prefix: string, fields: JsonObject, statusCallback: string | null): JsonObject {
  const sid = twilioSid(world, prefix);
  const { account } = world.state.twilio;
  const now = twilioTime(world.now());
  const resource: JsonObject = {
    sid,
    account_sid: account,
    api_version: "2010-04-01",
    date_created: now,
    date_sent: null,
    date_updated: now,
    error_code: null,
    error_message: null,
    num_media: "0",
    num_segments: "1",
    price: null,
    price_unit: "USD",
    uri: `/2010-04-01/Accounts/${account}/Messages/${sid}.json`,
    ...fields,
  };
  world.shelf.put(collection, sid, { resource, statusCallback });
  return resource;
}
