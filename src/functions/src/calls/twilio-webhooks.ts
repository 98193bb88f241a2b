import { type DocumentReference, FieldValue, type Timestamp } from "firebase-admin/firestore";
import { Busy, twilioEndpoint } from "../families/twilio-endpoint.ts";
import { db } from "../firestore.ts";
import { once } from "../ledger.ts";
import { stripe } from "../stripe.ts";
import { twilioSdk } from "../twilio.ts";
import { joinConference } from "./conference.ts";

/** A shorter talk is not charged: the line broke, or nobody had time. */
const leastPaidSeconds = 60;

/** Somebody calls our number: asks for the code of the booking. */
export const twilioCallWebhook = twilioEndpoint("twilioCallWebhook", async () => {
  const sdk = await twilioSdk();
  const response = new sdk.twiml.VoiceResponse();
  const gather = response.gather({ action: "twilioGatherResponse", method: "POST", numDigits: 6, timeout: 10 });
  gather.say("Welcome. Please enter the six digits of your booking.");
  response.say("We did not receive any digits. Goodbye.");
  return response.toString();
});

/** The digits of a booking: joins the caller to its conference, or asks again. */
export const twilioGatherResponse = twilioEndpoint("twilioGatherResponse", async ({ Digits, CallSid }) => {
  const sessions = db().collection("call_sessions").where("dialInCode", "==", Digits);
  const session = (await sessions.where("status", "in", ["calling", "in-progress"]).limit(1).get()).docs[0];
  if (session === undefined) {
    const sdk = await twilioSdk();
    const response = new sdk.twiml.VoiceResponse();
    response.say("There is no call with these digits now.");
    response.redirect({ method: "POST" }, "twilioCallWebhook");
    return response.toString();
  }
  await session.ref.collection("legs").doc(CallSid).set({ side: "dial-in", createdAt: FieldValue.serverTimestamp() });
  return joinConference(session.id);
});

/** A leg of ours was picked up: a person joins the conference, an answering machine ends the attempt. */
export const twilioAmdTwiml = twilioEndpoint("twilioAmdTwiml", async ({ CallSid, AnsweredBy }) => {
  const leg = await db().collection("call_legs").doc(CallSid).get();
  const sessionId: string | undefined = leg.get("session");
  const sdk = await twilioSdk();
  const response = new sdk.twiml.VoiceResponse();
  if (sessionId === undefined) {
    // Picked up faster than the leg was written down: ask again in a moment.
    response.pause({ length: 1 });
    response.redirect({ method: "POST" }, "twilioAmdTwiml");
    return response.toString();
  }
  if (AnsweredBy.startsWith("machine") || AnsweredBy === "fax") {
    await leg.ref.update({ status: "voicemail" });
    await db().collection("call_sessions").doc(sessionId).update({ status: "failed", failure: "voicemail" });
    response.hangup();
    return response.toString();
  }
  return joinConference(sessionId);
});

/**
 * What happens in a conference (its friendly name is the session), and the end of calls to our number. When both have
 * talked long enough the reserved amount is captured; when they have not, it is released.
 */
export const twilioConferenceWebhook = twilioEndpoint("twilioConferenceWebhook", async (event) => {
  const key =
    event.ConferenceSid === ""
      ? `twilio:${event.CallSid}:${event.CallStatus}`
      : `twilio:${event.ConferenceSid}:${event.StatusCallbackEvent}:${event.SequenceNumber}`;
  const outcome = await once(key, async () => {
    if (event.ConferenceSid === "") return;
    const session = db().collection("call_sessions").doc(event.FriendlyName);
    if (event.StatusCallbackEvent === "participant-join") await joined(session);
    if (event.StatusCallbackEvent === "conference-end") await ended(session);
  });
  if (outcome === "in-progress") throw new Busy();
  return null;
});

async function joined(session: DocumentReference): Promise<void> {
  await db().runTransaction(async (transaction) => {
    const participants = ((await transaction.get(session)).get("participants") ?? 0) + 1;
    const started = participants === 2 ? { status: "in-progress", startedAt: FieldValue.serverTimestamp() } : {};
    transaction.set(session, { participants, ...started }, { merge: true });
  });
}

async function ended(session: DocumentReference): Promise<void> {
  const call = await session.get();
  const startedAt: Timestamp | undefined = call.get("startedAt");
  const durationSeconds = startedAt === undefined ? 0 : Math.round((Date.now() - startedAt.toMillis()) / 1000);
  const paid = durationSeconds >= leastPaidSeconds;
  const intent: string | undefined = call.get("payment.id");
  if (intent !== undefined) {
    const intents = (await stripe()).paymentIntents;
    if (paid) await intents.capture(intent, {}, { idempotencyKey: `capture:${intent}` });
    else await intents.cancel(intent, {}, { idempotencyKey: `cancel:${intent}` });
  }
  await session.update({
    status: paid ? "completed" : "failed",
    durationSeconds,
    endedAt: FieldValue.serverTimestamp(),
  });
}
