import type { World } from "../../http/call.ts";
import { putCallback } from "./callbacks.ts";
import { lineOf } from "./lines.ts";
import {
  type CallRecord,
  type ConferenceRecord,
  callRecord,
  conferenceRecord,
  keepCall,
  keepConference,
  lastConferenceOf,
  nameConference,
  twilioSid,
  twilioTime,
} from "./records.ts";
import type { ConferenceVerb } from "./twiml.ts";

export const hangupKind = "twilio-hangup";
export const stepKind = "twilio-step";

/** A call enters the conference of a name; the first one decides who is told of it. */
export function join(world: World, call: CallRecord, verb: ConferenceVerb): void {
  const last = lastConferenceOf(world, verb.name);
  const conference = last !== undefined && last.resource.status !== "completed" ? last : open(world, verb);
  conference.participants.push({ call: call.sid, verb });
  call.conference = conference.sid;
  keepCall(world, call);
  tell(world, conference, "participant-join", participantForm(call.sid, verb));
  const ready =
    conference.participants.length > 1 && conference.participants.some(({ verb: each }) => each.startOnEnter);
  if (!conference.started && ready) start(world, conference);
  else if (conference.started) hangUpAfterTalk(world, call.sid);
  keepConference(world, conference);
}

/**
 * A call leaves its conference, and ends it where it is the last, or was to end it. The others are waked: their TwiML
 * goes on.
 */
export function leave(world: World, call: CallRecord): void {
  const conference = conferenceRecord(world, call.conference ?? "");
  call.conference = null;
  keepCall(world, call);
  const left = conference?.participants.find((participant) => participant.call === call.sid);
  if (conference === undefined || left === undefined) return;
  remove(world, conference, call.sid, left.verb);
  const ends = left.verb.endOnExit || conference.participants.length === 0;
  if (ends) {
    for (const other of [...conference.participants]) {
      remove(world, conference, other.call, other.verb);
      const record = callRecord(world, other.call);
      if (record !== undefined) {
        record.conference = null;
        keepCall(world, record);
      }
      world.agenda.put(`twilio-step:${other.call}`, world.now().getTime(), stepKind, { call: other.call });
    }
    Object.assign(conference.resource, {
      status: "completed",
      call_sid_ending_conference: call.sid,
      reason_conference_ended: left.verb.endOnExit
        ? "participant-with-end-conference-on-exit-left"
        : "last-participant-left",
      date_updated: twilioTime(world.now()),
    });
    tell(world, conference, "conference-end", {
      CallSidEndingConference: call.sid,
      ReasonConferenceEnded: String(conference.resource.reason_conference_ended),
    });
  }
  keepConference(world, conference);
}

function open(world: World, verb: ConferenceVerb): ConferenceRecord {
  const sid = twilioSid(world, "CF");
  const { account } = world.state.twilio;
  const now = twilioTime(world.now());
  const conference: ConferenceRecord = {
    sid,
    resource: {
      sid,
      account_sid: account,
      api_version: "2010-04-01",
      call_sid_ending_conference: null,
      date_created: now,
      date_updated: now,
      friendly_name: verb.name,
      reason_conference_ended: null,
      region: "us1",
      status: "init",
      subresource_uris: {},
      uri: `/2010-04-01/Accounts/${account}/Conferences/${sid}.json`,
    },
    callback: { url: verb.statusCallback, method: verb.statusCallbackMethod, events: verb.statusCallbackEvents },
    participants: [],
    started: false,
    sequence: 0,
  };
  nameConference(world, verb.name, sid);
  keepConference(world, conference);
  return conference;
}

function start(world: World, conference: ConferenceRecord): void {
  conference.started = true;
  Object.assign(conference.resource, { status: "in-progress", date_updated: twilioTime(world.now()) });
  tell(world, conference, "conference-start", {});
  for (const { call } of conference.participants) hangUpAfterTalk(world, call);
}

function hangUpAfterTalk(world: World, sid: string): void {
  const line = lineOf(world, callRecord(world, sid)?.line ?? "");
  world.agenda.put(`twilio-hangup:${sid}`, world.now().getTime() + line.talkMs, hangupKind, { call: sid });
}

function remove(world: World, conference: ConferenceRecord, call: string, verb: ConferenceVerb): void {
  conference.participants = conference.participants.filter((participant) => participant.call !== call);
  tell(world, conference, "participant-leave", participantForm(call, verb));
}

function participantForm(call: string, verb: ConferenceVerb): Record<string, string> {
  return {
    CallSid: call,
    Coaching: "false",
    EndConferenceOnExit: String(verb.endOnExit),
    Hold: "false",
    Muted: String(verb.muted),
    StartConferenceOnEnter: String(verb.startOnEnter),
  };
}

/** "participant-join" is asked for as "join", "conference-end" as "end". */
function tell(world: World, conference: ConferenceRecord, event: string, form: Record<string, string>): void {
  conference.sequence += 1;
  const { url, method, events } = conference.callback;
  if (url === null || !events.includes(event.split("-").at(-1) ?? "")) return;
  putCallback(world, {
    url,
    method,
    event: `${conference.sid}:${event}:${conference.sequence}`,
    type: "conference",
    form: {
      AccountSid: world.state.twilio.account,
      ConferenceSid: conference.sid,
      FriendlyName: String(conference.resource.friendly_name),
      SequenceNumber: String(conference.sequence),
      StatusCallbackEvent: event,
      Timestamp: twilioTime(world.now()),
      ...form,
    },
  });
}
