import { FieldValue } from "@google-cloud/firestore";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStage, type Person, placeOf, type Stage } from "./stage.ts";

let stage: Stage;
let boss: Person;
beforeAll(async () => {
  stage = await openStage(["onProviderCreated", "getOnboardingLink", "stripeWebhook", "approveProfile"]);
  boss = await stage.signUp("boss@acme.example", { role: "admin" });
}, 180_000);
afterAll(() => stage?.close());

/** Signs up and writes the record that the form writes. */
async function register(email: string, payoutMethod: "stripe" | "paypal"): Promise<Person> {
  const who = await stage.signUp(email);
  await stage.db.doc(`providers/${who.uid}`).create({
    email,
    displayName: "Lea Beispiel",
    phone: "+4915112345678",
    barNumber: "B-1234",
    country: "DE",
    payoutMethod,
    createdAt: FieldValue.serverTimestamp(),
    // What a browser wrote of these is not believed.
    visible: true,
  });
  return who;
}

/** Identifies on Stripe's page. */
async function identify(who: Person): Promise<void> {
  const returnTo = "https://acme.example/register";
  const { url } = await stage.call("getOnboardingLink", who, { returnTo });
  const done = await fetch(String(url), { method: "POST", redirect: "manual" });
  expect([done.status, done.headers.get("location")]).toEqual([303, returnTo]);
}

async function outcome({ uid }: Person): Promise<unknown> {
  const provider = await stage.db.doc(`providers/${uid}`).get();
  const events = await stage.db.collection("admin_events").where("target", "==", provider.ref.path).get();
  const accounts = (await stage.stripe.accounts.list()).data.filter(({ metadata }) => metadata?.provider === uid);
  return {
    approval: [provider.get("approvalStatus"), provider.get("visible"), provider.get("balanceCents")],
    payout: [provider.get("stripeAccount") ?? null, provider.get("paypalAddress") ?? null],
    payouts: [provider.get("payouts.enabled"), provider.get("payouts.submitted"), provider.get("payouts.due")],
    accounts: accounts.map(({ id, type, country }) => [id, type, country]),
    events: events.docs.map((doc) => [doc.get("event"), doc.get("actor") === boss.uid]),
    registered: (await stage.db.doc(`registrations/provider_${uid}`).get()).get("role"),
  };
}

const wanted = {
  approval: ["approved", true, 0],
  payout: [expect.stringMatching(/^acct_/), null],
  payouts: [true, true, 0],
  accounts: [[expect.stringMatching(/^acct_/), "express", "DE"]],
  events: [["provider.approved", true]],
  registered: "provider",
};

it("goes from the form to a visible profile: europe-west3 for the money, europe-west1 for people", async () => {
  const lea = await register("lea@acme.example", "stripe");
  await stage.settle();
  expect(await outcome(lea)).toMatchObject({ approval: ["pending", false, 0], events: [] });
  await identify(lea);
  await stage.settle();
  await stage.call("approveProfile", boss, { id: lea.uid });
  expect(await outcome(lea)).toEqual(wanted);
  expect(stage.requests()).toEqual(["europe-west1 getOnboardingLink 200", "europe-west1 approveProfile 200"]);
  const rows = await stage.deliveries();
  expect(rows.map((row) => `${row.sender} ${row.type} → ${placeOf(row.url)} ${row.status}`)).toEqual([
    "firestore google.cloud.firestore.document.v1.created → europe-west3 onProviderCreated 204",
    "stripe account.updated → europe-west3 stripeWebhook 200",
  ]);
});

it("keeps the PayPal address of whoever chose that, and asks Stripe for no account", async () => {
  const max = await register("max@acme.example", "paypal");
  await stage.settle();
  await stage.call("approveProfile", boss, { id: max.uid });
  expect(await outcome(max)).toEqual({
    ...wanted,
    payout: [null, "max@acme.example"],
    payouts: [undefined, undefined, undefined],
    accounts: [],
  });
});

it("comes to the same with every event three times, the record's late, Stripe's in the wrong order, and answers lost", async () => {
  const before = (await stage.deliveries()).length;
  for (const rule of [
    { match: { sender: "firestore" }, times: 1, do: { kind: "delay", ms: 60_000 } },
    { match: { sender: "firestore" }, times: 1, do: { kind: "lose-answer" } },
    { match: { sender: "stripe" }, times: 1, do: { kind: "delay", ms: 3_600_000 } },
    { match: { sender: "stripe" }, times: 1, do: { kind: "lose-answer" } },
    { do: { kind: "duplicate", copies: 2 } },
  ]) {
    await stage.admin("POST", "disturbances", rule);
  }
  const mia = await register("mia@acme.example", "stripe");
  await expect(stage.call("approveProfile", boss, { id: mia.uid })).rejects.toThrow(
    /^approveProfile: 400 .*The provider has no place where earnings go yet/,
  );
  await stage.settle(30 * 60_000);
  expect(await outcome(mia)).toMatchObject({
    approval: ["pending", false, 0],
    payouts: [undefined, undefined, undefined],
  });
  // Stripe tells of this, when nobody had identified yet, after it has told that somebody has.
  const account = String((await stage.db.doc(`providers/${mia.uid}`).get()).get("stripeAccount"));
  await stage.stripe.accounts.update(account, { business_profile: { name: "Mia" } });
  await identify(mia);
  await stage.settle(2 * 3_600_000);
  const approval = { id: mia.uid, requestId: "approve-mia" };
  await Promise.all([1, 2].map(() => stage.call("approveProfile", boss, approval)));
  await stage.admin("DELETE", "disturbances");
  await stage.settle(24 * 3_600_000);
  expect(await outcome(mia)).toEqual(wanted);
  const rows = (await stage.deliveries()).slice(before);
  const duplicates = rows.filter(({ note }) => note === "a duplicate").map(({ sender }) => sender);
  expect([...new Set(duplicates)].sort()).toEqual(["firestore", "stripe"]);
  const events = await stage.stripe.events.list({ type: "account.updated" }, { stripeAccount: account });
  const [submitted, named] = events.data;
  const order = [...new Set(rows.filter(({ sender }) => sender === "stripe").map(({ event }) => event))];
  expect(order).toEqual([submitted?.id, named?.id]);
  expect([...new Set(rows.map(({ url }) => placeOf(url)))].sort()).toEqual([
    "europe-west3 onProviderCreated",
    "europe-west3 stripeWebhook",
  ]);
}, 120_000);
