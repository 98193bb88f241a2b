import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import { canonicalUrl } from "../../src/model/function-url.ts";
import { brief, caller, copy, deployedOf, exported, holder, look, manifestOf, open, project, today } from "./look.ts";

describe("a function that is missing", () => {
  const manifest = manifestOf(
    ["stripeWebhook: { class: payments, trigger: https }"],
    "flows:\n  pay:\n    - { from: stripe, to: stripeWebhook, via: holder }\n",
  );

  it("has one finding, with the callers and holders that fail because of it", () => {
    const report = audit(
      look({
        deployed: [],
        callers: [caller("web/src/Pay.tsx", 3, "stripeWebhook", "us-central1")],
        holders: [holder("stripe", "we_1", "url", canonicalUrl(project, "europe-west3", "stripeWebhook"))],
        declared: [exported("stripeWebhook", 1, [])],
      }),
      manifest,
      today,
    );
    expect(brief(report)).toEqual(["missing-function stripeWebhook"]);
    expect(report.findings[0]).toMatchObject({ impact: "now" });
    expect(report.findings[0]?.related.map(({ message }) => message)).toEqual([
      "calls it in us-central1, where nothing answers",
      "Stripe endpoint we_1 sends to it in europe-west3, where nothing answers",
    ]);
  });

  it("is told apart from one whose source is gone", () => {
    const report = audit(look({ deployed: [], declared: [] }), manifest, today);
    expect(report.findings[0]?.message).toBe(
      "stripeWebhook is live nowhere; it belongs in europe-west3. No codebase exports it either.",
    );
  });
});

describe("holders", () => {
  const manifest = manifestOf(["nightlyReport: affiliate", "executeCall: payments", "syncCrm: core"]);
  const deployed = deployedOf(
    [
      copy("nightlyReport", "europe-west2", { trigger: "scheduled" }),
      copy("nightlyReport", "europe-west1", { trigger: "scheduled" }),
      copy("executeCall", "europe-west3", { trigger: "task" }),
      copy("executeCall", "europe-west1", { trigger: "task" }),
      copy("syncCrm", "europe-west1", { trigger: "https", urls: ["https://synccrm-abcdefghij-ew.a.run.app"] }),
    ],
    { services: [{ name: "renderer", project, region: "europe-west1", cpu: 1, maxInstances: 10 }] },
  );

  it("that come and go with an extra copy belong to it", () => {
    const job = "firebase-schedule-nightlyReport-europe-west1";
    const report = audit(
      look({
        deployed,
        holders: [
          holder("scheduler", job, "httpTarget.uri", canonicalUrl(project, "europe-west1", "nightlyReport"), {
            region: "europe-west1",
          }),
          holder("task-queue", "executeCall", "uriOverride", canonicalUrl(project, "europe-west1", "executeCall"), {
            region: "europe-west1",
          }),
        ],
      }),
      manifest,
      today,
    );
    expect(brief(report)).toEqual(["duplicate-function executeCall", "duplicate-function nightlyReport"]);
    expect(report.findings.map(({ impact, related }) => [impact, related.at(-1)?.message])).toEqual([
      ["now", "Task queue executeCall belongs to this copy and goes with it"],
      ["now", `Scheduler job ${job} belongs to this copy and goes with it`],
    ]);
  });

  it("made by hand are stale when they name the extra copy", () => {
    const report = audit(
      look({
        deployed,
        holders: [
          holder("scheduler", "ping-report", "httpTarget.uri", canonicalUrl(project, "europe-west1", "nightlyReport")),
        ],
      }),
      manifest,
      today,
    );
    expect(brief(report)).toContain("stale-holder nightlyReport");
  });

  it("are found through run.app URLs, by host or by the name of the service", () => {
    const report = audit(
      look({
        deployed,
        holders: [
          holder("stripe", "we_1", "url", "https://synccrm-abcdefghij-ew.a.run.app/hook"),
          holder("stripe", "we_2", "url", "https://synccrm-abcdefghij-ey.a.run.app/hook"),
          holder("stripe", "we_3", "url", "https://renderer-abcdefghij-ew.a.run.app"),
          holder("stripe", "we_4", "url", "https://synccrm-zzzzzzzzzz-ew.a.run.app"),
          holder("stripe", "we_5", "url", "https://synccrm-abcdefghij-qq.a.run.app"),
          holder("stripe", "we_6", "url", "https://gone-abcdefghij-ew.a.run.app"),
        ],
      }),
      manifestOf(["syncCrm: core"]),
      today,
    );
    const about = report.findings.filter(({ rule }) => rule.endsWith("-holder"));
    expect(about.map(({ rule, function: name, actual }) => [rule, name, actual])).toEqual([
      ["stale-holder", "syncCrm", "europe-west3"],
      ["orphaned-holder", "gone", "europe-west1"],
    ]);
    expect(report.notes).toContain("2 holders of other projects or sites were set aside.");
    expect(open(report)["stale-holder syncCrm"]).toBe("the region in the URL of Stripe endpoint we_5 is not known");
  });

  it("that the manifest names and nobody asked for are not checked", () => {
    const wanted = manifestOf(["bot: { class: payments, trigger: https, holders: [telegram, stripe] }"]);
    const report = audit(
      look({ deployed: [copy("bot", "europe-west3")], holders: [], asked: ["stripe"] }),
      wanted,
      today,
    );
    expect(open(report)["stale-holder *"]).toBe("telegram was not asked, and the manifest names it as a holder");
  });
});

describe("callers", () => {
  const manifest = manifestOf(["pay: payments", "refund: payments", "stats: core"], "callers:\n  web: { root: web }\n");
  const deployed = [copy("pay", "europe-west3"), copy("refund", "europe-west3"), copy("stats", "europe-west1")];

  it("with several targets have one finding for each function that is off", () => {
    const row = caller("web/src/Pay.tsx", 3, "pay", "europe-west3", {
      certain: false,
      regionSource: "constant",
      targets: [
        { function: "pay", region: "europe-west3", when: null },
        { function: "pay", region: "us-central1", when: "VITE_R unset" },
        { function: "refund", region: "us-central1", when: "VITE_R unset" },
        { function: "stats", region: "europe-west1", when: null },
      ],
    });
    const report = audit(look({ deployed, callers: [row] }), manifest, today);
    expect(report.findings.map(({ function: name, actual, confidence }) => [name, actual, confidence])).toEqual([
      ["pay", "us-central1", "likely"],
      ["refund", "us-central1", "likely"],
    ]);
    expect(report.findings[0]?.message).toBe(
      "Pay.tsx:3 calls pay in us-central1, when VITE_R unset; it belongs in europe-west3. Nothing answers there: every call fails now.",
    );
  });

  it("of one env value that is wrong for all of them have one finding, whatever else reads it", () => {
    const place = { file: "web/.env", line: 2 };
    const through = { regionSource: "env:VITE_R", regionPlace: place } as const;
    const report = audit(
      look({
        deployed,
        callers: [
          caller("web/a.ts", 1, "pay", "europe-west1", through),
          caller("web/b.ts", 2, "refund", "europe-west1", through),
        ],
      }),
      manifest,
      today,
    );
    expect(report.findings.map(({ rule, place: where, related }) => [rule, where, related.length])).toEqual([
      ["env-region", place, 2],
    ]);
  });

  it("of an env value that is right for one of them are at fault themselves", () => {
    const through = { regionSource: "env:VITE_R", regionPlace: { file: "web/.env", line: 2 } } as const;
    const report = audit(
      look({
        deployed,
        callers: [
          caller("web/a.ts", 1, "pay", "europe-west1", through),
          caller("web/b.ts", 2, "stats", "europe-west1", through),
        ],
      }),
      manifest,
      today,
    );
    expect(brief(report)).toEqual(["mismatched-caller pay"]);
  });

  it("of an undeclared function are fine where it is live, and off where it is not", () => {
    const callers = [caller("web/a.ts", 1, "hidden", "europe-west1"), caller("web/b.ts", 2, "hidden", "europe-west3")];
    const report = audit(look({ deployed: [...deployed, copy("hidden", "europe-west1")], callers }), manifest, today);
    expect(brief(report)).toEqual(["mismatched-caller hidden", "undeclared-function hidden"]);
    expect(report.findings[0]).toMatchObject({ expected: ["europe-west1"], actual: "europe-west3" });
  });
});

describe("an undeclared function that the source exports", () => {
  it("is one finding, with the line of the export", () => {
    const report = audit(
      look({ deployed: [copy("hidden", "europe-west1")], declared: [exported("hidden", 7, [])] }),
      manifestOf(["stats: core"]),
      today,
    );
    expect(brief(report)).toEqual(["missing-function stats", "undeclared-function hidden"]);
    expect(report.findings[1]?.related).toEqual([
      { place: { file: "functions/src/index.ts", line: 7 }, message: "exported here by codebase default" },
    ]);
  });
});

describe("a protected region", () => {
  it("holds nothing that no class answers for", () => {
    const report = audit(
      look({ deployed: [copy("pay", "europe-west3"), copy("hidden", "europe-west3")] }),
      manifestOf(["pay: payments"]),
      today,
    );
    expect(brief(report)).toEqual(["broken-isolation hidden", "undeclared-function hidden"]);
  });
});

describe("two classes at home in one region that must be kept apart", () => {
  it("are one finding, not one for each of their functions", () => {
    const manifest = manifestOf(["a: core", "b: core", "c: payments", "d: payments"]);
    const clash = {
      ...manifest,
      classes: new Map(
        [...manifest.classes].map(([name, one]) => [
          name,
          name === "payments" ? { ...one, region: "europe-west1" } : one,
        ]),
      ),
      functions: new Map([...manifest.functions].map(([name, one]) => [name, { ...one, regions: ["europe-west1"] }])),
    };
    const report = audit(look({ callers: [] }), clash, today);
    expect(report.findings.map(({ rule, message }) => [rule, message])).toEqual([
      [
        "broken-isolation",
        "A surge in class core can starve payments: both are at home in europe-west1, and must be kept apart.",
      ],
    ]);
  });
});
