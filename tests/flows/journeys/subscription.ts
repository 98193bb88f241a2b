import { expect, it } from "vitest";
import type { FunctionName } from "../fleet-code.ts";
import { deliveriesTo, type Person, placeOf, type Stage } from "../stage.ts";

/** The functions that take part. */
export const subscriptionFunctions = [
  "createSubscriptionCheckout",
  "stripeWebhook",
  "onSubscriptionActivated",
] as const satisfies readonly FunctionName[];

/** A plan with its price at Stripe. */
async function offerPlan(stage: Stage): Promise<void> {
  const price = await stage.stripe.prices.create({
    currency: "eur",
    unit_amount: 1900,
    recurring: { interval: "month" },
    product_data: { name: "Unlimited questions" },
  });
  await stage.db.doc("subscription_plans/unlimited").set({ status: "published", stripePrice: price.id });
}

/** Presses the button, pays on Stripe's page, and ends the subscription with its period on Stripe's own pages. */
async function subscribe(stage: Stage, email: string): Promise<Person> {
  const client = await stage.signUp(email);
  const returnTo = "https://acme.example/plans";
  const { url } = await stage.call("createSubscriptionCheckout", client, { planId: "unlimited", returnTo });
  const paid = await fetch(String(url), {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ email, card: "4242424242424242" }),
  });
  expect([paid.status, paid.headers.get("location")?.split("?")[0]]).toEqual([303, returnTo]);
  const { data } = await stage.stripe.subscriptions.list();
  const own = data.find(({ metadata }) => metadata.clientId === client.uid);
  await stage.stripe.subscriptions.update(own?.id ?? "", { cancel_at_period_end: true });
  return client;
}

/** All that is left of it, here and at Stripe, without ids and times. */
async function outcome(stage: Stage, { uid }: Person): Promise<unknown> {
  const { docs } = await stage.db.collection("subscriptions").where("client", "==", uid).get();
  const records = docs.map((doc) => [
    doc.get("plan"),
    doc.get("status"),
    doc.get("endsAtPeriod"),
    doc.get("monthlyCents"),
  ]);
  const invoices = await stage.db.collection("invoices").where("client", "==", uid).get();
  const told = await stage.db.collection("notifications").where("owner", "==", uid).get();
  const id = docs[0]?.id ?? "";
  const subscription = await stage.stripe.subscriptions.retrieve(id);
  const customer = String(subscription.customer);
  const intents = await stage.stripe.paymentIntents.list({ customer });
  return {
    records,
    invoices: invoices.docs.map((doc) => [doc.get("subscription") === id, doc.get("status"), doc.get("amountCents")]),
    below: (await stage.db.collection(`subscriptions/${id}/invoices`).get()).size,
    told: told.docs.map((doc) => [doc.get("kind"), doc.get("about") === id]),
    stripe: [subscription.status, subscription.cancel_at_period_end],
    intents: intents.data.map((intent) => [intent.status, intent.amount_received]),
  };
}

const wanted = {
  records: [["unlimited", "active", true, 1900]],
  invoices: [[true, "paid", 1900]],
  below: 1,
  told: [["subscription-active", true]],
  stripe: ["active", true],
  intents: [["succeeded", 1900]],
};

/** A client subscribes to a plan, calm. */
export function subscribing(opened: () => Stage): void {
  it("goes from the page to the record by the copies in europe-west3 alone", async () => {
    const stage = opened();
    await offerPlan(stage);
    await stage.mark();
    const client = await subscribe(stage, "calm@acme.example");
    await stage.settle();
    expect(await outcome(stage, client)).toEqual(wanted);
    expect(stage.requests()).toEqual(["europe-west3 createSubscriptionCheckout 200"]);
    const rows = await deliveriesTo(stage, subscriptionFunctions);
    expect(rows.map((row) => `${row.type} → ${placeOf(row.url)} ${row.status}`).sort()).toEqual([
      "customer.subscription.created → europe-west3 stripeWebhook 200",
      "customer.subscription.updated → europe-west3 stripeWebhook 200",
      "google.cloud.firestore.document.v1.updated → europe-west3 onSubscriptionActivated 204",
      "google.cloud.firestore.document.v1.updated → europe-west3 onSubscriptionActivated 204",
      "invoice.paid → europe-west3 stripeWebhook 200",
      "payment_intent.succeeded → europe-west3 stripeWebhook 200",
    ]);
    const ledger = await stage.db.collection("processed_events").get();
    expect(new Set(ledger.docs.map((doc) => doc.get("region")))).toEqual(new Set(["europe-west3"]));
  });
}

/** The same with every event twice and more, the first one last, and an answer lost. */
export function subscribingInAStorm(opened: () => Stage): void {
  it("comes to the same with every event twice and more, the first one last, and an answer lost", async () => {
    const stage = opened();
    await offerPlan(stage);
    await stage.mark();
    for (const rule of [
      { match: { sender: "stripe", type: "customer.subscription.created" }, do: { kind: "delay", ms: 3_600_000 } },
      { match: { sender: "stripe", type: "invoice.paid" }, times: 1, do: { kind: "lose-answer" } },
      { match: { sender: "stripe" }, do: { kind: "duplicate", copies: 2 } },
      { match: { sender: "firestore" }, do: { kind: "duplicate", afterMs: 60_000 } },
    ]) {
      await stage.admin("POST", "disturbances", rule);
    }
    const client = await subscribe(stage, "stormy@acme.example");
    await stage.settle(2 * 3_600_000);
    await stage.admin("DELETE", "disturbances");
    await stage.settle(24 * 3_600_000);
    expect(await outcome(stage, client)).toEqual(wanted);
    const rows = await deliveriesTo(stage, subscriptionFunctions);
    const first = (type: string) => rows.findIndex((row) => row.type === `customer.subscription.${type}`);
    expect(first("created")).toBeGreaterThan(first("updated"));
    for (const type of new Set(rows.map((row) => row.type))) {
      const of = rows.filter((row) => row.type === type);
      expect([type, of.filter((row) => row.note === "a duplicate").length >= of.length / 2]).toEqual([type, true]);
    }
    expect(new Set(rows.map((row) => placeOf(row.url)))).toEqual(
      new Set(["europe-west3 stripeWebhook", "europe-west3 onSubscriptionActivated"]),
    );
    // What was not taken at first was taken in the end: Stripe has given up on nothing.
    const events = await stage.stripe.events.list({ limit: 100 });
    expect(events.data.filter((event) => event.pending_webhooks > 0)).toEqual([]);
  }, 120_000);
}
