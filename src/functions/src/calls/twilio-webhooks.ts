import { type DocumentSnapshot, FieldValue } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import { Busy, type TwilioRequest, twilioEndpoint } from "../families/twilio-endpoint.ts";
import { db } from "../firestore.ts";
import { applyOnce, once } from "../ledger.ts";
import { describeError } from "../outside.ts";
import { twilioSdk } from "../twilio.ts";
import { goodbye, joinConference } from "./conference.ts";
import { keepLeg, legEnded, legOf, sideIn } from "./legs.ts";
import { decide, isDecided, settle } from "./settlement.ts";
import { type ConferenceEvent, type Side, talkOf } from "./talk.ts";

/** How often somebody may enter digits: six of them must not be found by trying. */
const mostDigitAttempts = 3;
/** How many seconds a leg waits to be known: it can be picked up before Twilio's answer to us is written down. */
const mostLegAttempts = 10;

/** Somebody calls our number: asks for the code of the booking. */
export const twilioCallWebhook = twilioEndpoint("twilioCallWebhook", async ({ attempt }) => {
  if (attempt >= mostDigitAttempts) return goodbye("Please look at your booking and call again. Goodbye.");
  const sdk = await twilioSdk();
  const response = new sdk.twiml.VoiceResponse();
  const action = `twilioGatherResponse?attempt=${attempt}`;
  const gather = response.gather({ input: ["dtmf"], action, method: "POST", numDigits: 6, timeout: 10 });
  gather.say("Welcome. Please enter the six digits of your booking.");
  response.say("We did not receive any digits. Goodbye.");
  response.hangup();
  return response.toString();
});

/** The digits of a booking: joins the caller to its conference, or asks again. */
export const twilioGatherResponse = twilioEndpoint("twilioGatherResponse", async (request) => {
  const session = /^\d{6}$/.test(request.Digits) ? await runningSession(request.Digits) : null;
  if (session === null || request.CallSid === "") {
    const sdk = await twilioSdk();
    const response = new sdk.twiml.VoiceResponse();
    response.say("There is no call with these digits now.");
    response.redirect({ method: "POST" }, `twilioCallWebhook?attempt=${request.attempt + 1}`);
    return response.toString();
  }
  const side: Side = request.From !== "" && request.From === session.get("providerPhone") ? "provider" : "client";
  await keepLeg(session.ref, request.CallSid, side, true);
  return joinConference(session.id);
});

async function runningSession(digits: string): Promise<DocumentSnapshot | null> {
  const running = db().collection("call_sessions").where("dialInCode", "==", digits);
  const found = await running.where("status", "in", ["calling", "in-progress"]).limit(2).get();
  // Two with the same digits at the same time: joining either could join strangers.
  return found.size === 1 ? (found.docs[0] ?? null) : null;
}

/** A leg of ours was picked up: a person joins the conference, an answering machine ends the attempt. */
export const twilioAmdTwiml = twilioEndpoint("twilioAmdTwiml", async ({ CallSid, AnsweredBy, attempt }) => {
  if (CallSid === "") return goodbye(null);
  const leg = await legOf(CallSid).get();
  const sessionId: string | undefined = leg.get("session");
  if (sessionId === undefined) {
    if (attempt >= mostLegAttempts) return goodbye(null);
    const sdk = await twilioSdk();
    const response = new sdk.twiml.VoiceResponse();
    response.pause({ length: 1 });
    response.redirect({ method: "POST" }, `twilioAmdTwiml?attempt=${attempt + 1}`);
    return response.toString();
  }
  if (AnsweredBy.startsWith("machine") || AnsweredBy === "fax") {
    const session = await legEnded(CallSid, "voicemail");
    if (session !== null) await settleOrLeave(session.id);
    return goodbye(null);
  }
  const session = await db().collection("call_sessions").doc(sessionId).get();
  if (isDecided(session) || !["calling", "scheduled", "in-progress"].includes(session.get("status"))) {
    return goodbye("This call has ended. Goodbye.");
  }
  return joinConference(sessionId);
});

/**
 * What happens in a conference (its friendly name is the session), and the ends of legs. When both sides have talked long
 * enough the reserved amount is captured; when they have not, it is released. Events may come twice, late and in any
 * order: each is kept once, and what follows from all of them is worked out anew each time.
 */
export const twilioConferenceWebhook = twilioEndpoint("twilioConferenceWebhook", async (event) => {
  if (event.ConferenceSid === "") {
    if (event.CallSid === "" || event.CallStatus === "") return null;
    const delivery = { function: "twilioConferenceWebhook", event: `${event.CallSid}:${event.CallStatus}` };
    const outcome = await once(delivery, async () => {
      const session = await legEnded(event.CallSid, event.CallStatus);
      if (session !== null) await settleOrLeave(session.id);
    });
    if (outcome === "in-progress") throw new Busy();
    return null;
  }
  await keepConferenceEvent(event);
  // Also after a duplicate: the first delivery may have died between the decision and Stripe.
  await settleOrLeave(event.FriendlyName);
  return null;
});

async function keepConferenceEvent(event: TwilioRequest): Promise<void> {
  const number = event.SequenceNumber;
  const delivery = {
    function: "twilioConferenceWebhook",
    event: `${event.ConferenceSid}:${event.StatusCallbackEvent}:${number}`,
  };
  if (event.FriendlyName === "" || event.FriendlyName.includes("/")) return;
  const reference = db().collection("call_sessions").doc(event.FriendlyName);
  await applyOnce(delivery, async (transaction) => {
    const session = await transaction.get(reference);
    if (!session.exists) {
      logger.warn("conference of no session", { conference: event.ConferenceSid });
      return;
    }
    const field = `conferences.${event.ConferenceSid}`;
    const kept: ConferenceEvent = {
      kind: event.StatusCallbackEvent,
      leg: event.CallSid,
      at: event.Timestamp?.getTime() ?? session.readTime.toMillis(),
    };
    const events: Record<string, ConferenceEvent> = { ...session.get(field), [number]: kept };
    const talk = talkOf(events, sideIn(session));
    const started =
      talk.startedAt !== null && session.get("status") === "calling"
        ? { status: "in-progress", startedAt: new Date(talk.startedAt) }
        : {};
    const settling =
      event.StatusCallbackEvent === "conference-end" && talk.seconds === null
        ? { settlingAt: FieldValue.serverTimestamp() }
        : {};
    transaction.update(reference, { [`${field}.${number}`]: kept, ...started, ...settling });
    transaction.create(reference.collection("events").doc(`${event.ConferenceSid}_${number}`), {
      ...kept,
      createdAt: FieldValue.serverTimestamp(),
    });
    if (talk.seconds !== null) decide(transaction, session, { seconds: talk.seconds, failure: null });
  });
}

/** Twilio does not send a status again, so a payment that could not be settled now is left to stuckPaymentsRecovery. */
async function settleOrLeave(sessionId: string): Promise<void> {
  if (sessionId === "" || sessionId.includes("/")) return;
  try {
    await settle(db().collection("call_sessions").doc(sessionId));
  } catch (error) {
    logger.error("payment not settled yet", { session: sessionId, ...describeError(error) });
  }
}
