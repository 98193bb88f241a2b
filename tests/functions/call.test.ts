import { beforeEach, expect, it } from "vitest";
import { executeScheduledCall } from "../../src/functions/src/calls/execute-scheduled-call.ts";
import { endStaleCallSessions, onCallSessionEnded } from "../../src/functions/src/calls/sessions.ts";
import {
  twilioAmdTwiml,
  twilioCallWebhook,
  twilioConferenceWebhook,
  twilioGatherResponse,
} from "../../src/functions/src/calls/twilio-webhooks.ts";
import { stuckPaymentsRecovery } from "../../src/functions/src/payments/schedules.ts";
import { sidOf } from "./doubles/twilio.ts";
import { fromTwilio, runSchedule, runTask, updatedEvent } from "./invoke.ts";
import { db, passTime, publicAddresses, stripe, twilio } from "./surroundings.ts";

const provider = sidOf("CA", 1);
const client = sidOf("CA", 2);
const conference = sidOf("CF", 7);
const began = Date.parse("2026-11-27T10:00:00Z");

beforeEach(async () => {
  const metadata = { bookingId: "b1", clientId: "anna", providerId: "lea" };
  stripe.keep({
    id: "pi_1",
    object: "payment_intent",
    amount: 4_900,
    amount_received: 0,
    status: "requires_capture",
    metadata,
  });
  await db.doc("payments/pi_1").set({ bookingId: "b1", client: "anna", status: "authorized", amountCents: 4_900 });
  await db.doc("call_sessions/b1").set({
    client: "anna",
    clientPhone: "+33612345678",
    provider: "lea",
    providerPhone: "+4915112345678",
    payment: { id: "pi_1", status: "authorized" },
    dialInCode: "123456",
    startsAt: new Date(began),
    round: 0,
    status: "scheduled",
  });
});

const session = async () => (await db.doc("call_sessions/b1").get()).data();
const intent = () => stripe.things.get("pi_1")?.status;
const start = () => runTask(executeScheduledCall, { sessionId: "b1" });

const xml = (body: string) => `<?xml version="1.0" encoding="UTF-8"?><Response>${body}</Response>`;
const joined = xml(
  '<Dial><Conference startConferenceOnEnter="true" endConferenceOnExit="true" maxParticipants="4" statusCallback="twilioConferenceWebhook" statusCallbackMethod="POST" statusCallbackEvent="start end join leave">b1</Conference></Dial>',
);

const pickUp = (leg: string, answeredBy = "human") =>
  fromTwilio("twilioAmdTwiml", twilioAmdTwiml, { CallSid: leg, CallStatus: "in-progress", AnsweredBy: answeredBy });

const legEnds = (leg: string, status: string) =>
  fromTwilio("twilioConferenceWebhook", twilioConferenceWebhook, { CallSid: leg, CallStatus: status });

function conferenceEvent(number: number, kind: string, seconds: number, leg = "") {
  const Timestamp = new Date(began + seconds * 1000).toUTCString();
  const form = {
    ConferenceSid: conference,
    FriendlyName: "b1",
    StatusCallbackEvent: kind,
    SequenceNumber: String(number),
    Timestamp,
  };
  return () =>
    fromTwilio("twilioConferenceWebhook", twilioConferenceWebhook, leg === "" ? form : { ...form, CallSid: leg });
}

/** A talk of so many seconds, as Twilio tells it. */
const talk = (seconds: number) => [
  conferenceEvent(1, "participant-join", 5, provider),
  conferenceEvent(2, "participant-join", 20, client),
  conferenceEvent(3, "conference-start", 20),
  conferenceEvent(4, "participant-leave", 20 + seconds, client),
  conferenceEvent(5, "participant-leave", 21 + seconds, provider),
  conferenceEvent(6, "conference-end", 22 + seconds),
];

it("rings both sides once, however often the task comes, and both join the session's conference", async () => {
  await start();
  await start();
  expect(twilio.legs).toMatchObject([
    {
      sid: provider,
      to: "+4915112345678",
      from: "+33186260440",
      application: `AP${"b".repeat(32)}`,
      machineDetection: "Enable",
    },
    { sid: client, to: "+33612345678" },
  ]);
  expect(await pickUp(provider)).toEqual({ status: 200, body: joined });
  expect(await pickUp(client, "unknown")).toEqual({ status: 200, body: joined });
  expect((await session())?.legs).toEqual({
    [provider]: { side: "provider", dialIn: false },
    [client]: { side: "client", dialIn: false },
  });
});

it("rings nobody twice when two copies get the task at the same time", async () => {
  const outcomes = await Promise.allSettled([start(), start(), start()]);
  expect(outcomes.some(({ status }) => status === "fulfilled")).toBe(true);
  expect(twilio.rung()).toEqual(["+4915112345678", "+33612345678"]);
});

it("finds the leg at Twilio that an attempt placed before it died", async () => {
  // Twilio placed the leg, and its answer was lost.
  twilio.instead.push((asked) => {
    twilio.answer(asked);
    return "drop";
  });
  await expect(start()).rejects.toThrow();
  expect(twilio.rung()).toEqual(["+4915112345678"]);
  await start();
  expect(twilio.rung()).toEqual(["+4915112345678", "+33612345678"]);
  expect(Object.keys((await session())?.legs)).toEqual([provider, client]);
});

it("asks Stripe when its event has not come yet, and rings nobody whose payment is not authorized", async () => {
  await db.doc("payments/pi_1").update({ status: "created" });
  await db.doc("call_sessions/b1").update({ "payment.status": "created" });
  const stripes = stripe.things.get("pi_1");
  if (stripes === undefined) throw new Error("no intent");
  stripes.status = "requires_payment_method";
  await expect(start()).rejects.toThrow("the payment of b1 is not authorized");
  expect(twilio.legs).toEqual([]);
  stripes.status = "requires_capture";
  await start();
  expect(twilio.legs).toHaveLength(2);
  expect((await session())?.payment.status).toBe("authorized");
});

it("leaves alone what is cancelled, put off or not understood", async () => {
  await runTask(executeScheduledCall, { sessionId: "a/b" });
  await runTask(executeScheduledCall, null);
  await db.doc("call_sessions/b1").update({ startsAt: new Date(Date.now() + 3_600_000) });
  await start();
  await db.doc("call_sessions/b1").update({ status: "cancelled", startsAt: new Date(began) });
  await start();
  expect(twilio.asked).toEqual([]);
});

it("captures once after a talk that was long enough", async () => {
  await start();
  for (const deliver of talk(600)) expect((await deliver()).status).toBe(204);
  expect(await session()).toMatchObject({
    status: "completed",
    durationSeconds: 600,
    settlement: { decision: "capture", state: "done", attempt: 0 },
  });
  expect((await session())?.startedAt.toMillis()).toBe(began + 20_000);
  expect(intent()).toBe("succeeded");
  expect(stripe.keys()).toEqual(["capture:pi_1:0"]);
});

it("releases after a talk that was too short", async () => {
  await start();
  for (const deliver of talk(59)) await deliver();
  expect(await session()).toMatchObject({ status: "failed", failure: "too-short", durationSeconds: 59 });
  expect(intent()).toBe("canceled");
  expect(stripe.keys()).toEqual(["cancel:pi_1:0"]);
});

it("comes to the same in reverse order, with every event twice", async () => {
  await start();
  for (const deliver of talk(600).reverse()) {
    await deliver();
    await deliver();
  }
  expect(await session()).toMatchObject({ status: "completed", durationSeconds: 600 });
  expect(intent()).toBe("succeeded");
  expect(stripe.keys()).toEqual(["capture:pi_1:0"]);
});

it("comes to the same when all events arrive at once, at copies of two regions", async () => {
  await start();
  const answers = await Promise.all(talk(600).flatMap((deliver) => [deliver(), deliver()]));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
  expect(await session()).toMatchObject({ status: "completed", durationSeconds: 600, settlement: { state: "done" } });
  expect(intent()).toBe("succeeded");
  expect((await db.collection("call_sessions/b1/events").get()).size).toBe(6);
}, 120_000);

it("decides nothing while an event of the conference is on its way", async () => {
  await start();
  const events = talk(600);
  const late = events.splice(1, 1)[0];
  for (const deliver of events) await deliver();
  expect(await session()).toMatchObject({ status: "calling" });
  expect(intent()).toBe("requires_capture");
  await late?.();
  expect(await session()).toMatchObject({ status: "completed", durationSeconds: 600 });
  expect(intent()).toBe("succeeded");
});

it("asks Twilio in the end, where the event never comes", async () => {
  await start();
  const events = talk(600);
  events.splice(1, 1);
  for (const deliver of events) await deliver();
  twilio.conferences.push("b1");
  for (const leg of twilio.legs) {
    Object.assign(leg, {
      status: "completed",
      startTime: new Date(began + (leg.sid === client ? 20_000 : 5_000)).toUTCString(),
      endTime: new Date(began + 620_000).toUTCString(),
    });
  }
  await db.doc("call_sessions/b1").update({ settlingAt: new Date(Date.now() - 6 * 60_000) });
  await runSchedule(endStaleCallSessions, "2026-11-28T10:30:00Z");
  await runSchedule(endStaleCallSessions, "2026-11-28T10:45:00Z");
  expect(await session()).toMatchObject({ status: "completed", durationSeconds: 600 });
  expect(await session()).not.toHaveProperty("settlingAt");
  expect(stripe.keys()).toEqual(["capture:pi_1:0"]);
});

it("keeps the decision when Stripe does not answer, and captures at the next recovery under a new key", async () => {
  await start();
  stripe.instead.push(...[1, 2, 3].map(() => () => ({ status: 500, body: { error: { type: "api_error" } } })));
  for (const deliver of talk(600)) expect((await deliver()).status).toBe(204);
  expect((await session())?.settlement).toMatchObject({ decision: "capture", state: "due", attempt: 1 });
  expect(intent()).toBe("requires_capture");
  await runSchedule(stuckPaymentsRecovery, "2026-11-28T11:00:00Z");
  await runSchedule(stuckPaymentsRecovery, "2026-11-28T11:30:00Z");
  expect(intent()).toBe("succeeded");
  expect((await session())?.settlement.state).toBe("done");
  expect(new Set(stripe.keys())).toEqual(new Set(["capture:pi_1:0", "capture:pi_1:1"]));
});

it("settles at a duplicate, where the first delivery died between the decision and Stripe", async () => {
  await start();
  for (const deliver of talk(600)) await deliver();
  // As the first delivery would have left it.
  Object.assign(stripe.things.get("pi_1") ?? {}, { status: "succeeded" });
  await db.doc("call_sessions/b1").update({ "settlement.state": "due" });
  const last = talk(600).at(-1);
  expect((await last?.())?.status).toBe(204);
  expect((await session())?.settlement.state).toBe("done");
});

it("hangs up on an answering machine and on the other side, and releases the money", async () => {
  await start();
  await pickUp(provider);
  expect(await pickUp(client, "machine_start")).toEqual({ status: 200, body: xml("<Hangup/>") });
  expect(twilio.legs.map(({ status }) => status)).toEqual(["completed", "queued"]);
  expect(await session()).toMatchObject({ status: "failed", failure: "voicemail", durationSeconds: 0 });
  expect(intent()).toBe("canceled");
  // The conference that the provider waited in ends after that.
  await conferenceEvent(1, "participant-join", 5, provider)();
  await conferenceEvent(2, "participant-leave", 30, provider)();
  await conferenceEvent(3, "conference-end", 30)();
  expect(await session()).toMatchObject({ status: "failed", failure: "voicemail" });
  expect(stripe.keys()).toEqual(["cancel:pi_1:0"]);
});

it.each([
  [client, "no-answer", "client-no-answer"],
  [provider, "busy", "provider-no-answer"],
  [client, "failed", "carrier"],
])("releases the money when leg %s ends with %s, told twice", async (leg, status, failure) => {
  await start();
  expect((await legEnds(leg, status)).status).toBe(204);
  expect((await legEnds(leg, status)).status).toBe(204);
  expect(await session()).toMatchObject({ status: "failed", failure });
  expect(intent()).toBe("canceled");
  const other = leg === client ? provider : client;
  expect(twilio.legs.find(({ sid }) => sid === other)?.status).toBe("completed");
});

it("acts on the end of a leg that was reported before the leg was written down", async () => {
  expect((await legEnds(provider, "busy")).status).toBe(204);
  await start();
  expect(await session()).toMatchObject({ status: "failed", failure: "provider-no-answer" });
  expect(intent()).toBe("canceled");
  expect(twilio.rung()).toEqual(["+4915112345678"]);
});

it("hangs up the first leg when the second cannot be placed, and releases the money", async () => {
  twilio.instead.push(
    () => null,
    () => ({ status: 400, body: { code: 21211, message: "The 'To' number +33612345678 is not a valid phone number" } }),
  );
  await start();
  expect(twilio.legs.map(({ status }) => status)).toEqual(["completed"]);
  expect(await session()).toMatchObject({ status: "failed", failure: "carrier" });
  expect(intent()).toBe("canceled");
});

it("lets a leg wait until it is known, and not for ever", async () => {
  const waiting = await fromTwilio("twilioAmdTwiml", twilioAmdTwiml, { CallSid: provider });
  expect(waiting.body).toBe(xml('<Pause length="1"/><Redirect method="POST">twilioAmdTwiml?attempt=1</Redirect>'));
  const last = await fromTwilio("twilioAmdTwiml", twilioAmdTwiml, { CallSid: provider }, { query: "?attempt=10" });
  expect(last.body).toBe(xml("<Hangup/>"));
});

it("turns away a leg that is picked up after the call has ended", async () => {
  await start();
  await legEnds(client, "no-answer");
  expect((await pickUp(provider)).body).toBe(xml("<Say>This call has ended. Goodbye.</Say><Hangup/>"));
});

const dialIn = sidOf("CA", 9);

const gather = (digits: string, from: string, query = "") =>
  fromTwilio("twilioGatherResponse", twilioGatherResponse, { CallSid: dialIn, From: from, Digits: digits }, { query });

it("lets the client dial in by the digits of the booking, and counts that talk", async () => {
  const asked = await fromTwilio("twilioCallWebhook", twilioCallWebhook, { CallSid: dialIn, From: "+33699999999" });
  expect(asked.body).toBe(
    xml(
      '<Gather input="dtmf" action="twilioGatherResponse?attempt=0" method="POST" numDigits="6" timeout="10"><Say>Welcome. Please enter the six digits of your booking.</Say></Gather><Say>We did not receive any digits. Goodbye.</Say><Hangup/>',
    ),
  );
  await start();
  expect((await gather("123456", "+33699999999")).body).toBe(joined);
  // The client's own phone was not picked up, but the client is there.
  await legEnds(client, "no-answer");
  expect((await session())?.status).toBe("calling");
  await conferenceEvent(1, "participant-join", 5, provider)();
  await conferenceEvent(2, "participant-join", 20, dialIn)();
  await conferenceEvent(3, "participant-leave", 120, dialIn)();
  await conferenceEvent(4, "participant-leave", 121, provider)();
  await conferenceEvent(5, "conference-end", 121)();
  expect(await session()).toMatchObject({ status: "completed", durationSeconds: 100 });
  expect(intent()).toBe("succeeded");
});

it("does not take two legs of the provider for a talk", async () => {
  await start();
  await gather("123456", "+4915112345678");
  expect((await session())?.legs[dialIn]).toEqual({ side: "provider", dialIn: true });
  await conferenceEvent(1, "participant-join", 5, provider)();
  await conferenceEvent(2, "participant-join", 6, dialIn)();
  await conferenceEvent(3, "conference-end", 600)();
  expect(await session()).toMatchObject({ status: "failed", durationSeconds: 0 });
});

it("asks again after wrong digits, three times in all, and joins nobody to a call that is not running", async () => {
  const again = (attempt: number) =>
    xml(
      `<Say>There is no call with these digits now.</Say><Redirect method="POST">twilioCallWebhook?attempt=${attempt}</Redirect>`,
    );
  expect((await gather("123456", "+33699999999")).body).toBe(again(1));
  await start();
  expect((await gather("654321", "+33699999999", "?attempt=1")).body).toBe(again(2));
  expect((await gather("", "+33699999999", "?attempt=2")).body).toBe(again(3));
  const last = await fromTwilio("twilioCallWebhook", twilioCallWebhook, { CallSid: dialIn }, { query: "?attempt=3" });
  expect(last.body).toBe(xml("<Say>Please look at your booking and call again. Goodbye.</Say><Hangup/>"));
});

it("joins nobody where two running calls have the same digits", async () => {
  await start();
  await db.doc("call_sessions/b2").set({ dialInCode: "123456", status: "calling" });
  expect((await gather("123456", "+33699999999")).body).toContain("There is no call with these digits now.");
});

it("believes what Twilio signed for one of the public addresses, old or new, and nothing else", async () => {
  const form = { CallSid: provider };
  const [now = "", old = ""] = publicAddresses;
  const status = async (options: { address?: string; query?: string; token?: string }) =>
    (await fromTwilio("twilioCallWebhook", twilioCallWebhook, form, options)).status;
  expect(await status({ address: now })).toBe(200);
  expect(await status({ address: old })).toBe(200);
  expect(await status({ address: old, query: "?attempt=1" })).toBe(200);
  expect(await status({ address: "https://us-central1-demo-regions.cloudfunctions.net" })).toBe(403);
  expect(await status({ token: "somebody's token" })).toBe(403);
  // Signed for another function of ours.
  const other = await fromTwilio("twilioGatherResponse", twilioCallWebhook, form);
  expect(other.status).toBe(200);
  expect((await fromTwilio("twilioAmdTwiml", twilioAmdTwiml, { ...form, CallSid: "CA1" })).status).toBe(400);
});

it("does not settle by what nobody signed", async () => {
  await start();
  const form = {
    ConferenceSid: conference,
    FriendlyName: "b1",
    StatusCallbackEvent: "conference-end",
    SequenceNumber: "1",
  };
  const answer = await fromTwilio("twilioConferenceWebhook", twilioConferenceWebhook, form, { token: "forged" });
  expect(answer).toEqual({ status: 403, body: "not signed by Twilio" });
  expect(intent()).toBe("requires_capture");
});

it("ends calls that never began or never got further, with the money released", async () => {
  await runSchedule(endStaleCallSessions, "2026-11-28T12:00:00Z");
  // Due since more than an hour, by this machine's clock.
  await db.doc("call_sessions/b1").update({ startsAt: new Date(Date.now() - 61 * 60_000) });
  await runSchedule(endStaleCallSessions, "2026-11-28T12:15:00Z");
  expect(await session()).toMatchObject({ status: "failed", failure: "not-started" });
  expect(intent()).toBe("canceled");
});

it("asks for a review once", async () => {
  await db.doc("call_sessions/b1").update({ status: "in-progress" });
  const reference = db.doc("call_sessions/b1");
  const deliver = await updatedEvent(reference, () => reference.update({ status: "completed" }));
  await Promise.all([deliver(onCallSessionEnded), deliver(onCallSessionEnded)]);
  await deliver(onCallSessionEnded);
  const told = await db.collection("notifications").get();
  expect(told.docs.map((one) => [one.id, one.get("owner")])).toEqual([["review-request_b1", "anna"]]);
});

it("frees a start that died, once its lease is over", async () => {
  // Claimed by a copy that is gone.
  twilio.instead.push(() => "drop");
  await expect(start()).rejects.toThrow();
  passTime(11 * 60_000);
  await start();
  expect(twilio.legs).toHaveLength(2);
});
