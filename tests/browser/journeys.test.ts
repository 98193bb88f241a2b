import { afterAll, beforeAll, expect, it } from "vitest";
import { telegramBot } from "../flows/stage.ts";
import { describeWithBrowser } from "./chromium.ts";
import { openWorld, origin, type World } from "./journey.ts";

/*
 * From the built page through the fleet's own code: which region the page calls is read from the browser's network log,
 * which region everybody else calls from the sandbox's record of what it delivered. Preflights are answered by the
 * functions themselves.
 */

describeWithBrowser("a journey from the page through the fleet", (launch) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(launch, [
      "registerChatter",
      // One committed value says where all of these are called; it is mended when all of them are live there.
      "getChatterDashboard",
      "getChatterLeaderboard",
      "getInfluencerDashboard",
      "getInfluencerLeaderboard",
      "getBloggerDashboard",
      "getBloggerLeaderboard",
      "getGroupAdminDashboard",
      "getGroupAdminLeaderboard",
      "generateTelegramLink",
      "createPaymentIntent",
      "createAndScheduleCall",
      "getPaymentStatus",
      "executeScheduledCall",
      "twilioAmdTwiml",
      "twilioConferenceWebhook",
      "stripeWebhook",
      "onCallSessionPaymentCaptured",
      "createSubscriptionCheckout",
      "getSubscriptionStatus",
      "onSubscriptionActivated",
    ]);
  }, 240_000);
  afterAll(() => world?.close(), 60_000);

  it("starts from pages that `regions fix` has pointed at the copies that are live", () => {
    expect([...world.page.mended].sort()).toEqual([
      ".env: env-region in europe-west2",
      "ChatterRegister.tsx: registerChatter in europe-west2",
      "SubscriptionPage.tsx: createSubscriptionCheckout in europe-west3",
    ]);
  });

  it("somebody registers as a chatter: europe-west2 is called, and nothing else", async () => {
    const { stage } = world;
    const journey = await world.begin("/join/chatter", "lea@acme.example");
    const { tab } = journey;
    await tab.getByLabel("Name").fill("Lea Beispiel");
    await tab.getByLabel("Country").fill("fr");
    await tab.getByRole("button", { name: "Register" }).click();
    await tab.getByRole("heading", { name: "Welcome" }).waitFor();
    expect(journey.calls()).toEqual([
      {
        region: "europe-west2",
        name: "registerChatter",
        data: { displayName: "Lea Beispiel", country: "FR", languages: ["en"], platforms: [] },
      },
    ]);
    expect(journey.asked()).toEqual(["OPTIONS europe-west2 registerChatter", "POST europe-west2 registerChatter"]);
    expect(journey.answered()).toEqual([
      "OPTIONS europe-west2 registerChatter 204",
      "POST europe-west2 registerChatter 200",
    ]);
    const { docs } = await stage.db.collection("chatter_profiles").get();
    expect(docs.map((profile) => [profile.get("displayName"), profile.get("status")])).toEqual([
      ["Lea Beispiel", "pending"],
    ]);
    const code = String(docs[0]?.get("affiliateCode"));
    expect(await tab.getByRole("status").textContent()).toContain(`Your code is ${code}.`);

    // Only whoever wants Telegram asks for a link to it, and that one is made in europe-west3.
    await tab.getByRole("button", { name: "Join us on Telegram" }).click();
    await tab.waitForURL("https://t.me/**");
    expect(tab.url()).toMatch(new RegExp(`^https://t\\.me/${telegramBot.username}\\?start=[\\w-]{32}$`));
    expect(journey.answered().slice(2)).toEqual([
      "OPTIONS europe-west3 generateTelegramLink 204",
      "POST europe-west3 generateTelegramLink 200",
    ]);
    // The dashboard is of the affiliate programme, too.
    const before = journey.answered().length;
    await tab.goto(`${origin}/chatter`);
    await tab.getByText(code).waitFor();
    await tab.getByText("Nobody yet.").waitFor();
    expect(journey.answered().slice(before).sort()).toEqual([
      "OPTIONS europe-west2 getChatterDashboard 204",
      "OPTIONS europe-west2 getChatterLeaderboard 204",
      "POST europe-west2 getChatterDashboard 200",
      "POST europe-west2 getChatterLeaderboard 200",
    ]);
    expect(journey.hosts()).toEqual([
      "127.0.0.1",
      "europe-west2-demo-regions.cloudfunctions.net",
      "europe-west3-demo-regions.cloudfunctions.net",
      "lawyers-abroad.example",
      "t.me",
    ]);
    expect(journey.errors).toEqual([]);
    await journey.end();
  });

  it("a client calls a provider: paid in europe-west3, booked in europe-west1, talked, and captured once", async () => {
    const { stage } = world;
    const phones = { provider: "+33600000001", client: "+351912345678" };
    const provider = stage.db.doc("providers/demo");
    const price = { callCents: 4900, currency: "eur", shareCents: 3900 };
    await provider.set({ phone: phones.provider, visible: true, balanceCents: 0, ...price });
    for (const number of Object.values(phones)) await stage.admin("POST", "twilio/lines", { number, talkMs: 300_000 });

    const journey = await world.begin("/", "client@acme.example");
    const { tab } = journey;
    await tab.getByLabel("Phone we call you on").fill("+351 912 345 678");
    await tab.getByLabel("Card number").fill("4000 0000 0000 0002");
    await tab.getByRole("button", { name: "Book" }).click();
    expect(await tab.getByRole("alert").textContent()).toBe("Your card was declined.");
    await tab.getByLabel("Card number").fill("4242 4242 4242 4242");
    await tab.getByRole("button", { name: "Book" }).click();
    await tab.getByRole("heading", { name: "Booked" }).waitFor();
    const intents = (await stage.stripe.paymentIntents.list()).data;
    expect(intents.map((intent) => [intent.status, intent.amount_capturable])).toEqual([["requires_capture", 4900]]);
    const id = intents[0]?.id ?? "";
    const bookingId = intents[0]?.metadata.bookingId ?? "";
    const wish = { bookingId, providerId: "demo" };
    const pay = { region: "europe-west3", name: "createPaymentIntent" };
    // The second attempt is for the same booking, and gets the same payment.
    expect(journey.calls().slice(0, 4)).toEqual([
      { ...pay, data: { ...wish, amountCents: 4900, currency: "eur" } },
      { ...pay, data: { ...wish, amountCents: 4900, currency: "eur" } },
      {
        region: "europe-west1",
        name: "createAndScheduleCall",
        data: { ...wish, paymentIntentId: id, clientPhone: phones.client },
      },
      { region: "europe-west3", name: "getPaymentStatus", data: { id } },
    ]);

    await stage.settle(60_000);
    await tab.getByRole("heading", { name: "Your call is on" }).waitFor();
    expect((await stage.stripe.paymentIntents.retrieve(id)).status).toBe("requires_capture");
    await stage.settle(15 * 60_000);
    await tab.getByRole("heading", { name: "Paid" }).waitFor();
    const told = tab.getByText("You have talked, and 49.00 EUR were charged to your card.");
    await told.waitFor();
    // Loaded again, the page still tells how it went.
    await tab.reload();
    await told.waitFor();
    expect(tab.url()).toBe(`${origin}/booked/${id}`);

    const functions = ["europe-west1 createAndScheduleCall", "europe-west3 createPaymentIntent"];
    functions.push("europe-west3 getPaymentStatus");
    expect(journey.asked()).toEqual(
      ["OPTIONS", "POST"].flatMap((method) => functions.map((one) => `${method} ${one}`)),
    );
    const answers = new Set(journey.answered().map((one) => one.replace(/^(\w+) .* (\d+)$/, "$1 $2")));
    expect(answers).toEqual(new Set(["OPTIONS 204", "POST 200"]));
    const delivered = await journey.delivered();
    expect(delivered.filter((one) => !one.startsWith("firestore ")).sort()).toEqual([
      "stripe payment_intent.amount_capturable_updated → europe-west3 stripeWebhook 200",
      "stripe payment_intent.payment_failed → europe-west3 stripeWebhook 200",
      "stripe payment_intent.succeeded → europe-west3 stripeWebhook 200",
      "tasks executeScheduledCall → europe-west3 executeScheduledCall 204",
      ...Array(2).fill("twilio call-status → europe-west3 twilioConferenceWebhook 204"),
      ...Array(6).fill("twilio conference → europe-west3 twilioConferenceWebhook 204"),
      ...Array(2).fill("twilio voice → europe-west3 twilioAmdTwiml 200"),
    ]);
    expect(new Set(delivered.filter((one) => one.startsWith("firestore ")))).toEqual(
      new Set(["firestore google.cloud.firestore.document.v1.updated → europe-west3 onCallSessionPaymentCaptured 204"]),
    );
    const session = await stage.db.doc(`call_sessions/${bookingId}`).get();
    const talk = ["status", "durationSeconds", "payment.status"].map((field) => session.get(field));
    expect(talk).toEqual(["completed", 300, "captured"]);
    // Two events of the conference may ask for the capture at once, under one key: Stripe does it once.
    const written = stage.sandbox.log.entries().filter(({ method }) => method === "POST");
    const asked = written.map(({ host, path: behind, status: code }) => `${host}${behind} ${code}`);
    const queue = "projects/demo-regions/locations/europe-west3/queues/executeScheduledCall";
    expect(asked.filter((one) => one.includes("/tasks "))).toEqual([`cloudtasks.googleapis.com/${queue}/tasks 200`]);
    expect(new Set(asked.filter((one) => one.includes("/capture ")))).toEqual(
      new Set([`api.stripe.com/v1/payment_intents/${id}/capture 200`]),
    );
    const { data: captures } = await stage.stripe.events.list({ type: "payment_intent.succeeded" });
    expect(captures.map(({ data }) => (data.object as { id: string }).id)).toEqual([id]);
    const paid = await stage.stripe.paymentIntents.retrieve(id);
    expect([paid.status, paid.amount_received]).toEqual(["succeeded", 4900]);
    expect((await provider.get()).get("balanceCents")).toBe(3900);
    expect(journey.hosts()).toEqual([
      "127.0.0.1",
      "api.stripe.com",
      "europe-west1-demo-regions.cloudfunctions.net",
      "europe-west3-demo-regions.cloudfunctions.net",
      "js.stripe.com",
      "lawyers-abroad.example",
    ]);
    expect(journey.errors).toEqual([]);
    await journey.end();
  }, 120_000);

  it("somebody subscribes: checkout and Stripe's events in europe-west3 alone", async () => {
    const { stage } = world;
    const price = await stage.stripe.prices.create({
      currency: "eur",
      unit_amount: 1900,
      recurring: { interval: "month" },
      product_data: { name: "Advice every month" },
    });
    await stage.db.doc("subscription_plans/monthly").set({ status: "published", stripePrice: price.id });
    const journey = await world.begin("/subscribe", "mia@acme.example");
    const { tab } = journey;
    await tab.getByRole("button", { name: "Subscribe" }).click();
    // Stripe's own page.
    await tab.waitForURL("**/checkout.stripe.com/c/pay/**");
    await tab.getByLabel("Email").fill("mia@acme.example");
    await tab.getByRole("button", { name: "Subscribe" }).click();
    await tab.waitForURL(`${origin}/subscribe?subscribed=cs_*`);
    await tab.getByRole("heading", { name: "Thank you" }).waitFor();
    // Stripe's events are on their way; only they make a subscriber.
    expect((await stage.db.collection("subscriptions").get()).size).toBe(0);
    await stage.settle(60_000);
    await tab.getByRole("heading", { name: "You are subscribed" }).waitFor();

    expect(journey.calls().filter(({ name }) => name !== "getSubscriptionStatus")).toEqual([
      {
        region: "europe-west3",
        name: "createSubscriptionCheckout",
        data: { planId: "monthly", returnTo: `${origin}/subscribe` },
      },
    ]);
    expect(journey.asked()).toEqual([
      "OPTIONS europe-west3 createSubscriptionCheckout",
      "OPTIONS europe-west3 getSubscriptionStatus",
      "POST europe-west3 createSubscriptionCheckout",
      "POST europe-west3 getSubscriptionStatus",
    ]);
    expect((await journey.delivered()).sort()).toEqual([
      "firestore google.cloud.firestore.document.v1.updated → europe-west3 onSubscriptionActivated 204",
      "stripe customer.subscription.created → europe-west3 stripeWebhook 200",
      "stripe invoice.paid → europe-west3 stripeWebhook 200",
      "stripe payment_intent.succeeded → europe-west3 stripeWebhook 200",
    ]);
    const { docs } = await stage.db.collection("subscriptions").get();
    expect(docs.map((doc) => [doc.get("plan"), doc.get("status"), doc.get("monthlyCents")])).toEqual([
      ["monthly", "active", 1900],
    ]);
    expect(journey.hosts()).toEqual([
      "127.0.0.1",
      "europe-west3-demo-regions.cloudfunctions.net",
      "lawyers-abroad.example",
    ]);
    expect(journey.errors).toEqual([]);
    await journey.end();
  });
});
