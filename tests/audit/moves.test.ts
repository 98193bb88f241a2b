import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import { canonicalUrl } from "../../src/model/function-url.ts";
import { brief, caller, copy, holder, look, manifestOf, open, project, today, unreachable } from "./look.ts";

const moving = (until: string) =>
  manifestOf([`stripeWebhook: { class: payments, trigger: https, moving: { from: europe-west1, until: ${until} } }`]);
const old = copy("stripeWebhook", "europe-west1");
const fresh = copy("stripeWebhook", "europe-west3");
const at = (region: string) => ({
  callers: [caller("web/src/Pay.tsx", 3, "stripeWebhook", region)],
  holders: [holder("stripe", "we_1", "url", canonicalUrl(project, region, "stripeWebhook"))],
});

describe("a declared move that has time", () => {
  it.each([
    ["both copies, everybody on the old one", [old, fresh], "europe-west1"],
    ["both copies, everybody on the new one", [old, fresh], "europe-west3"],
    ["only the old copy, everybody on it", [old], "europe-west1"],
    ["only the new copy, everybody on it", [fresh], "europe-west3"],
  ])("is fine: %s", (_, deployed, region) => {
    const report = audit(look({ deployed, ...at(region) }), moving("2026-11-22"), today);
    expect(report.findings).toEqual([]);
    expect(report.notChecked.filter((row) => row.scope !== "*")).toEqual([]);
  });

  it("does not excuse going ahead of it", () => {
    const report = audit(look({ deployed: [old], ...at("europe-west3") }), moving("2026-12-01"), today);
    expect(report.findings.map(({ rule, message, expected }) => [rule, message, expected])).toEqual([
      [
        "mismatched-caller",
        "Pay.tsx:3 calls stripeWebhook in europe-west3; its move is not done, and it is live in europe-west1. Nothing answers there: every call fails now.",
        ["europe-west1"],
      ],
      [
        "stale-holder",
        "Stripe endpoint we_1 sends to stripeWebhook in europe-west3; it belongs in europe-west1: nothing answers there, so its payment events are lost now.",
        ["europe-west1"],
      ],
    ]);
  });

  it("does not excuse staying behind once the old copy is gone", () => {
    const report = audit(look({ deployed: [fresh], ...at("europe-west1") }), moving("2026-12-01"), today);
    expect(report.findings.map(({ rule, expected, impact }) => [rule, expected, impact])).toEqual([
      ["mismatched-caller", ["europe-west3"], "now"],
      ["stale-holder", ["europe-west3"], "now"],
    ]);
  });

  it("does not excuse a third copy", () => {
    const report = audit(
      look({ deployed: [old, fresh, copy("stripeWebhook", "us-central1")] }),
      moving("2026-12-01"),
      today,
    );
    expect(report.findings.map(({ rule, actual }) => [rule, actual])).toEqual([["duplicate-function", "us-central1"]]);
  });
});

describe("a declared move past its date", () => {
  it("is one finding instead of a duplicate; its callers can be mended now", () => {
    const report = audit(look({ deployed: [old, fresh], ...at("europe-west1") }), moving("2026-11-21"), today);
    expect(brief(report)).toEqual([
      "mismatched-caller stripeWebhook",
      "stale-holder stripeWebhook",
      "overdue-move stripeWebhook",
    ]);
  });

  it("is one finding with everybody who depends on the old copy, where nothing else is live", () => {
    const report = audit(look({ deployed: [old], ...at("europe-west1") }), moving("2026-11-21"), today);
    expect(brief(report)).toEqual(["overdue-move stripeWebhook"]);
    expect(report.findings[0]?.related).toHaveLength(3);
    expect(report.findings[0]?.mend).toBe(
      "Finish the move: deploy it to europe-west3 as well, bring its callers and holders over, then delete the copy in europe-west1 once nothing reaches it; or put a later date.",
    );
  });

  it("is not checked while the old region cannot be read", () => {
    const report = audit(look({ deployed: [fresh], gaps: [unreachable("europe-west1")] }), moving("2026-11-21"), today);
    expect(report.findings).toEqual([]);
    expect(open(report)["overdue-move europe-west1"]).toBeDefined();
  });

  it("is over once the old copy is gone", () => {
    expect(audit(look({ deployed: [fresh], ...at("europe-west3") }), moving("2026-11-21"), today).findings).toEqual([]);
  });
});
