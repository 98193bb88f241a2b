import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import { canonicalUrl } from "../../src/model/function-url.ts";
import {
  brief,
  caller,
  copy,
  deployedOf,
  exported,
  holder,
  look,
  manifestOf,
  open,
  project,
  today,
  unreachable,
} from "./look.ts";

const manifest = manifestOf(
  ["registerChatter: affiliate", "getLeaderboard: affiliate", "stripeWebhook: payments", "getAdminStats: core"],
  "callers:\n  web: { root: web }\n",
);

describe("a region that did not answer", () => {
  const deployed = [
    copy("registerChatter", "europe-west1"),
    copy("stripeWebhook", "europe-west1"),
    copy("getAdminStats", "europe-west1"),
  ];
  const gaps = [unreachable("europe-west2")];

  it("is never said to miss what it may hold, and its functions are neither misplaced nor doubled", () => {
    const report = audit(look({ deployed, gaps }), manifest, today);
    expect(brief(report)).toEqual(["wrong-region stripeWebhook"]);
    expect(open(report)).toMatchObject({
      "missing-function europe-west2": "Google did not answer for europe-west2",
      "wrong-region europe-west2": "Google did not answer for europe-west2",
      "duplicate-function europe-west2": "Google did not answer for europe-west2",
    });
  });

  it("leaves other regions' conclusions standing", () => {
    const report = audit(
      look({ deployed: [...deployed, copy("stripeWebhook", "europe-west3")], gaps }),
      manifest,
      today,
    );
    expect(brief(report)).toEqual(["duplicate-function stripeWebhook"]);
  });

  it("keeps a function that is seen nowhere from being called missing, wherever it is wanted", () => {
    const report = audit(look({ deployed: [copy("getAdminStats", "europe-west1")], gaps }), manifest, today);
    expect(brief(report)).toEqual([]);
  });

  it("leaves a caller of the one visible copy open, and still reports one that reaches nothing", () => {
    const callers = [
      caller("web/src/Register.tsx", 3, "registerChatter", "europe-west1"),
      caller("web/src/Board.tsx", 5, "getLeaderboard", "us-central1"),
    ];
    const report = audit(look({ deployed, callers, gaps }), manifest, today);
    expect(brief(report)).toEqual(["mismatched-caller getLeaderboard", "wrong-region stripeWebhook"]);
    expect(open(report)["mismatched-caller europe-west2"]).toBe(
      "it was not read, so it is open where the functions that callers reach are live",
    );
  });

  it("leaves holders of the one visible copy open, and proves no holder an orphan", () => {
    const holders = [
      holder("stripe", "we_1", "url", canonicalUrl(project, "europe-west1", "registerChatter")),
      holder("stripe", "we_2", "url", canonicalUrl(project, "europe-west2", "someWebhook")),
    ];
    const report = audit(look({ deployed, holders, gaps }), manifest, today);
    expect(brief(report)).toEqual(["wrong-region stripeWebhook"]);
    expect(open(report)).toMatchObject({
      "stale-holder europe-west2": "it was not read, so it is open where the functions that holders send to are live",
      "orphaned-holder europe-west2": "functions that holders send to may be deployed in what was not read",
    });
  });

  it("leaves unknown names open: they may be deployed there", () => {
    const callers = [caller("web/src/Old.tsx", 3, "oldThing", "europe-west2")];
    const report = audit(look({ deployed: [copy("getAdminStats", "europe-west1")], callers, gaps }), manifest, today);
    expect(brief(report)).toEqual([]);
    expect(open(report)["unknown-callee europe-west2"]).toBe(
      "functions that callers reach may be deployed in what was not read",
    );
  });
});

describe("all regions unread", () => {
  it("says missing of nothing, and reports what callers say against the manifest", () => {
    const everywhere = {
      source: "deployed",
      facet: "functions",
      scope: "*",
      region: null,
      reason: "403: permission denied",
    } as const;
    const callers = [caller("web/src/Register.tsx", 3, "registerChatter", "europe-west1")];
    const report = audit(look({ deployed: [], callers, gaps: [everywhere] }), manifest, today);
    expect(brief(report)).toEqual(["mismatched-caller registerChatter"]);
    expect(report.findings[0]).toMatchObject({
      fixable: false,
      expected: ["europe-west2"],
      mend: "Point it at europe-west2 once the function is live there.",
    });
    expect(report.findings[0]?.message).toContain("Whether anything answers there was not looked at.");
    expect(open(report)["missing-function *"]).toBe("403: permission denied");
  });

  it("passes nothing of the fleet when the source failed", () => {
    const everywhere = {
      source: "deployed",
      facet: "functions",
      scope: "*",
      region: null,
      reason: "no credentials",
    } as const;
    const report = audit(look({ gaps: [everywhere], failed: ["deployed"] }), manifest, today);
    expect(report.findings).toEqual([]);
    expect(open(report)["wrong-region *"]).toBe("deployed functions could not be read: no credentials");
    expect(report.score.parts.holders).toEqual({ passed: 0, checked: 0, score: null });
  });
});

describe("what was not asked for", () => {
  it("is named as such for each rule, and never scored", () => {
    const report = audit(look({ callers: [], declared: [] }), manifest, today);
    expect(report.findings).toEqual([]);
    expect(open(report)["wrong-region *"]).toBe("deployed functions were not asked for");
    expect(open(report)["orphaned-holder *"]).toBe("holders were not asked for");
    expect(report.score.parts).toMatchObject({
      isolation: { score: 10 },
      callers: { score: null },
      holders: { score: null },
    });
  });

  it("still compares callers with the manifest, without claiming what answers", () => {
    const callers = [
      caller("web/src/Register.tsx", 3, "registerChatter", "europe-west1"),
      caller("web/src/X.tsx", 4, "nothing", "europe-west1"),
    ];
    const report = audit(look({ callers }), manifest, today);
    expect(brief(report)).toEqual(["mismatched-caller registerChatter", "unknown-callee nothing"]);
    expect(report.findings.map((finding) => finding.confidence)).toEqual(["certain", "likely"]);
  });
});

describe("a listing that cannot show everything", () => {
  const table = (functions: readonly ReturnType<typeof copy>[]) =>
    deployedOf(functions, {
      origin: { kind: "firebase-table", file: "listing.txt", takenAt: "2026-11-19T06:00:00Z" },
      lacks: ["state", "cpu", "max-instances", "invokers", "event-triggers", "unreachable-regions"],
    });

  it("says what it cannot show and how old it is, and leaves those rules unchecked", () => {
    const fleet = [
      copy("registerChatter", "europe-west2", { state: null, invoker: null, cpu: null, maxInstances: null }),
      copy("getLeaderboard", "europe-west2", { state: null, invoker: null, cpu: null, maxInstances: null }),
      copy("stripeWebhook", "europe-west3", { state: null, invoker: null, cpu: null, maxInstances: null }),
      copy("getAdminStats", "europe-west1", { state: null, invoker: null, cpu: null, maxInstances: null }),
    ];
    const report = audit(look({ deployed: table(fleet) }), manifest, today);
    expect(report.findings).toEqual([]);
    expect(report.notes).toEqual([
      "Deployed functions come from listing.txt, 3 days old.",
      "Such a list cannot show states, cpu, maxInstances, invokers, event triggers and unreachable regions; what hangs on them is not checked.",
    ]);
    expect(open(report)).toMatchObject({
      "unhealthy-function *": "listing.txt does not show states",
      "unreachable-function *": "listing.txt does not show invokers",
      "trigger-locality *": "listing.txt does not show event triggers",
    });
  });

  it("does not take a region without any function for an empty one", () => {
    const fleet = [
      copy("stripeWebhook", "europe-west1"),
      copy("getAdminStats", "europe-west1"),
      copy("registerChatter", "europe-west1"),
    ];
    const report = audit(look({ deployed: table(fleet) }), manifest, today);
    expect(report.findings.map(({ rule, function: name, confidence }) => [rule, name, confidence])).toEqual([
      ["wrong-region", "registerChatter", "likely"],
      ["wrong-region", "stripeWebhook", "likely"],
    ]);
    expect(open(report)["missing-function europe-west2"]).toBe(
      "the list shows nothing there, and cannot tell an empty region from one it did not reach",
    );
  });

  it("believes absence in a region where it shows other functions", () => {
    const fleet = [
      copy("registerChatter", "europe-west2"),
      copy("stripeWebhook", "europe-west3"),
      copy("getAdminStats", "europe-west1"),
    ];
    expect(brief(audit(look({ deployed: table(fleet) }), manifest, today))).toEqual([
      "missing-function getLeaderboard",
    ]);
  });
});

describe("a listing of another project", () => {
  it("proves nothing about this one", () => {
    const foreign = [copy("stripeWebhook", "europe-west1", { project: "acme-staging" })];
    const report = audit(look({ deployed: foreign }), manifest, today);
    expect(report.findings).toEqual([]);
    expect(open(report)["missing-function *"]).toBe(
      "deployed functions could not be read: the listing is of another project than acme-prod",
    );
  });
});

describe("files that could not be read", () => {
  it("keep a flow's caller from being called absent", () => {
    const withFlow = manifestOf(
      ["createPaymentIntent: payments"],
      "callers:\n  web: { root: web }\nflows:\n  pay:\n    - { from: web:CallCheckout, to: createPaymentIntent, via: callable }\n",
    );
    const gap = {
      source: "callers",
      facet: "files",
      scope: "web/src/pages",
      region: null,
      reason: "permission denied",
    } as const;
    const report = audit(look({ callers: [], gaps: [gap] }), withFlow, today);
    expect(report.findings).toEqual([]);
    expect(open(report)).toMatchObject({
      "broken-flow createPaymentIntent": "files that may hold the caller were not read",
      "mismatched-caller web/src/pages": "permission denied",
    });
  });

  it("keep an unexported name from being called unknown, where the source alone could know it", () => {
    const gap = {
      source: "declared",
      facet: "files",
      scope: "functions/src/a.ts",
      region: null,
      reason: "not UTF-8",
    } as const;
    const callers = [caller("web/src/Old.tsx", 3, "oldThing", "europe-west2")];
    const report = audit(
      look({ callers, declared: [exported("other", 1, ["europe-west1"])], gaps: [gap] }),
      null,
      today,
    );
    expect(report.findings).toEqual([]);
    expect(open(report)["unknown-callee *"]).toBe(
      "functions that callers reach may be exported where the source could not be read",
    );
  });
});
