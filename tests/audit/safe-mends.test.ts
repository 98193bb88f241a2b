import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import { isInside } from "../../src/audit/multi-regions.ts";
import { Names } from "../../src/audit/names.ts";
import { canonicalUrl, parseFunctionUrl } from "../../src/model/function-url.ts";
import {
  caller,
  copy,
  deployedOf,
  exported,
  holder,
  look,
  manifestFrom,
  manifestOf,
  open,
  project,
  today,
  unreachable,
} from "./look.ts";

const oneLine = (text: string) => manifestOf([text], "callers:\n  web: { root: web }\n");
const at = (name: string, region: string) => ({
  callers: [caller("web/src/Pay.tsx", 3, name, region)],
  holders: [holder("stripe", "we_1", "url", canonicalUrl(project, region, name))],
});

describe("a mend never sends anybody to a copy that is not live", () => {
  it("sends strays of an unfinished move to the old copy", () => {
    const moving = oneLine("stripeWebhook: { class: payments, moving: { from: europe-west1, until: 2026-12-01 } }");
    const deployed = [copy("stripeWebhook", "europe-west1")];
    const report = audit(look({ deployed, ...at("stripeWebhook", "us-central1") }), moving, today);
    expect(report.findings.map(({ rule, expected, mend, fixable }) => [rule, expected, mend, fixable])).toEqual([
      ["mismatched-caller", ["europe-west1"], "Point it at europe-west1.", true],
      [
        "stale-holder",
        ["europe-west1"],
        "Set its url to https://europe-west1-acme-prod.cloudfunctions.net/stripeWebhook.",
        false,
      ],
    ]);
    expect(report.findings[0]?.message).toContain("its move is not done, and it is live in europe-west1.");
  });

  it("names the live one of two wanted regions", () => {
    const two = oneLine("getAdminStats: { class: core, regions: [europe-west1, us-central1] }");
    const deployed = [copy("getAdminStats", "us-central1")];
    const report = audit(look({ deployed, ...at("getAdminStats", "europe-west2") }), two, today);
    expect(report.findings.map(({ rule, mend }) => [rule, mend])).toEqual([
      ["mismatched-caller", "Point it at us-central1."],
      ["stale-holder", "Set its url to https://us-central1-acme-prod.cloudfunctions.net/getAdminStats."],
      ["missing-function", "Deploy it to europe-west1, or take it out of regions.yaml."],
    ]);
  });

  it("says nothing of a caller whose region was not read, where no wanted copy is live", () => {
    const gaps = [unreachable("europe-west1")];
    const payments = oneLine("stripeWebhook: payments");
    const report = audit(look({ deployed: [], ...at("stripeWebhook", "europe-west1"), gaps }), payments, today);
    expect(report.findings).toEqual([]);
    expect(Object.keys(open(report))).toEqual(
      expect.arrayContaining(["mismatched-caller europe-west1", "stale-holder europe-west1"]),
    );
  });

  it("makes the new URL of a holder wait for the copy that nobody looked for", () => {
    const report = audit(look(at("stripeWebhook", "europe-west1")), oneLine("stripeWebhook: payments"), today);
    expect(report.findings.map(({ rule, mend }) => [rule, mend])).toEqual([
      ["mismatched-caller", "Point it at europe-west3 once the function is live there."],
      [
        "stale-holder",
        "Set its url to https://europe-west3-acme-prod.cloudfunctions.net/stripeWebhook, once the function is live there.",
      ],
    ]);
  });

  it("leaves an env value alone that another caller cannot do without yet", () => {
    const manifest = manifestOf(
      ["registerChatter: affiliate", "stripeWebhook: payments"],
      "callers:\n  web: { root: web }\n",
    );
    const env = {
      regionSource: "env:VITE_REGION",
      regionPlace: { file: "web/.env", line: 4 },
    } as const;
    const callers = [
      caller("web/src/Register.tsx", 3, "registerChatter", "europe-west1", env),
      caller("web/src/Pay.tsx", 5, "stripeWebhook", "europe-west1", env),
    ];
    const stray = [copy("registerChatter", "europe-west2"), copy("registerChatter", "europe-west1")];
    const before = audit(
      look({ deployed: [...stray, copy("stripeWebhook", "europe-west1")], callers }),
      manifest,
      today,
    );
    const found = before.findings.find(({ rule }) => rule === "env-region");
    expect(found).toMatchObject({
      fixable: false,
      mend: "Give these callers an instance of their own in europe-west2: stripeWebhook cannot do without europe-west1 yet.",
    });
    expect(found?.related.map(({ place, message }) => [place?.file, message])).toEqual([
      ["web/src/Register.tsx", "calls registerChatter through it"],
      ["web/src/Pay.tsx", "calls stripeWebhook through it, and needs europe-west1 until that function has moved"],
    ]);

    // Live nowhere, it loses nothing by the new value.
    const missing = audit(look({ deployed: stray, callers }), manifest, today);
    expect(missing.findings.find(({ rule }) => rule === "env-region")).toMatchObject({
      fixable: true,
      mend: "Set it to europe-west2.",
    });
  });
});

describe("what was not read is no step that stands", () => {
  const manifest = manifestOf(
    ["createPaymentIntent: payments", "onProviderCreated: core"],
    'callers:\n  web: { root: web }\nflows:\n  pay:\n    - { from: "web:Pay", to: createPaymentIntent, via: callable }\n    - { from: providers, to: onProviderCreated, via: trigger }\n',
  );
  const callers = [caller("web/src/Pay.tsx", 3, "createPaymentIntent", "europe-west3")];
  const declared = [exported("onProviderCreated", 9, [], { trigger: "event" })];

  it("counts steps whose functions were asked for and not seen as open", () => {
    const gaps = [unreachable("europe-west3")];
    const deployed = deployedOf([copy("onProviderCreated", "europe-west1", { trigger: "event" })]);
    const report = audit(look({ deployed, callers, declared, gaps }), manifest, today);
    expect(report.score.parts.flows).toMatchObject({ passed: 1, checked: 1 });
    expect(open(report)["broken-flow europe-west3"]).toBeDefined();
  });

  it("judges by the code alone where nobody asked what is deployed", () => {
    const report = audit(look({ callers, declared }), manifest, today);
    expect(report.score.parts.flows).toMatchObject({ passed: 2, checked: 2 });
  });

  it("does not take a trigger for granted that nothing shows", () => {
    const report = audit(look({ callers }), manifest, today);
    expect(report.score.parts.flows).toMatchObject({ passed: 1, checked: 1 });
    expect(open(report)["broken-flow onProviderCreated"]).toBe(
      "neither the source nor what is deployed shows how it is triggered",
    );
  });

  it("calls no function unknown that an unread file may export", () => {
    const gaps = [
      { source: "declared", facet: "files", scope: "functions/src/a.ts", region: null, reason: "not readable" },
    ] as const;
    const stranger = [caller("web/src/New.tsx", 3, "brandNew", "europe-west1")];
    const report = audit(look({ callers: stranger, declared, gaps }), manifest, today);
    expect(report.findings.map(({ rule }) => rule)).not.toContain("unknown-callee");
    expect(open(report)["unknown-callee *"]).toBe(
      "functions that callers reach may be exported where the source could not be read",
    );
  });
});

describe("somebody who went ahead of a move", () => {
  it.each([
    ["misplaced", "stripeWebhook: payments", "wrong-region"],
    [
      "overdue",
      "stripeWebhook: { class: payments, moving: { from: europe-west1, until: 2026-11-01 } }",
      "overdue-move",
    ],
  ])("is told as failing now: %s", (_, line, rule) => {
    const deployed = [copy("stripeWebhook", "europe-west1"), copy("getAdminStats", "europe-west1")];
    const [ahead, behind] = [at("stripeWebhook", "europe-west3"), at("stripeWebhook", "europe-west1")];
    const holders = [...ahead.holders, ...behind.holders];
    const report = audit(look({ deployed, callers: ahead.callers, holders }), oneLine(line), today);
    const found = report.findings.filter((finding) => finding.function === "stripeWebhook");
    expect(found.map((finding) => [finding.rule, finding.impact])).toEqual([[rule, "now"]]);
    expect(found[0]?.message).toContain(
      " 1 holder hangs on it. 1 caller and 1 holder already point where nothing answers, and fail now.",
    );
  });
});

it("an excepted function with a holder is taken out of `except`, not declared a second time", () => {
  const manifest = manifestFrom(
    `version: 1
environments: { staging: { project: ${project}, except: [stripeWebhook] } }
regions: { europe-west3: {} }
classes: { payments: { region: europe-west3 } }
functions: { stripeWebhook: payments }
`,
  );
  const { holders } = at("stripeWebhook", "europe-west3");
  const report = audit(look({ deployed: [copy("stripeWebhook", "europe-west3")], holders }), manifest, today);
  expect(report.findings.find(({ rule }) => rule === "stale-holder")?.mend).toBe(
    "Take stripeWebhook out of `except`, or point its holders at another function, then delete it in europe-west3.",
  );
});

it.each([
  ["europe-west1", true],
  ["europe-west3", true],
  ["europe-west2", false],
  ["europe-west6", false],
  ["us-east1", false],
])("the multi-region eu takes in %s: %s", (region, inside) => {
  expect(isInside(region, "eu")).toBe(inside);
});

describe("a schedule that outlived its copy", () => {
  const nightly = oneLine("nightlyReport: { class: core, trigger: scheduled }");
  const deployed = [copy("nightlyReport", "europe-west1"), copy("other", "europe-west2")];
  const job = (region: string) =>
    holder(
      "scheduler",
      `firebase-schedule-nightlyReport-${region}`,
      "httpTarget.uri",
      canonicalUrl(project, region, "nightlyReport"),
      { region },
    );
  const found = (holders: readonly ReturnType<typeof job>[]) =>
    audit(look({ deployed, holders, asked: ["scheduler"] }), nightly, today)
      .findings.filter(({ rule }) => rule === "stale-holder")
      .map(({ message, mend, impact }) => [message, mend, impact]);

  it("is deleted, and never made to run the work twice", () => {
    expect(found([job("europe-west1"), job("europe-west2")])).toEqual([
      [
        "Scheduler job firebase-schedule-nightlyReport-europe-west2 is left over from a copy of nightlyReport in europe-west2 that is gone: it fails each time, beside firebase-schedule-nightlyReport-europe-west1 which does the work.",
        "Delete it: firebase-schedule-nightlyReport-europe-west1 has taken its place.",
        "later",
      ],
    ]);
  });

  it("is replaced by a deploy where the live copy has none", () => {
    expect(found([job("europe-west2")])).toEqual([
      [
        "Scheduler job firebase-schedule-nightlyReport-europe-west2 is left over from a copy of nightlyReport in europe-west2 that is gone: nothing answers there, so its runs are lost now.",
        "Deploy nightlyReport to europe-west1 again, which brings one of its own, then delete this one.",
        "now",
      ],
    ]);
  });
});

describe("a name that was probably meant", () => {
  const names = () => new Names([["addManagedGroup", "registerChatter", "abcdefghijkxyz", "registerChatted"]]);
  it("is the nearest, whatever stands before it in the alphabet", () => {
    expect(names().nearest("registerChater")).toBe("registerChatter");
  });
  it("is none where none is near", () => {
    expect(names().nearest("somethingElse")).toBeNull();
  });
});

describe("Cloud Run services that are no functions", () => {
  const services = (
    [
      ["url", 'fetch("https://renderer-abcdefghij-ew.a.run.app/x")'],
      ["url", 'fetch("https://renderer-123456789012.europe-west1.run.app")'],
      ["rewrite", '{ "source": "**", "run": { "serviceId": "renderer", "region": "europe-west1" } }'],
    ] as const
  ).map(([how, snippet], index) => caller("web/a.ts", index + 1, "renderer", "europe-west1", { how, snippet }));

  it("are no unknown functions", () => {
    const deployed = [copy("getAdminStats", "europe-west1")];
    const report = audit(look({ deployed, callers: services }), oneLine("getAdminStats: core"), today);
    expect(report.findings).toEqual([]);
    expect(open(report)["unknown-callee renderer"]).toBe(
      "it is reached as a Cloud Run service, which need not be a function of this project",
    );
  });

  it("excuse no function of that name", () => {
    const functions = [
      ["url", 'fetch("https://europe-west1-acme-prod.cloudfunctions.net/renderer")'],
      ["rewrite", '{ "source": "**", "function": { "functionId": "renderer" } }'],
      ["callable", 'httpsCallable(functions, "renderer")'],
    ] as const;
    const callers = functions.map(([how, snippet], index) =>
      caller("web/a.ts", index + 1, "renderer", "europe-west1", { how, snippet }),
    );
    const deployed = [copy("getAdminStats", "europe-west1")];
    const report = audit(look({ deployed, callers }), oneLine("getAdminStats: core"), today);
    expect(report.findings.map(({ rule, place, related }) => [rule, place?.line, related.length])).toEqual([
      ["hosting-rewrite", 2, 0],
      ["unknown-callee", 1, 1],
    ]);
  });

  it("of another project are told by its hash or number, whatever its length", () => {
    const stripe = (id: string, url: string) => holder("stripe", id, "url", url);
    const urls = ["https://pay-abcdefghij-ew.a.run.app", "https://pay-123456789012.europe-west1.run.app"];
    const report = audit(
      look({
        deployed: [copy("pay", "europe-west1", { urls })],
        holders: [
          stripe("we_1", "https://ledger-12345678901.europe-west1.run.app"),
          stripe("we_2", "https://ledger-zyxwvutsrq-ew.a.run.app"),
          stripe("we_3", "https://ledger-123456789012.europe-west1.run.app"),
        ],
      }),
      oneLine("pay: core"),
      today,
    );
    expect(report.findings.map(({ rule, related }) => [rule, related[0]?.message])).toEqual([
      ["orphaned-holder", "url of stripe we_3: https://ledger-123456789012.europe-west1.run.app"],
    ]);
  });

  it("are not judged by a hash where only the project's number could tell", () => {
    const urls = ["https://pay-abcdefghij-ew.a.run.app"];
    const holders = [holder("stripe", "we_1", "url", "https://pay-1234567890.europe-west2.run.app")];
    const deployed = [copy("pay", "europe-west1", { urls }), copy("other", "europe-west2")];
    const report = audit(look({ deployed, holders }), oneLine("pay: core"), today);
    expect(report.findings.map(({ rule, function: name }) => `${rule} ${name}`)).toContain("stale-holder pay");
  });
});

it.each([
  ["europe-west99-acme-prod.cloudfunctions.net", "europe-west99", "acme-prod"],
  ["europe-west12-acme.cloudfunctions.net", "europe-west12", "acme"],
  ["europe-west1-2-acme.cloudfunctions.net", "europe-west1", "2-acme"],
  ["Europe-West1-acme.cloudfunctions.net.", "europe-west1", "acme"],
])("https://%s/pay names %s of %s", (host, region, owner) => {
  expect(parseFunctionUrl(`https://${host}/pay`)).toMatchObject({ name: "pay", region, project: owner });
});
