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
  let payment = { id: "pi_1", status: "authorized", amountCents: 4900, currency: "eur", call: "scheduled" };
  let closed = false;

  beforeAll(async () => {
    [browser, auth, callables] = await Promise.all([
      launch(),
      startAuthEmulator(project),
      startCallables({
        "europe-west3/createPaymentIntent": () => ({ paymentIntentId: "pi_1", clientSecret: "pi_1_secret_x" }),
        "europe-west1/createAndScheduleCall": () => ({ sessionId: "demo", startsAt: "2026-11-28T12:00:00.000Z" }),
        "europe-west3/getPaymentStatus": () => payment,
        "europe-west3/getSubscriptionStatus": () => ({ id: null, status: "none" }),
        "europe-west3/createSubscriptionCheckout": () => ({ url: "https://checkout.stripe.com/c/pay/cs_test" }),
        "europe-west1/adminListPendingProviders": () => ({
          items: [
            { id: "p1", displayName: "Inês Prado", barNumber: "L-204" },
            { id: "p2", displayName: "Max Muster", barNumber: "M-17" },
          ],
          next: null,
        }),
        "europe-west1/adminPlatformStats": () => ({ by: "kind", rows: [{ value: "calls", count: 12, sum: null }] }),
        "europe-west1/approveProfile": () => ({ id: "p1" }),
        "europe-west1/rejectProfile": () => {
          if (closed) throw new Error("Somebody else has decided.");
          return { id: "p2" };
        },
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
    const bookingId = (calls()[0]?.data as { bookingId?: string } | undefined)?.bookingId;
    expect(bookingId).toMatch(/^[\da-f-]{36}$/);
    // It goes on asking how the call stands.
    expect(calls().slice(0, 3)).toEqual([
      {
        region: "europe-west3",
        name: "createPaymentIntent",
        data: { bookingId, providerId: "demo", amountCents: 4900, currency: "eur" },
      },
      {
        region: "europe-west1",
        name: "createAndScheduleCall",
        data: { bookingId, providerId: "demo", paymentIntentId: "pi_1", clientPhone: "+351912345678" },
      },
      { region: "europe-west3", name: "getPaymentStatus", data: { id: "pi_1" } },
    ]);
    expect([strays, errors]).toEqual([[], []]);
  });

  it.each([
    { status: "authorized", call: "calling", title: "We are calling you" },
    { status: "authorized", call: "in-progress", title: "Your call is on" },
    { status: "authorized", call: "completed", title: "Your call is over" },
    { status: "captured", call: "completed", title: "Paid" },
    { status: "authorized", call: "failed", title: "There was no call" },
    { status: "cancelled", call: "failed", title: "Not charged" },
  ])('a booked call that is $call, its payment $status, is shown as "$title"', async ({ title, ...stands }) => {
    payment = { ...payment, ...stands };
    const { page: tab, errors } = await at("/booked/pi_1", `${stands.call}-${stands.status}@example.com`);
    await tab.getByRole("heading", { name: title }).waitFor();
    expect(await tab.getByRole("link", { name: "Book another call" }).count()).toBe(
      stands.status === "authorized" ? 0 : 1,
    );
    expect(errors).toEqual([]);
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
    await tab.getByText("Approved").waitFor();
    expect(await tab.getByRole("button", { name: "Approve Inês Prado" }).count()).toBe(0);
    expect(errors).toEqual([]);
  });

  it("the back office asks in a dialog why somebody is rejected", async () => {
    const { page: tab, calls, errors } = await at("/admin", "second@example.com");
    const opener = tab.getByRole("button", { name: "Reject Max Muster" });
    const rejections = () => calls().filter(({ name }) => name === "rejectProfile");
    const dialog = tab.getByRole("dialog", { name: "Reject Max Muster" });
    const focused = tab.locator(":focus");
    // With the keyboard alone: Escape leaves everything as it was, and the focus where it came from.
    await opener.focus();
    await tab.keyboard.press("Enter");
    await dialog.waitFor();
    await dialog.getByLabel("Reason").and(focused).waitFor();
    await tab.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await opener.and(focused).waitFor();
    // Nobody is rejected without a reason.
    await opener.click();
    await dialog.getByRole("button", { name: "Reject" }).click();
    expect([await dialog.isVisible(), rejections()]).toEqual([true, []]);
    // What was typed stays where the rejection fails.
    closed = true;
    await dialog.getByLabel("Reason").fill(" No such bar number. ");
    await dialog.getByRole("button", { name: "Reject" }).click();
    expect(await dialog.getByRole("alert").textContent()).toBe("Somebody else has decided.");
    closed = false;
    await dialog.getByRole("button", { name: "Reject" }).click();
    await dialog.waitFor({ state: "detached" });
    await tab.getByText("Rejected").waitFor();
    expect(rejections().map(({ region, data }) => [region, data])).toEqual(
      Array(2).fill(["europe-west1", { id: "p2", reason: "No such bar number." }]),
    );
    expect(errors).toEqual([]);
  });

  it("a page that still calls the wrong region shows what customers see of it: an internal error", async () => {
    const { page: tab, calls } = await at("/subscribe", "subscriber@example.com");
    await tab.getByRole("button", { name: "Subscribe" }).click();
    expect(await tab.getByRole("alert").textContent()).toBe("internal");
    expect(calls().map(({ region, name }) => `${region} ${name}`)).toEqual([
      "europe-west3 getSubscriptionStatus",
      "europe-west1 createSubscriptionCheckout",
    ]);
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
