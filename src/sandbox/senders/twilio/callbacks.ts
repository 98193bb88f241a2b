import type { World } from "../../http/call.ts";
import { type JsonObject, textAt } from "../../state/json.ts";
import type { Due } from "../agenda.ts";
import { postponed } from "../carry.ts";
import { type CallRecord, keepCall } from "./records.ts";
import { ask } from "./request.ts";

export const callbackKind = "twilio-callback";

/** What a callback carries. `url` is the one that the call or conference started with. */
export interface Callback {
  readonly url: string;
  readonly method: string;
  readonly event: string;
  readonly type: string;
  readonly form: Readonly<Record<string, string>>;
}

export function putCallback(world: World, callback: Callback): void {
  const id = `twilio-callback:${world.shelf.nextNumber()}`;
  const data = { ...callback, form: { ...callback.form } } as unknown as JsonObject;
  world.agenda.put(id, world.now().getTime(), callbackKind, data);
}

/** Sends it once, with the retries of its URL: a callback that nobody takes is not kept for later. */
export async function runCallback(world: World, due: Due): Promise<void> {
  const callback = due.data as unknown as Callback;
  if (postponed(world, due, { sender: "twilio", type: callback.type, url: callback.url })) return;
  await ask(world, callback);
}

/** The fields that every request about a call carries. */
export function callForm(world: World, call: CallRecord): Record<string, string> {
  const { resource } = call;
  const answeredBy = textAt(resource, "answered_by");
  return {
    AccountSid: world.state.twilio.account,
    ApiVersion: "2010-04-01",
    CallSid: call.sid,
    CallStatus: String(resource.status),
    Called: String(resource.to),
    Caller: String(resource.from),
    Direction: String(resource.direction),
    From: String(resource.from),
    To: String(resource.to),
    ...(answeredBy === null ? {} : { AnsweredBy: answeredBy }),
  };
}

const eventOfStatus: Readonly<Record<string, string>> = {
  initiated: "initiated",
  ringing: "ringing",
  "in-progress": "answered",
};

/** A call has a new status: tells whoever asked to be told. */
export function tellStatus(world: World, call: CallRecord, status: string): void {
  const { url, method, events } = call.statusCallback;
  const event = eventOfStatus[status] ?? "completed";
  if (url === null || url === "" || !events.includes(event)) return;
  const duration = textAt(call.resource, "duration");
  const form = {
    ...callForm(world, call),
    CallStatus: status,
    CallbackSource: "call-progress-events",
    SequenceNumber: String(call.sequence),
    Timestamp: world.now().toUTCString().replace("GMT", "+0000"),
    ...(duration === null ? {} : { CallDuration: duration, Duration: String(Math.ceil(Number(duration) / 60)) }),
  };
  call.sequence += 1;
  keepCall(world, call);
  putCallback(world, { url, method, event: `${call.sid}:${status}`, type: "call-status", form });
}
