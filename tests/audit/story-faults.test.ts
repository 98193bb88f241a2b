import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import { canonicalUrl } from "../../src/model/function-url.ts";
import type { Place } from "../../src/model/place.ts";
import { brief, caller, copy, deployedOf, exported, holder, look, manifestOf, project, today } from "./look.ts";

const families = ["Chatter", "Influencer", "Blogger", "GroupAdmin"];
const registers = families.map((family) => `register${family}`);
const dashboards = families.map((family) => `get${family}Dashboard`);
const env: Place = { file: "web/.env.production", line: 4, column: 1 };

const manifest = manifestOf(
  [
    ...registers.map((name) => `${name}: affiliate`),
    ...dashboards.map((name) => `${name}: affiliate`),
    "stripeWebhook: { class: payments, trigger: https, holders: [stripe] }",
    "createSubscriptionCheckout: payments",
    "createPaymentIntent: payments",
    "twilioCallWebhook: { class: payments, trigger: https, holders: [twilio] }",
    "twilioConferenceWebhook: { class: payments, trigger: https, holders: [twilio] }",
    "getAdminStats: core",
  ],
  `callers:
  web: { root: web }
flows:
  subscription:
    - { from: web:SubscriptionPage, to: createSubscriptionCheckout, via: callable }
    - { from: stripe, to: stripeWebhook, via: holder }
`,
);

/** The day's fleet: a few functions of each kind with the faults of a move nobody finished. */
const snapshot = look({
  deployed: deployedOf([
    ...registers.flatMap((name) => [copy(name, "europe-west2"), copy(name, "europe-west1")]),
    ...dashboards.map((name) => copy(name, "europe-west2")),
    copy("stripeWebhook", "europe-west1", { trigger: "https" }),
    copy("createSubscriptionCheckout", "europe-west1"),
    copy("createPaymentIntent", "europe-west3"),
    copy("twilioCallWebhook", "europe-west3", { trigger: "https" }),
    copy("twilioConferenceWebhook", "europe-west3", { trigger: "https" }),
    copy("twilioConferenceWebhook", "europe-west1", { trigger: "https", runtime: "nodejs20" }),
    copy("twilioWebhook", "europe-west1", { trigger: "https", runtime: "nodejs20" }),
    copy("getAdminStats", "europe-west1"),
  ]),
  callers: [
    ...families.map((family) =>
      caller(`web/src/${family}Register.tsx`, 12, `register${family}`, "europe-west1", { symbol: `${family}Register` }),
    ),
    ...families.map((family) =>
      caller(`web/src/${family}Dashboard.tsx`, 9, `get${family}Dashboard`, "europe-west1", {
        regionSource: "env:VITE_FUNCTIONS_AFFILIATE_REGION",
        regionPlace: env,
      }),
    ),
    caller("web/src/SubscriptionPage.tsx", 31, "createSubscriptionCheckout", "europe-west1", {
      symbol: "SubscriptionPage",
    }),
    caller("web/src/CallCheckout.tsx", 18, "createPaymentIntent", "europe-west3", { symbol: "CallCheckout" }),
  ],
  declared: [
    ...[...registers, ...dashboards, "createSubscriptionCheckout", "createPaymentIntent", "getAdminStats"].map(
      (name, index) => exported(name, index + 1, []),
    ),
    ...["stripeWebhook", "twilioCallWebhook", "twilioConferenceWebhook"].map((name, index) =>
      exported(name, index + 50, [], { trigger: "https" }),
    ),
  ],
  holders: [
    holder("stripe", "we_1PxA", "url", canonicalUrl(project, "europe-west1", "stripeWebhook")),
    holder("twilio", "PN0001", "voiceUrl", canonicalUrl(project, "europe-west3", "twilioCallWebhook")),
    holder("twilio", "PN0001", "voiceFallbackUrl", canonicalUrl(project, "europe-west1", "twilioWebhook")),
  ],
});

describe("the faults of a real day", () => {
  const report = audit(snapshot, manifest, today);

  it("are sixteen errors, each with one cause", () => {
    expect(brief(report).sort()).toEqual(
      [
        "wrong-region stripeWebhook",
        "wrong-region createSubscriptionCheckout",
        ...registers.map((name) => `duplicate-function ${name}`),
        "duplicate-function twilioConferenceWebhook",
        "undeclared-function twilioWebhook",
        "obsolete-runtime twilioConferenceWebhook",
        "obsolete-runtime twilioWebhook",
        ...registers.map((name) => `mismatched-caller ${name}`),
        "env-region -",
        "stale-holder twilioWebhook",
      ].sort(),
    );
    expect(report.findings.every((finding) => finding.severity === "error")).toBe(true);
    expect(report.notChecked).toEqual([]);
  });

  it("folds the Stripe endpoint, the page and the flow into the functions that are misplaced", () => {
    const of = (name: string) =>
      report.findings.find((one) => one.rule === "wrong-region" && one.function === name)?.related;
    expect(of("stripeWebhook")?.slice(1)).toEqual([
      {
        place: null,
        message: "Stripe endpoint we_1PxA sends to it in europe-west1, and works only because of that copy",
      },
    ]);
    expect(of("createSubscriptionCheckout")?.slice(1)).toEqual([
      {
        place: { file: "web/src/SubscriptionPage.tsx", line: 31, column: 9, endLine: 31 },
        message: "calls it in europe-west1, and works only because of that copy",
      },
    ]);
  });

  it("gives the env line one finding with its four callers", () => {
    const finding = report.findings.find((one) => one.rule === "env-region");
    expect(finding).toMatchObject({ place: env, expected: ["europe-west2"], actual: "europe-west1", fixable: true });
    expect(finding?.related.map((one) => one.message)).toEqual(dashboards.map((name) => `calls ${name} through it`));
  });

  it("says what the copy still does for the page that calls it", () => {
    const finding = report.findings.find(
      (one) => one.rule === "mismatched-caller" && one.function === "registerChatter",
    );
    expect(finding?.message).toBe(
      "ChatterRegister.tsx:12 calls registerChatter in europe-west1; it belongs in europe-west2. A stray copy still answers there; pruning it breaks this page.",
    );
    expect(finding).toMatchObject({
      mend: "Point it at europe-west2.",
      fixable: true,
      confidence: "certain",
    });
  });

  it("does not depend on the order of the facts", () => {
    const turned = audit(
      {
        ...snapshot,
        deployed: snapshot.deployed && { ...snapshot.deployed, functions: snapshot.deployed.functions.toReversed() },
        callers: snapshot.callers && { ...snapshot.callers, callers: snapshot.callers.callers.toReversed() },
      },
      manifest,
      today,
    );
    const ids = (one: typeof report) =>
      one.findings.map((finding) => [finding.rule, finding.function, finding.fingerprint]);
    expect(ids(turned)).toEqual(ids(report));
  });

  it("is 10 of 10 once everything is mended", () => {
    const wanted = [...(manifest.functions.values() ?? [])].flatMap((entry) =>
      entry.regions.map((region) => copy(entry.name, region, { trigger: entry.trigger ?? "callable" })),
    );
    const mended = audit(
      look({
        deployed: wanted,
        callers: (snapshot.callers?.callers ?? []).map((one) => {
          const [target] = one.targets;
          const region = manifest.functions.get(target?.function ?? "")?.regions[0] ?? null;
          return { ...one, targets: [{ function: target?.function ?? "", region, when: null }] };
        }),
        declared: snapshot.declared?.functions ?? [],
        holders: ["stripeWebhook", "twilioCallWebhook"].map((name, index) =>
          holder(index === 0 ? "stripe" : "twilio", `id${index}`, "url", canonicalUrl(project, "europe-west3", name)),
        ),
      }),
      manifest,
      today,
    );
    expect(mended.findings).toEqual([]);
    expect(mended.notChecked).toEqual([]);
    expect(mended.score.overall).toBe(10);
  });
});
