import { expect, it } from "vitest";
import { deliveriesTo, type Person, placeOf, type Stage } from "../stage.ts";
import { bookingFunctions } from "./booking-functions.ts";

interface Booking {
  readonly id: string;
  readonly provider: string;
  readonly client: Person;
  readonly intent: string;
  readonly phones: readonly [string, string];
}

const longTalk = {
  session: ["completed", 300, "captured"],
  settlement: ["capture", "done"],
  payment: "captured",
  balance: 3900,
  told: ["call-booked", "payment-received", "review-request"],
  stripe: [
    "succeeded",
    4900,
    "payment_intent.amount_capturable_updated",
    "payment_intent.created",
    "payment_intent.succeeded",
  ],
  calls: [["completed"], ["completed"]],
};

const shortTalk = {
  session: ["failed", 20, "cancelled"],
  settlement: ["cancel", "done"],
  payment: "cancelled",
  balance: 0,
  told: ["call-booked", "payment-cancelled"],
  stripe: [
    "canceled",
    0,
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.created",
  ],
  calls: [["completed"], ["completed"]],
};

let booked = 0;

/** A client pays and books as the page does (`times`: how often each button is pressed); both will talk for `talkMs`. */
async function book(stage: Stage, talkMs: number, times = 1): Promise<Booking> {
  booked += 1;
  const [id, provider] = [`booking-${booked}`, `provider-${booked}`];
  const phones = [`+3360000000${booked}`, `+4915100000${booked}0`] as const;
  const record = stage.db.doc(`providers/${provider}`);
  await record.set({
    phone: phones[0],
    callCents: 4900,
    currency: "eur",
    shareCents: 3900,
    balanceCents: 0,
  });
  // Where onProviderCreated is deployed, it hides whoever has just registered.
  await stage.settle();
  await record.update({ visible: true });
  for (const number of phones) await stage.admin("POST", "twilio/lines", { number, talkMs });
  const client = await stage.signUp(`client-${booked}@acme.example`);
  const press = async (name: "createPaymentIntent" | "createAndScheduleCall", data: object) => {
    const answers = await Promise.all(Array.from({ length: times }, () => stage.call(name, client, data)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    return answers[0] ?? {};
  };
  const price = { bookingId: id, providerId: provider, amountCents: 4900, currency: "eur" };
  const intent = String((await press("createPaymentIntent", price)).paymentIntentId);
  const confirmed = await stage.stripe.paymentIntents.confirm(intent, { payment_method: "pm_card_visa" });
  expect(confirmed.status).toBe("requires_capture");
  const wanted = { bookingId: id, providerId: provider, paymentIntentId: intent, clientPhone: phones[1] };
  await press("createAndScheduleCall", wanted);
  return { id, provider, client, intent, phones };
}

/**
 * All that is left of it, here, at Stripe and at Twilio, without ids and times. The talk is told to ten seconds: Twilio's
 * times are whole seconds, and the clock of a deployed fleet goes on between two of them.
 */
async function outcome(stage: Stage, { id, provider, client, intent, phones }: Booking): Promise<unknown> {
  const session = await stage.db.doc(`call_sessions/${id}`).get();
  const payment = await stage.db.doc(`payments/${intent}`).get();
  const told = await stage.db.collection("notifications").where("owner", "in", [client.uid, provider]).get();
  const reserved = await stage.stripe.paymentIntents.retrieve(intent);
  const events = await stage.stripe.events.list({ limit: 100 });
  const own = events.data.filter(({ data }) => (data.object as { id: string }).id === intent).map(({ type }) => type);
  const { account, token } = stage.sandbox.access.twilio;
  const calls = await Promise.all(
    phones.map(async (phone) => {
      const list = `2010-04-01/Accounts/${account}/Calls.json?To=${encodeURIComponent(phone)}`;
      const authorization = `Basic ${Buffer.from(`${account}:${token}`).toString("base64")}`;
      const answer = await fetch(`${stage.sandbox.base}/api.twilio.com/${list}`, { headers: { authorization } });
      return ((await answer.json()) as { calls: { status: string }[] }).calls.map(({ status }) => status);
    }),
  );
  return {
    session: [
      session.get("status"),
      Math.round(Number(session.get("durationSeconds")) / 10) * 10,
      session.get("payment.status"),
    ],
    settlement: [session.get("settlement.decision"), session.get("settlement.state")],
    payment: payment.get("status"),
    balance: (await stage.db.doc(`providers/${provider}`).get()).get("balanceCents"),
    told: told.docs.map((doc) => String(doc.get("kind"))).sort(),
    stripe: [reserved.status, reserved.amount_received, ...own.sort()],
    calls,
  };
}

/** What was delivered to the functions of the flow: who sent what to which copy, sorted. */
async function hops(stage: Stage): Promise<string[]> {
  return (await deliveriesTo(stage, bookingFunctions))
    .filter(({ sender }) => sender !== "firestore")
    .map(({ sender, type, url, status }) => `${sender} ${type} → ${placeOf(url)} ${status}`)
    .sort();
}

/** A booked call, calm. */
export function bookedCall(opened: () => Stage): void {
  it("of five minutes is captured, hop by hop in the regions of regions.yaml", async () => {
    const stage = opened();
    await stage.mark();
    const booking = await book(stage, 300_000);
    await stage.settle(15 * 60_000);
    expect(await outcome(stage, booking)).toEqual(longTalk);
    expect(stage.requests()).toEqual([
      "europe-west3 createPaymentIntent 200",
      "europe-west1 createAndScheduleCall 200",
    ]);
    expect(await hops(stage)).toEqual([
      "stripe payment_intent.amount_capturable_updated → europe-west3 stripeWebhook 200",
      "stripe payment_intent.succeeded → europe-west3 stripeWebhook 200",
      "tasks executeScheduledCall → europe-west3 executeScheduledCall 204",
      ...Array(2).fill("twilio call-status → europe-west3 twilioConferenceWebhook 204"),
      ...Array(6).fill("twilio conference → europe-west3 twilioConferenceWebhook 204"),
      ...Array(2).fill("twilio voice → europe-west3 twilioAmdTwiml 200"),
    ]);
    const events = (await deliveriesTo(stage, bookingFunctions)).filter(({ sender }) => sender === "firestore");
    expect([...new Set(events.map(({ url, status }) => `${placeOf(url)} ${status}`))].sort()).toEqual([
      "europe-west3 handlePaymentReceived 204",
      "europe-west3 onCallSessionEnded 204",
      "europe-west3 onCallSessionPaymentAuthorized 204",
      "europe-west3 onCallSessionPaymentCaptured 204",
      "europe-west3 onPaymentCancelled 204",
      "europe-west3 onPaymentRecordCreated 204",
    ]);
  });

  it("of twenty seconds is cancelled", async () => {
    const stage = opened();
    await stage.mark();
    const booking = await book(stage, 20_000);
    await stage.settle(15 * 60_000);
    expect(await outcome(stage, booking)).toEqual(shortTalk);
    expect(await hops(stage)).toContain("stripe payment_intent.canceled → europe-west3 stripeWebhook 200");
  });
}

/** The same with everything twice, late and out of order, and every button pressed twice. */
export function bookedCallInAStorm(opened: () => Stage): void {
  const storm = [
    // Stripe tells of the reservation when all is over.
    {
      match: { sender: "stripe", type: "payment_intent.amount_capturable_updated" },
      do: { kind: "delay", ms: 1_800_000 },
    },
    { match: { sender: "stripe" }, do: { kind: "duplicate", copies: 2 } },
    { match: { sender: "tasks" }, times: 1, do: { kind: "lose-answer" } },
    { match: { sender: "tasks" }, do: { kind: "duplicate" } },
    { match: { sender: "twilio", type: "conference" }, every: 2, do: { kind: "delay", ms: 30_000 } },
    { match: { sender: "twilio", type: "conference" }, every: 3, do: { kind: "lose-answer" } },
    { match: { sender: "twilio" }, do: { kind: "duplicate" } },
    { match: { sender: "firestore" }, every: 3, do: { kind: "delay", ms: 60_000 } },
    { match: { sender: "firestore" }, do: { kind: "duplicate", afterMs: 1_000 } },
  ];

  it.each([
    { what: "a long talk is captured once", talkMs: 300_000, wanted: longTalk },
    { what: "a short talk is cancelled once", talkMs: 20_000, wanted: shortTalk },
  ])(
    "$what",
    async ({ talkMs, wanted }) => {
      const stage = opened();
      await stage.mark();
      for (const rule of storm) await stage.admin("POST", "disturbances", rule);
      const booking = await book(stage, talkMs, 2);
      await stage.settle(2 * 3_600_000);
      await stage.admin("DELETE", "disturbances");
      await stage.settle(24 * 3_600_000);
      expect(await outcome(stage, booking)).toEqual(wanted);
      const rows = await deliveriesTo(stage, bookingFunctions);
      for (const sender of ["stripe", "tasks", "twilio", "firestore"]) {
        const copies = rows.filter((row) => row.sender === sender && row.note === "a duplicate");
        expect([sender, copies.length > 0]).toEqual([sender, true]);
      }
      const numbers = rows.filter(({ type }) => type === "conference").map(({ event }) => Number(event.split(":")[2]));
      const firsts = [...new Set(numbers)];
      expect([...firsts].sort()).toEqual([1, 2, 3, 4, 5, 6]);
      expect(firsts).not.toEqual([1, 2, 3, 4, 5, 6]);
      const lost = rows.filter(({ note }) => note?.endsWith("was lost on the way")).map(({ sender }) => sender);
      expect([...new Set(lost)].sort()).toEqual(["tasks", "twilio"]);
      expect([...new Set(rows.map(({ url }) => placeOf(url).split(" ")[0]))]).toEqual(["europe-west3"]);
      const events = await stage.stripe.events.list({ limit: 100 });
      expect(events.data.filter((event) => event.pending_webhooks > 0)).toEqual([]);
    },
    120_000,
  );
}
