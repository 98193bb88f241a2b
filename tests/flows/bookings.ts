import { setTimeout as sleep } from "node:timers/promises";
import type { Firestore } from "@google-cloud/firestore";
import type Stripe from "stripe";

/* Many whole bookings at once, and what became of each: for the load benchmark, and in small for a test. */

/** What happens on the phone, and so to the money. */
export type Ending = "long talk" | "short talk" | "busy" | "nobody";

export interface Booking {
  readonly id: string;
  readonly ending: Ending;
  readonly client: string;
  readonly clientPhone: string;
  readonly provider: string;
}

export interface Target {
  readonly db: Firestore;
  readonly stripe: Stripe;
  admin(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Calls a callable as a client; throws what it refused with. */
  call(
    name: "createPaymentIntent" | "createAndScheduleCall",
    client: string,
    data: object,
  ): Promise<Record<string, unknown>>;
}

const price = 4900;
const share = 3900;

/**
 * So many bookings, the same each time: of ten, six clients talk long enough to pay, two hang up early, one is busy and
 * one does not pick up. `perProvider` of them go to one provider, whose balance they all change.
 */
export function planBookings(count: number, perProvider: number): Booking[] {
  const endings: readonly Ending[] = [
    "long talk",
    "long talk",
    "short talk",
    "long talk",
    "busy",
    "long talk",
    "long talk",
    "short talk",
    "long talk",
    "nobody",
  ];
  return Array.from({ length: count }, (_, index) => ({
    id: `load-${index}`,
    ending: endings[index % endings.length] ?? "long talk",
    client: `load-client-${index}`,
    clientPhone: `+4915${String(10_000_000 + index)}`,
    provider: `load-provider-${Math.floor(index / perProvider)}`,
  }));
}

/** What a client's line does. A long talk lasts between the least that is paid and `longestMs`, spread evenly. */
function lineOf({ ending }: Booking, index: number, longestMs: number): object {
  if (ending === "busy") return { outcome: "busy" };
  if (ending === "nobody") return { outcome: "no-answer" };
  if (ending === "short talk") return { talkMs: 5_000 + (index % 10) * 1_000 };
  const least = 62_000;
  return { talkMs: Math.round(least + ((index % 50) / 50) * Math.max(0, longestMs - least)) };
}

/** Writes down the providers, and what everybody will do on the phone. */
export async function prepareBookings(target: Target, bookings: readonly Booking[], longestMs: number): Promise<void> {
  const providers = [...new Set(bookings.map(({ provider }) => provider))];
  for (const [index, provider] of providers.entries()) {
    const phone = phoneOf(index);
    await target.db.doc(`providers/${provider}`).set({
      phone,
      visible: true,
      callCents: price,
      currency: "eur",
      shareCents: share,
      balanceCents: 0,
    });
    await target.admin("POST", "twilio/lines", { number: phone, talkMs: 3_600_000 });
  }
  for (const [index, booking] of bookings.entries()) {
    const line = lineOf(booking, index, longestMs);
    await target.admin("POST", "twilio/lines", { number: booking.clientPhone, ...line });
  }
}

const phoneOf = (provider: number): string => `+336${String(10_000_000 + provider)}`;

/** How long each step took, in milliseconds, and how often one had to be repeated. */
export interface Booked {
  readonly payMs: number;
  readonly confirmMs: number;
  readonly scheduleMs: number;
  readonly repeats: number;
}

/** Pays, confirms the card and books, as the page does; a step that fails is repeated, as a client presses again. */
export async function book(target: Target, booking: Booking): Promise<Booked> {
  let repeats = 0;
  async function patiently<Answer>(step: () => Promise<Answer>): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await step();
      } catch (error) {
        if (attempt === 5) throw error;
        repeats += 1;
        await sleep(200 * 2 ** attempt);
      }
    }
  }
  const times = [performance.now()];
  const { id, provider, client, clientPhone } = booking;
  const wanted = { bookingId: id, providerId: provider, amountCents: price, currency: "eur" };
  const { paymentIntentId } = await patiently(() => target.call("createPaymentIntent", client, wanted));
  times.push(performance.now());
  const intent = String(paymentIntentId);
  await patiently(async () => {
    const { status } = await target.stripe.paymentIntents.retrieve(intent);
    if (status !== "requires_payment_method") return;
    await target.stripe.paymentIntents.confirm(intent, { payment_method: "pm_card_visa" });
  });
  times.push(performance.now());
  const call = { bookingId: id, providerId: provider, paymentIntentId: intent, clientPhone };
  await patiently(() => target.call("createAndScheduleCall", client, call));
  times.push(performance.now());
  const [began = 0, paid = 0, confirmed = 0, ended = 0] = times;
  return { payMs: paid - began, confirmMs: confirmed - paid, scheduleMs: ended - confirmed, repeats };
}

/** What became of all bookings. Whoever is in none of the lists came out exactly as the call went. */
export interface Tally {
  readonly sent: number;
  readonly captured: number;
  readonly cancelled: number;
  /** Ids of bookings whose payment is neither captured nor cancelled, or whose record does not say so, with the reason. */
  readonly lost: readonly string[];
  /** Something happened twice: a payment, a note of it, a call; or a balance is not what was captured. */
  readonly doubled: readonly string[];
  /** Captured without a talk, or cancelled in spite of one. */
  readonly wrong: readonly string[];
  /** Milliseconds between moments of each settled call, by the database's clock. */
  readonly toRing: readonly number[];
  readonly toSettled: readonly number[];
}

/** Looks at every trace that the bookings left: at Stripe, at Twilio and in Firestore. */
export async function tallyBookings(target: Target, bookings: readonly Booking[]): Promise<Tally> {
  const { db } = target;
  const intents = await all((page) => target.stripe.paymentIntents.list(page));
  const events = await all((page) => target.stripe.events.list(page));
  const byBooking = Map.groupBy(intents, ({ metadata }) => metadata.bookingId ?? "");
  const endings = Map.groupBy(
    events.filter(({ type }) => type === "payment_intent.succeeded" || type === "payment_intent.canceled"),
    ({ data }) => (data.object as { id: string }).id,
  );
  const sessions = new Map((await db.collection("call_sessions").get()).docs.map((doc) => [doc.id, doc]));
  const payments = new Map((await db.collection("payments").get()).docs.map((doc) => [doc.id, doc]));
  const told = Map.groupBy((await db.collection("notifications").get()).docs, (doc) => String(doc.get("about")));
  const lost: string[] = [];
  const doubled: string[] = [];
  const wrong: string[] = [];
  const toRing: number[] = [];
  const toSettled: number[] = [];
  const credited = new Map<string, number>();
  let captured = 0;
  let cancelled = 0;
  for (const { id, ending, provider } of bookings) {
    const own = byBooking.get(id) ?? [];
    const [intent] = own;
    if (own.length > 1) doubled.push(`${id}: ${own.length} payments`);
    if (intent === undefined) {
      lost.push(`${id}: no payment`);
      continue;
    }
    const settled = endings.get(intent.id) ?? [];
    if (settled.length > 1) doubled.push(`${id}: ${settled.map(({ type }) => type).join(", ")}`);
    if (intent.status === "succeeded") captured += 1;
    else if (intent.status === "canceled") cancelled += 1;
    else {
      lost.push(`${id}: the payment is ${intent.status}, the call ${sessions.get(id)?.get("status") ?? "not there"}`);
      continue;
    }
    const capture = intent.status === "succeeded";
    if (capture) credited.set(provider, (credited.get(provider) ?? 0) + share);
    if (capture !== (ending === "long talk") || (capture && intent.amount_received !== price)) {
      wrong.push(`${id}: ${ending}, and the payment is ${intent.status} with ${intent.amount_received} cents`);
    }
    const session = sessions.get(id);
    const recorded = [
      session?.get("settlement.state"),
      session?.get("payment.status"),
      payments.get(intent.id)?.get("status"),
    ];
    const state = capture ? "captured" : "cancelled";
    if (recorded.join() !== ["done", state, state].join())
      lost.push(`${id}: ${state}, and the records say ${recorded.join(", ")}`);
    const legs = Object.keys(session?.get("legs") ?? {}).length;
    if (legs > 2) doubled.push(`${id}: rung ${legs} times`);
    const notes = [...(told.get(id) ?? []), ...(told.get(intent.id) ?? [])]
      .map((doc) => String(doc.get("kind")))
      .sort();
    const expected = capture
      ? ["call-booked", "payment-received", "review-request"]
      : ["call-booked", "payment-cancelled"];
    if (notes.join() !== expected.join()) {
      (notes.length > expected.length ? doubled : lost).push(`${id}: told ${notes.join(", ")}`);
    }
    const at = (field: string): number => session?.get(field)?.toMillis() ?? Number.NaN;
    toRing.push(Math.max(0, at("calledAt") - at("startsAt")));
    toSettled.push(at("settlement.settledAt") - at("endedAt"));
  }
  for (const provider of new Set(bookings.map(({ provider }) => provider))) {
    const balance: unknown = (await db.doc(`providers/${provider}`).get()).get("balanceCents");
    const due = credited.get(provider) ?? 0;
    if (balance !== due) (Number(balance) > due ? doubled : lost).push(`${provider}: balance ${balance}, not ${due}`);
  }
  return { sent: bookings.length, captured, cancelled, lost, doubled, wrong, toRing, toSettled };
}

/** All objects of a list of Stripe's. */
async function all<Item extends { id: string }>(
  list: (page: Stripe.PaginationParams) => Promise<Stripe.ApiList<Item>>,
): Promise<Item[]> {
  const found: Item[] = [];
  for (;;) {
    const last = found.at(-1);
    const page = await list({ limit: 100, ...(last === undefined ? {} : { starting_after: last.id }) });
    found.push(...page.data);
    if (!page.has_more) return found;
  }
}

/** Whether all bookings but those settled are at an end; how many are not. */
export async function openBookings({ db }: Target, bookings: readonly Booking[]): Promise<number> {
  const done = await db.collection("call_sessions").where("settlement.state", "==", "done").count().get();
  return bookings.length - done.data().count;
}
