import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AuthEmulator, startAuthEmulator } from "./auth-emulator.ts";
import { type BuiltPage, servePage } from "./built-page.ts";
import { type Callables, startCallables } from "./callables.ts";
import { describeWithBrowser } from "./chromium.ts";
import { createAccount } from "./session.ts";
import { type Visit, visit } from "./visit.ts";

const project = "demo-regions";

describeWithBrowser("the built page in a browser", (launch) => {
  let browser: Browser;
  let auth: AuthEmulator;
  let callables: Callables;
  let page: BuiltPage;
  const open: Visit[] = [];

  beforeAll(async () => {
    [browser, auth, callables] = await Promise.all([
      launch(),
      startAuthEmulator(project),
      startCallables({
        "europe-west3/createPaymentIntent": () => ({ paymentIntentId: "pi_1", clientSecret: "pi_1_secret_x" }),
        "europe-west1/createAndScheduleCall": () => ({ sessionId: "demo", startsAt: "2026-11-28T12:00:00.000Z" }),
        "europe-west3/createSubscriptionCheckout": () => ({ url: "https://checkout.stripe.com/c/pay/cs_test" }),
        "europe-west1/adminListPendingProviders": () => ({
          items: [{ id: "p1", displayName: "Inês Prado", barNumber: "L-204" }],
          next: null,
        }),
        "europe-west1/adminPlatformStats": () => ({ by: "kind", rows: [{ value: "calls", count: 12, sum: null }] }),
        "europe-west1/approveProfile": () => ({ id: "p1" }),
      }),
    ]);
    page = await servePage({ VITE_AUTH_EMULATOR: auth.address });
  }, 120_000);
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
    await browser?.close();
    await Promise.all([page?.close(), callables?.close(), auth?.close()]);
  }, 60_000);

  const at = async (path: string, email: string): Promise<Visit> => {
    const seen = await visit(browser, page.origin, callables);
    open.push(seen);
    await seen.page.goto(page.origin + path);
    await createAccount(seen.page, email);
    return seen;
  };

  it("books a call: the payment is made in europe-west3, the call in europe-west1", async () => {
    const { page: tab, calls, strays, errors } = await at("/", "client@example.com");
    expect(calls()).toEqual([]);
    await tab.getByLabel("Phone we call you on").fill("+351 912 345 678");
    await tab.getByLabel("Card number").fill("4242 4242 4242 4242");
    await tab.getByRole("button", { name: "Book" }).click();
    await tab.getByRole("heading", { name: "Booked" }).waitFor();
    expect(calls()).toEqual([
      {
        region: "europe-west3",
        name: "createPaymentIntent",
        data: { bookingId: "demo", providerId: "demo", amountCents: 4900, currency: "eur" },
      },
      {
        region: "europe-west1",
        name: "createAndScheduleCall",
        data: { bookingId: "demo", providerId: "demo", paymentIntentId: "pi_1", clientPhone: "+351912345678" },
      },
    ]);
    expect([strays, errors]).toEqual([[], []]);
  });

  it("a card that is refused books nothing, and what was typed stays", async () => {
    const { page: tab, calls } = await at("/", "refused@example.com");
    await tab.getByLabel("Phone we call you on").fill("+351 912 345 678");
    await tab.getByLabel("Card number").fill("4000 0000 0000 0002");
    await tab.getByRole("button", { name: "Book" }).click();
    expect(await tab.getByRole("alert").textContent()).toBe("Your card was declined.");
    expect(calls().map(({ name }) => name)).toEqual(["createPaymentIntent"]);
    expect(await tab.getByLabel("Phone we call you on").inputValue()).toBe("+351 912 345 678");
  });

  it("the back office calls europe-west1 alone", async () => {
    const { page: tab, calls, errors } = await at("/admin", "admin@example.com");
    await tab.getByRole("button", { name: "Approve Inês Prado" }).click();
    await expect
      .poll(() =>
        calls()
          .map(({ region, name }) => `${region} ${name}`)
          .sort(),
      )
      .toEqual([
        "europe-west1 adminListPendingProviders",
        "europe-west1 adminPlatformStats",
        "europe-west1 approveProfile",
      ]);
    expect(calls().at(-1)?.data).toEqual({ id: "p1" });
    expect(errors).toEqual([]);
  });

  it("a page that still calls the wrong region shows what customers see of it: an internal error", async () => {
    const { page: tab, calls } = await at("/subscribe", "subscriber@example.com");
    await tab.getByRole("button", { name: "Subscribe" }).click();
    expect(await tab.getByRole("alert").textContent()).toBe("internal");
    expect(calls().map(({ region, name }) => `${region} ${name}`)).toEqual(["europe-west1 createSubscriptionCheckout"]);
  });

  it("a page that is built for the emulator calls it, at the same functions and regions", async () => {
    const emulated = await servePage({
      VITE_AUTH_EMULATOR: auth.address,
      VITE_FUNCTIONS_EMULATOR: callables.address,
    });
    try {
      const seen = await visit(browser, emulated.origin, callables);
      open.push(seen);
      await seen.page.goto(`${emulated.origin}/admin`);
      await createAccount(seen.page, "emulated@example.com");
      await seen.page.getByRole("button", { name: "Approve Inês Prado" }).waitFor();
      const paths = seen.sent.flatMap(({ method, url }) =>
        method === "POST" && url.startsWith(`http://${callables.address}/`) ? [new URL(url).pathname] : [],
      );
      expect([...new Set(paths)].sort()).toEqual([
        "/demo-regions/europe-west1/adminListPendingProviders",
        "/demo-regions/europe-west1/adminPlatformStats",
      ]);
      expect([seen.calls(), seen.strays]).toEqual([[], []]);
    } finally {
      await emulated.close();
    }
  });
});
