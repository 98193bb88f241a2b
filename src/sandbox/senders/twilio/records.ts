import type { World } from "../../http/call.ts";
import type { JsonObject } from "../../state/json.ts";
import { scramble } from "../../state/names.ts";
import type { ConferenceVerb, Verb } from "./twiml.ts";

/** Where a call gets what to do next. */
export interface Fetch {
  readonly url: string;
  readonly method: string;
  readonly fallbackUrl: string | null;
  readonly fallbackMethod: string;
  /** Sent beside the call's own fields: "Digits". */
  readonly extra: Readonly<Record<string, string>>;
}

/** A call, with the addresses that it started with: what is changed later reaches calls that start later. */
export interface CallRecord {
  readonly sid: string;
  /** As the API answers it. */
  resource: JsonObject;
  readonly fallback: { readonly url: string | null; readonly method: string };
  readonly statusCallback: { readonly url: string | null; readonly method: string; readonly events: readonly string[] };
  readonly detection: {
    /** "Enable", "DetectMessageEnd"; null = none. */
    readonly mode: string | null;
    /** Where the result goes while the call goes on; null = the call waits for it. */
    readonly callback: string | null;
  };
  readonly timeoutMs: number;
  /** Number whose owner is at the other end. */
  readonly line: string;
  fetch: Fetch | null;
  /** TwiML that came with the call. */
  twiml: string | null;
  document: { url: string; verbs: Verb[]; index: number } | null;
  /** Sid of the conference that it is in. */
  conference: string | null;
  /** How many of the line's digits have been typed. */
  typed: number;
  /** Status callbacks so far. */
  sequence: number;
  answeredAt: number | null;
}

export interface ConferenceRecord {
  readonly sid: string;
  resource: JsonObject;
  readonly callback: { readonly url: string | null; readonly method: string; readonly events: readonly string[] };
  participants: { call: string; verb: ConferenceVerb }[];
  started: boolean;
  sequence: number;
}

export function callRecord(world: World, sid: string): CallRecord | undefined {
  return world.shelf.get("twilio-calls", sid) as unknown as CallRecord | undefined;
}

export function keepCall(world: World, call: CallRecord): CallRecord {
  world.shelf.put("twilio-calls", call.sid, call as unknown as JsonObject);
  return call;
}

export function everyCall(world: World): CallRecord[] {
  return [...world.shelf.all("twilio-calls").values()].reverse() as unknown as CallRecord[];
}

export function conferenceRecord(world: World, sid: string): ConferenceRecord | undefined {
  return world.shelf.get("twilio-conferences", sid) as unknown as ConferenceRecord | undefined;
}

export function keepConference(world: World, conference: ConferenceRecord): void {
  world.shelf.put("twilio-conferences", conference.sid, conference as unknown as JsonObject);
}

/** The conference that was opened last under a name: the only one of that name that may still go on. */
export function lastConferenceOf(world: World, name: string): ConferenceRecord | undefined {
  return conferenceRecord(world, String(world.shelf.get("twilio-conference-names", name)?.sid ?? ""));
}

export function nameConference(world: World, name: string, sid: string): void {
  world.shelf.put("twilio-conference-names", name, { sid });
}

export function everyConference(world: World): ConferenceRecord[] {
  return [...world.shelf.all("twilio-conferences").values()].reverse() as unknown as ConferenceRecord[];
}

export function isOver(call: CallRecord): boolean {
  return ["completed", "busy", "failed", "no-answer", "canceled"].includes(String(call.resource.status));
}

/** "CA" and 32 hexadecimal digits. */
export function twilioSid(world: World, prefix: string): string {
  const letters = scramble(`${world.state.urlHash}:twilio:${world.shelf.nextNumber()}`, 32);
  return `${prefix}${[...letters].map((letter) => ((letter.codePointAt(0) ?? 0) % 16).toString(16)).join("")}`;
}

/** "Sun, 22 Nov 2026 12:00:00 +0000", as Twilio writes times. */
export function twilioTime(time: Date): string {
  return time.toUTCString().replace("GMT", "+0000");
}
