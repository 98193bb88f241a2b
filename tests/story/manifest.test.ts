import { describe, expect, it } from "vitest";
import { manifest, ofClass } from "./fleet.ts";

const wantedRegions = (names: readonly string[]) => [
  ...new Set(names.flatMap((name) => manifest.functions.get(name)?.regions ?? ["undeclared"])),
];

describe("regions.yaml of the reference fleet", () => {
  it("has as many functions per region and class as the fleet it stands for", () => {
    expect(manifest.functions.size).toBe(423);
    expect(ofClass("core")).toHaveLength(214);
    expect(ofClass("affiliate")).toHaveLength(143);
    expect(ofClass("payments")).toHaveLength(59);
    expect(ofClass("calls")).toHaveLength(7);
    expect(wantedRegions(ofClass("core"))).toEqual(["europe-west1"]);
    expect(wantedRegions(ofClass("affiliate"))).toEqual(["europe-west2"]);
    expect(wantedRegions(ofClass("payments", "calls"))).toEqual(["europe-west3"]);
  });

  it.each([
    ["Chatter", 40],
    ["Influencer", 30],
    ["Blogger", 35],
    ["GroupAdmin|ManagedGroup", 38],
  ])("has the affiliate functions of %s: %i", (pattern, count) => {
    expect(ofClass("affiliate").filter((name) => new RegExp(pattern).test(name))).toHaveLength(count);
  });

  it("has everything that an affiliate programme consists of", () => {
    const affiliate = ofClass("affiliate").join(" ");
    for (const theme of [
      "register",
      "Dashboard",
      "Training",
      "Withdrawal",
      "Leaderboard",
      "track",
      "Commission",
      "Resource",
      "Article",
      "Ranking",
      "Payout",
      "Recruit",
      "Post",
      "Payment",
    ]) {
      expect(affiliate, theme).toContain(theme);
    }
  });

  it("has about two hundred callables of the back office in core", () => {
    const backOffice = ofClass("core").filter((name) => /^admin[A-Z]|^(approve|reject)Profile$/.test(name));
    expect(backOffice).toHaveLength(193);
    expect(backOffice.filter((name) => name.endsWith("Stats")).length).toBeGreaterThan(15);
    expect(backOffice.filter((name) => name.startsWith("adminBulk")).length).toBeGreaterThan(5);
    expect(ofClass("core")).toEqual(
      expect.arrayContaining(["createAndScheduleCall", "createStripeAccount", "getOnboardingLink"]),
    );
  });

  it.each([
    ["callable", "payments", ["createPaymentIntent", "createSubscriptionCheckout", "generateTelegramLink"]],
    ["https", "payments", ["stripeWebhook", "telegramChatterBotWebhook"]],
    ["https", "calls", ["twilioCallWebhook", "twilioGatherResponse", "twilioConferenceWebhook", "twilioAmdTwiml"]],
    ["task", "calls", ["executeScheduledCall"]],
    [
      "event",
      "payments",
      [
        "onCallSessionPaymentAuthorized",
        "onCallSessionPaymentCaptured",
        "handlePaymentReceived",
        "handlePaymentFailed",
        "onPaymentRecordCreated",
        "onProviderCreated",
      ],
    ],
    [
      "scheduled",
      "payments",
      [
        "cleanupOldPaymentAlerts",
        "collectDailyPaymentMetrics",
        "paymentProcessAutomaticPayments",
        "runPaymentHealthCheck",
        "stuckPaymentsRecovery",
      ],
    ],
  ])("keeps the %s functions that money and calls hang on in %s", (trigger, cls, names) => {
    for (const name of names) expect(manifest.functions.get(name)).toMatchObject({ name, class: cls, trigger });
  });

  it("has as many triggers, schedules and payment functions in europe-west3 as the fleet it stands for", () => {
    const count = (trigger: string) =>
      ofClass("payments", "calls").filter((name) => manifest.functions.get(name)?.trigger === trigger).length;
    expect({
      callable: count("callable"),
      https: count("https"),
      task: count("task"),
      event: count("event"),
      scheduled: count("scheduled"),
    }).toEqual({ callable: 33, https: 6, task: 1, event: 16, scheduled: 10 });
  });

  it("protects europe-west3 with its quota", () => {
    expect(manifest.regions.get("europe-west3")).toMatchObject({ protected: true, quota: { vcpu: 30, warn: 0.8 } });
  });

  it("walks through four journeys of customers, whose checked steps name declared functions", () => {
    const hops = [...manifest.flows.values()].map(({ name, edges }) => [name, edges.length]);
    expect(hops).toEqual([
      ["booking-payment", 8],
      ["subscription", 6],
      ["chatter-registration", 9],
      ["provider-registration", 7],
    ]);
    const checked = [...manifest.flows.values()].flatMap(({ edges }) => edges.filter(({ via }) => via !== "note"));
    expect(checked.map(({ to }) => to).filter((name) => !manifest.functions.has(name))).toEqual([]);
  });

  it("names what holds the addresses of webhooks", () => {
    const held = [...manifest.functions.values()].filter(({ holders }) => holders.length > 0);
    expect(Object.fromEntries(held.map(({ name, holders }) => [name, holders.join()]))).toEqual({
      stripeWebhook: "stripe",
      telegramChatterBotWebhook: "telegram",
      twilioAmdTwiml: "twilio",
      twilioCallWebhook: "twilio",
      twilioConferenceWebhook: "twilio",
    });
  });
});
