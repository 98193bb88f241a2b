import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createStripeAccount, getOnboardingLink } from "../../src/functions/src/core/onboarding.ts";
import {
  cancelPaymentIntent,
  capturePaymentIntent,
  createPaymentIntent,
  getPaymentReceipt,
  refundPayment,
} from "../../src/functions/src/payments/intents.ts";
import {
  cancelSubscription,
  createBillingPortalSession,
  createSubscriptionCheckout,
} from "../../src/functions/src/payments/subscriptions.ts";
import {
  createProviderTransfer,
  getProviderBalance,
  reverseProviderTransfer,
} from "../../src/functions/src/payments/transfers.ts";
import { admin, call } from "./invoke.ts";
import { db } from "./surroundings.ts";

// Whether Stripe would understand what the functions ask: stripe-mock checks each request against Stripe's own description
// of its API, and refuses parameters that it does not know. Stripe's double of these tests knows states, and no shapes.

const version = "v0.203.0";
const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "gcp-regions", `stripe-mock-${version}`);
const program = join(folder, process.platform === "win32" ? "stripe-mock.exe" : "stripe-mock");

/** Builds stripe-mock where it is not yet; null when it is there, else why it cannot be. */
function build(): string | null {
  if (existsSync(program)) return null;
  mkdirSync(folder, { recursive: true });
  const built = spawnSync("go", ["install", `github.com/stripe/stripe-mock@${version}`], {
    env: { ...process.env, GOBIN: folder },
    encoding: "utf8",
    timeout: 300_000,
  });
  if (built.error !== undefined) return "Go is not installed, which builds stripe-mock";
  return built.status === 0 ? null : `stripe-mock could not be built: ${built.stderr.trim().split("\n").at(-1)}`;
}

const missing = build();
if (missing !== null) process.stderr.write(`shapes of Stripe requests are not checked: ${missing}\n`);

let mock: ChildProcess;
let usual: string | undefined;

beforeAll(async () => {
  if (missing !== null) return;
  const port = await freePort();
  mock = spawn(program, ["-http-port", String(port)], { stdio: "ignore" });
  usual = process.env.STRIPE_API_BASE;
  process.env.STRIPE_API_BASE = `http://127.0.0.1:${port}`;
  await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/`), { timeout: 20_000 });
}, 330_000);

afterAll(() => {
  mock?.kill();
  process.env.STRIPE_API_BASE = usual;
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

const anna = { uid: "anna" };
const lea = { uid: "lea" };

it.skipIf(missing !== null)("asks Stripe only what its API describes", async () => {
  await db
    .doc("providers/lea")
    .set({ visible: true, callCents: 4_900, approvalStatus: "approved", email: "lea@example.org" });
  const booking = { bookingId: "b1", providerId: "lea", amountCents: 4_900, currency: "eur" };
  const { paymentIntentId: id, clientSecret } = await call(createPaymentIntent, anna, booking);
  expect([typeof id, typeof clientSecret]).toEqual(["string", "string"]);
  await db
    .doc(`payments/${id}`)
    .set({ client: "anna", bookingId: "b1", provider: "lea", amountCents: 4_900, currency: "eur", status: "captured" });
  expect(await call(capturePaymentIntent, admin, { id })).toHaveProperty("status");
  expect(await call(cancelPaymentIntent, anna, { id })).toHaveProperty("status");
  expect(await call(refundPayment, admin, { id, amountCents: 100, reason: "late" })).toHaveProperty("status");
  expect(await call(getPaymentReceipt, anna, { id })).toHaveProperty("receipt");
  expect(await call(createStripeAccount, lea, { country: "DE" })).toEqual({ account: expect.stringMatching(/^acct_/) });
  const link = await call(getOnboardingLink, lea, { returnTo: "https://lawyers.example/" });
  expect(link).toEqual({ url: expect.stringMatching(/^https:/) });
  expect(await call(getProviderBalance, lea, {})).toHaveProperty("available");
  const transfer = { paymentId: String(id), provider: "lea", amountCents: 3_920, currency: "eur" };
  const sent = await call(createProviderTransfer, admin, transfer);
  expect(await call(reverseProviderTransfer, admin, sent)).toHaveProperty("id");
  await db.doc("subscription_plans/p1").set({ status: "published", stripePrice: "price_1" });
  const wish = { planId: "p1", returnTo: "https://lawyers.example/plans" };
  expect(await call(createSubscriptionCheckout, anna, wish)).toHaveProperty("url");
  await db.doc("subscriptions/sub_1").set({ client: "anna", status: "active", stripeCustomer: "cus_1" });
  expect(await call(cancelSubscription, anna, {})).toEqual({ id: "sub_1" });
  expect(await call(createBillingPortalSession, anna, {})).toEqual({ url: expect.stringMatching(/^https:/) });
});

it.skipIf(missing !== null)("would hear of a parameter that Stripe does not know", async () => {
  const { stripe } = await import("../../src/functions/src/stripe.ts");
  const wrong = (await stripe()).transfers.create({
    amount: 1,
    currency: "eur",
    destination: "acct_1",
    unknown: 1,
  } as never);
  await expect(wrong).rejects.toThrow("additional properties are not allowed");
});
