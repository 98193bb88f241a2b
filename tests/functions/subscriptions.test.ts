import { beforeEach, expect, it } from "vitest";
import { adminCreatePlan, adminPublishPlan } from "../../src/functions/src/admin/subscriptions.ts";
import {
  cancelSubscription,
  createSubscriptionCheckout,
  getSubscriptionStatus,
} from "../../src/functions/src/payments/subscriptions.ts";
import { onSubscriptionActivated } from "../../src/functions/src/payments/triggers.ts";
import { admin, call, refusalOf, updatedEvent } from "./invoke.ts";
import { db, stripe } from "./surroundings.ts";

const anna = { uid: "anna" };
const returnTo = "https://lawyers.example/plans?lang=fr";
let planId: string;

beforeEach(async () => {
  const plan = { title: "Monthly", monthlyCents: 14_900, currency: "eur", callsIncluded: 2, stripePrice: "price_1" };
  planId = String((await call(adminCreatePlan, admin, plan)).id);
});

it("opens Stripe Checkout for a published plan, the same page when pressed twice", async () => {
  expect(await refusalOf(createSubscriptionCheckout, anna, { planId, returnTo })).toBe(
    "failed-precondition: This plan is not on sale.",
  );
  await call(adminPublishPlan, admin, { id: planId });
  const pages = await Promise.all([1, 2].map(() => call(createSubscriptionCheckout, anna, { planId, returnTo })));
  expect(pages[0]).toEqual({ url: "https://checkout.stripe.com/c/cs_0001" });
  expect(pages[1]).toEqual(pages[0]);
  expect(new Set(stripe.keys()).size).toBe(1);
  expect(stripe.keys()[0]).toMatch(/^checkout:[0-9a-f]{64}$/);
  expect(Object.fromEntries(new URLSearchParams(stripe.asked[0]?.body))).toEqual({
    mode: "subscription",
    "line_items[0][price]": "price_1",
    "line_items[0][quantity]": "1",
    client_reference_id: "anna",
    "subscription_data[metadata][clientId]": "anna",
    "subscription_data[metadata][planId]": planId,
    success_url: "https://lawyers.example/plans?lang=fr&subscribed={CHECKOUT_SESSION_ID}",
    cancel_url: returnTo,
  });
});

it.each([
  ["nobody", null, {}, "unauthenticated: Sign in first."],
  ["a plan nobody made", anna, { planId: "none" }, "failed-precondition: This plan is not on sale."],
  ["an address that is none", anna, { returnTo: "http://plain.example" }, "invalid-argument: returnTo: Invalid URL"],
  [
    "a plan that is no id",
    anna,
    { planId: 7 },
    "invalid-argument: planId: Invalid input: expected string, received number",
  ],
])("refuses a checkout for %s", async (_, caller, change, refusal) => {
  await call(adminPublishPlan, admin, { id: planId });
  expect(await refusalOf(createSubscriptionCheckout, caller, { planId, returnTo, ...change })).toBe(refusal);
  expect(stripe.asked).toEqual([]);
});

it("sells nobody a second subscription, and lets an ended one be followed by another", async () => {
  await call(adminPublishPlan, admin, { id: planId });
  await db.doc("subscriptions/sub_0").set({ client: "anna", status: "canceled" });
  await db.doc("subscriptions/sub_1").set({ client: "anna", status: "past_due" });
  stripe.keep({ id: "sub_1", object: "subscription" });
  expect(await refusalOf(createSubscriptionCheckout, anna, { planId, returnTo })).toBe(
    "already-exists: There is a subscription already.",
  );
  expect(await call(getSubscriptionStatus, anna, {})).toEqual({ id: "sub_1", status: "past_due" });
  expect(await call(cancelSubscription, anna, {})).toEqual({ id: "sub_1" });
  expect(stripe.things.get("sub_1")).toMatchObject({ cancel_at_period_end: "true" });
  expect(await refusalOf(cancelSubscription, { uid: "ben" }, {})).toBe(
    "failed-precondition: There is no subscription to cancel.",
  );
  await db.doc("subscriptions/sub_1").update({ status: "canceled" });
  expect(await call(createSubscriptionCheckout, anna, { planId, returnTo })).toHaveProperty("url");
});

it("tells the client once that the subscription is active, and again after it has come back", async () => {
  const subscription = db.doc("subscriptions/sub_1");
  await subscription.set({ client: "anna", status: "new" });
  const first = await updatedEvent(subscription, () => subscription.update({ status: "active" }));
  await Promise.all([first(onSubscriptionActivated), first(onSubscriptionActivated)]);
  const same = await updatedEvent(subscription, () => subscription.update({ monthlyCents: 1 }));
  await same(onSubscriptionActivated);
  await subscription.update({ status: "past_due" });
  const back = await updatedEvent(subscription, () => subscription.update({ status: "active" }));
  await back(onSubscriptionActivated);
  await first(onSubscriptionActivated);
  const told = await db.collection("notifications").get();
  expect(told.docs.map((one) => [one.get("owner"), one.get("kind"), one.get("about")])).toEqual([
    ["anna", "subscription-active", "sub_1"],
    ["anna", "subscription-active", "sub_1"],
  ]);
});
