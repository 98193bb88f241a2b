import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import { brief, caller, copy, exported, look, open, today } from "./look.ts";

const declared = [
  exported("registerChatter", 4, ["europe-west2"]),
  exported("createPaymentIntent", 9, ["europe-west3"]),
  exported("getAdminStats", 14, []),
];

describe("a checkout without a manifest", () => {
  it("compares callers with what the source declares", () => {
    const callers = [
      caller("web/src/Register.tsx", 12, "registerChatter", "us-central1", { regionSource: "default" }),
      caller("web/src/Checkout.tsx", 8, "createPaymentIntent", "europe-west3"),
      caller("web/src/Checkout.tsx", 20, "createPaymentIntnet", "europe-west3"),
    ];
    const report = audit(look({ callers, declared }), null, today);
    expect(report.findings.map(({ rule, place, message }) => [rule, place?.line, message])).toEqual([
      [
        "mismatched-caller",
        12,
        "Register.tsx:12 calls registerChatter in us-central1; the source puts it in europe-west2. Whether anything answers there was not looked at.",
      ],
      [
        "unknown-callee",
        20,
        "Checkout.tsx:20 calls createPaymentIntnet: the source has no such function. Did you mean createPaymentIntent?",
      ],
    ]);
    expect(report.findings[0]?.related).toEqual([
      { place: { file: "functions/src/index.ts", line: 4 }, message: "exported here by codebase default" },
    ]);
    expect(report).toMatchObject({ environment: null, checked: { callers: 3, functions: 3 } });
  });

  it("leaves open what the source leaves to the deployer", () => {
    const callers = [caller("web/src/Admin.tsx", 3, "getAdminStats", "europe-west1")];
    const report = audit(look({ callers, declared }), null, today);
    expect(report.findings).toEqual([]);
    expect(open(report)["mismatched-caller getAdminStats"]).toBe(
      "the source leaves its region open, and what is deployed was not looked at",
    );
  });

  it("says of the rules that need one that there is none", () => {
    const report = audit(look({ callers: [], declared }), null, today);
    expect(open(report)["wrong-region *"]).toBe("there is no manifest to compare with");
    expect(open(report)["undeclared-export *"]).toBe("there is no manifest to compare with");
  });

  it("knows more with a listing: what answers, what is unhealthy, what is in two regions", () => {
    const callers = [
      caller("web/src/Register.tsx", 12, "registerChatter", "europe-west1"),
      caller("web/src/Admin.tsx", 3, "getAdminStats", "us-central1"),
      caller("web/src/Checkout.tsx", 8, "createPaymentIntent", "europe-west1"),
    ];
    const deployed = [
      copy("registerChatter", "europe-west2"),
      copy("registerChatter", "europe-west1"),
      copy("getAdminStats", "europe-west1", { runtime: "nodejs20" }),
      copy("createPaymentIntent", "europe-west1"),
    ];
    const report = audit(look({ callers, declared, deployed }), null, today);
    expect(report.findings.map(({ rule, function: name, expected }) => [rule, name, expected])).toEqual([
      ["mismatched-caller", "getAdminStats", ["europe-west1"]],
      ["mismatched-caller", "registerChatter", ["europe-west2"]],
      ["obsolete-runtime", "getAdminStats", []],
    ]);
    expect(report.findings[0]?.message).toBe(
      "Admin.tsx:3 calls getAdminStats in us-central1; it is live in europe-west1. Nothing answers there: every call fails now.",
    );
    expect(report.notes).toEqual([
      "1 function is live in more than one region, and without a manifest nobody can say whether on purpose: registerChatter.",
      "1 function is live elsewhere than the source says: createPaymentIntent.",
    ]);
  });

  it("finds nothing wrong where there is nothing to compare with, and says so", () => {
    const report = audit(look({ callers: [caller("web/src/A.tsx", 1, "anything", "europe-west1")] }), null, today);
    expect(brief(report)).toEqual([]);
    expect(open(report)["unknown-callee *"]).toBe(
      "neither source, nor deployed functions, nor a manifest to compare with",
    );
    expect(report.score.overall).toBe(10);
  });
});
