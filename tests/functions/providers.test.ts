import { expect, it } from "vitest";
import { adminListPendingProviders, approveProfile } from "../../src/functions/src/admin/providers.ts";
import { createStripeAccount, getOnboardingLink } from "../../src/functions/src/core/onboarding.ts";
import { onProviderCreated } from "../../src/functions/src/payments/providers.ts";
import { admin, call, createdEvent, refusalOf } from "./invoke.ts";
import { db, passTime, stripe } from "./surroundings.ts";

const form = {
  email: "lea@example.org",
  displayName: "Lea",
  phone: "+4915112345678",
  country: "DE",
  payoutMethod: "stripe",
};
const lea = async () => (await db.doc("providers/lea").get()).data();

it("gives a lawyer one Stripe Express account, and leaves the profile pending and invisible", async () => {
  const cheeky = { ...form, visible: true, approvalStatus: "approved", balanceCents: 1_000_000 };
  const deliver = await createdEvent("providers/lea", cheeky);
  await Promise.allSettled([deliver(onProviderCreated), deliver(onProviderCreated)]);
  await deliver(onProviderCreated);
  expect(await lea()).toEqual({
    ...form,
    visible: false,
    approvalStatus: "pending",
    balanceCents: 0,
    stripeAccount: "acct_0001",
  });
  expect(stripe.keys()).toEqual(["provider-account:lea"]);
  expect(stripe.things.get("acct_0001")).toMatchObject({
    type: "express",
    country: "DE",
    email: "lea@example.org",
    capabilities: { transfers: { requested: "true" } },
    metadata: { provider: "lea" },
  });
});

it("keeps the PayPal address where that was chosen, and asks Stripe nothing", async () => {
  const deliver = await createdEvent("providers/lea", { ...form, payoutMethod: "paypal" });
  await deliver(onProviderCreated);
  expect(await lea()).toMatchObject({ paypalAddress: "lea@example.org", approvalStatus: "pending", visible: false });
  expect(stripe.asked).toEqual([]);
});

it("makes one account though the copy died before it had written it down, and takes no approval back", async () => {
  const deliver = await createdEvent("providers/lea", form);
  await deliver(onProviderCreated);
  // As the dead copy would have left it: the account made, nothing else; then somebody approves.
  await db.doc("providers/lea").update({ approvalStatus: "approved", visible: true });
  const records = await db.collection("processed_events").where("event", ">=", "").get();
  const main = records.docs.find((record) => !String(record.get("event")).endsWith(":start"));
  await main?.ref.update({ doneAt: null, claim: "dead" });
  await expect(deliver(onProviderCreated)).rejects.toThrow(/try again later$/);
  passTime(11 * 60_000);
  await deliver(onProviderCreated);
  expect(await lea()).toMatchObject({ approvalStatus: "approved", visible: true, stripeAccount: "acct_0001" });
  expect(stripe.keys()).toEqual(["provider-account:lea", "provider-account:lea"]);
  expect(stripe.things.size).toBe(1);
});

it("leaves what is not complete to a person, and does not come back to it", async () => {
  const deliver = await createdEvent("providers/lea", {
    displayName: "Lea",
    phone: "0151 12345678",
    payoutMethod: "cash",
    country: "Germany",
  });
  await deliver(onProviderCreated);
  expect(await lea()).toMatchObject({
    approvalStatus: "pending",
    visible: false,
    incomplete: ["email", "phone", "country", "payoutMethod"],
  });
  expect(stripe.asked).toEqual([]);
});

it("has the event come again while Stripe does not answer", async () => {
  stripe.instead.push(...[1, 2, 3].map(() => () => "drop" as const));
  const deliver = await createdEvent("providers/lea", form);
  await expect(deliver(onProviderCreated)).rejects.toThrow();
  expect(await lea()).toMatchObject({ visible: false });
  await deliver(onProviderCreated);
  expect((await lea())?.stripeAccount).toBe("acct_0001");
});

it("shows a provider once somebody has approved the profile, and only an administrator can", async () => {
  const deliver = await createdEvent("providers/lea", { ...form, createdAt: new Date() });
  expect(await refusalOf(approveProfile, admin, { id: "lea" })).toBe(
    "failed-precondition: The provider has no place where earnings go yet.",
  );
  await deliver(onProviderCreated);
  expect(((await call(adminListPendingProviders, admin, {})).items as { id: string }[]).map(({ id }) => id)).toEqual([
    "lea",
  ]);
  expect(await refusalOf(approveProfile, { uid: "lea" }, { id: "lea" })).toBe(
    "permission-denied: Administrators only.",
  );
  expect(await refusalOf(approveProfile, { uid: "lea", role: "affiliate" }, { id: "lea" })).toBe(
    "permission-denied: Administrators only.",
  );
  expect(await refusalOf(approveProfile, null, { id: "lea" })).toBe("unauthenticated: Sign in first.");
  expect(await refusalOf(approveProfile, admin, { id: "max" })).toBe("not-found: There is no max in providers.");
  expect(await call(approveProfile, admin, { id: "lea" })).toEqual({ id: "lea" });
  expect(await lea()).toMatchObject({ approvalStatus: "approved", visible: true });
  const events = await db.collection("admin_events").get();
  expect(events.docs.map((event) => [event.get("event"), event.get("actor"), event.get("target")])).toEqual([
    ["provider.approved", "boss", "providers/lea"],
  ]);
});

it("gives whoever changes to Stripe an account and Stripe's page, and strangers neither", async () => {
  const returnTo = "https://lawyers.example/dashboard";
  expect(await refusalOf(createStripeAccount, { uid: "max" }, { country: "DE" })).toBe(
    "failed-precondition: Register as a provider first.",
  );
  await db.doc("providers/lea").set({ ...form, payoutMethod: "paypal" });
  expect(await refusalOf(getOnboardingLink, { uid: "lea" }, { returnTo })).toBe(
    "failed-precondition: There is no Stripe account yet.",
  );
  const made = await Promise.all([1, 2].map(() => call(createStripeAccount, { uid: "lea" }, { country: "DE" })));
  expect(made).toEqual([{ account: "acct_0001" }, { account: "acct_0001" }]);
  expect(await lea()).toMatchObject({ stripeAccount: "acct_0001", payoutMethod: "stripe" });
  expect(await call(getOnboardingLink, { uid: "lea" }, { returnTo })).toEqual({
    url: "https://connect.stripe.com/setup/e/1",
  });
  expect(await refusalOf(getOnboardingLink, { uid: "lea" }, { returnTo: "javascript:alert(1)" })).toMatch(
    /^invalid-argument: returnTo: /,
  );
});
