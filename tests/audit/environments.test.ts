import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import { brief, caller, copy, exported, look, manifestFrom, today } from "./look.ts";

const text = `version: 1
defaultEnvironment: staging
environments:
  staging: { project: acme-staging, except: [nightlyExport], classes: { payments: { region: europe-west1 } } }
  production: { project: acme-prod }
regions: { us-central1: {}, europe-west1: {}, europe-west3: {} }
classes:
  core: { region: europe-west1 }
  payments: { region: europe-west3 }
codebases:
  default: { source: functions, deployer: pulumi }
functions:
  stripeWebhook: payments
  nightlyExport: core
callers:
  web: { root: web }
`;

function lookAt(project: string, regions: Record<string, string>) {
  const deployed = Object.entries(regions).map(([name, region]) => copy(name, region, { project }));
  const callers = [caller("web/src/Export.tsx", 3, "nightlyExport", "europe-west1")];
  return {
    ...look({ deployed, callers, declared: [exported("stripeWebhook", 1, []), exported("nightlyExport", 2, [])] }),
    project,
  };
}

describe("one manifest, several environments", () => {
  it("wants a class where the environment puts it", () => {
    const staging = manifestFrom(text, "staging");
    expect(audit(lookAt("acme-staging", { stripeWebhook: "europe-west1" }), staging, today).findings).toEqual([]);
    const report = audit(lookAt("acme-staging", { stripeWebhook: "europe-west3" }), staging, today);
    expect(brief(report)).toEqual(["wrong-region stripeWebhook"]);
    expect(report.findings[0]?.mend).toBe(
      "Move it: deploy it to europe-west1 as well, bring its callers and holders over, then delete the copy in europe-west3 once nothing reaches it.",
    );
  });

  it("misses a function in production that staging leaves out", () => {
    const report = audit(
      lookAt("acme-prod", { stripeWebhook: "europe-west3" }),
      manifestFrom(text, "production"),
      today,
    );
    expect(brief(report)).toEqual(["missing-function nightlyExport"]);
    expect(report.findings[0]?.related).toEqual([
      {
        place: { file: "web/src/Export.tsx", line: 3, column: 9, endLine: 3 },
        message: "calls it in europe-west1, where nothing answers",
      },
    ]);
  });

  it("finds a function that is deployed although staging leaves it out", () => {
    const report = audit(
      lookAt("acme-staging", { stripeWebhook: "europe-west1", nightlyExport: "europe-west1" }),
      manifestFrom(text, "staging"),
      today,
    );
    expect(brief(report)).toEqual(["undeclared-function nightlyExport"]);
    expect(report.findings[0]?.message).toContain("regions.yaml leaves it out of staging");
  });

  it("names the environment in the command to type", () => {
    const base = lookAt("acme-staging", { stripeWebhook: "europe-west1" });
    const declared = look({ declared: [exported("stripeWebhook", 1, []), exported("refundPayment", 3, [])] }).declared;
    const report = audit({ ...base, declared }, manifestFrom(text, "staging"), today);
    expect(brief(report)).toEqual(["undeclared-export refundPayment"]);
    expect(report.findings[0]?.mend).toBe("Declare it: `regions sync --env staging`.");
  });

  it("sets callers of another project aside and counts them", () => {
    const base = lookAt("acme-prod", { stripeWebhook: "europe-west3", nightlyExport: "europe-west1" });
    const callers = [caller("web/src/legacy.ts", 3, "goneForever", "us-central1", { project: "acme-legacy" })];
    const report = audit(
      { ...base, callers: { callers, unresolved: [], env: [], files: 1 } },
      manifestFrom(text, "production"),
      today,
    );
    expect(report.findings).toEqual([]);
    expect(report.notes).toEqual(["1 caller of another project or site was set aside."]);
    expect(report.checked.callers).toBe(0);
  });
});
