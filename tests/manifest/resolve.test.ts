import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";
import { textOfProblems } from "./text-of-problems.ts";

const marketplace = parseManifest(
  readFileSync(join(import.meta.dirname, "fixtures/ok/marketplace.yaml"), "utf8"),
  "regions.yaml",
);
const at = (line: number, column: number) => ({ file: "regions.yaml", line, column });

describe("resolveManifest", () => {
  it("chooses the default environment, and gives the sandbox access to every holder", () => {
    const manifest = resolveManifest(marketplace, null);
    expect(manifest.environment).toEqual({
      name: "sandbox",
      project: "demo-regions",
      endpoint: "sandbox",
      stripe: { key: "sk_test_sandbox" },
      twilio: { account: "ACsandbox", token: "sandbox" },
      telegram: { token: "sandbox" },
      rehearsals: true,
      backend: null,
      journal: null,
      notify: [],
      place: at(5, 3),
    });
    expect(manifest.environments).toEqual(["sandbox", "staging", "production"]);
  });

  it("leaves out what an environment excepts, and keeps its access as written", () => {
    const manifest = resolveManifest(marketplace, "staging");
    expect(manifest.functions.has("nightlyExport")).toBe(false);
    expect([...manifest.excepted]).toEqual([["nightlyExport", at(31, 3)]]);
    expect(manifest.environment).toMatchObject({
      endpoint: "google",
      stripe: { key: "env:STRIPE_TEST_KEY" },
      twilio: { account: "env:TWILIO_SID", token: "env:TWILIO_TOKEN" },
      telegram: null,
    });
  });

  it("resolves functions: shorthand, defaults, regions, moves", () => {
    const { functions } = resolveManifest(marketplace, "production");
    expect(functions.get("registerChatter")).toEqual({
      name: "registerChatter",
      class: "affiliate",
      regions: ["europe-west2"],
      codebase: "default",
      trigger: null,
      holders: [],
      runtime: "nodejs22",
      memoryMiB: 256,
      cpu: 0.1666,
      minInstances: null,
      maxInstances: 10,
      moving: null,
      undecided: null,
      place: at(23, 3),
    });
    expect(functions.get("executeScheduledCall")?.memoryMiB).toBe(1024);
    expect(functions.get("readReplica")?.regions).toEqual(["europe-west1", "us-central1"]);
    expect(functions.get("oldThing")?.moving).toEqual({ from: "us-central1", until: "2026-12-01", place: at(30, 28) });
    expect(functions.get("nightlyExport")?.undecided).toEqual({
      text: "live in two regions when this file was written",
      place: at(31, 33),
    });
  });

  it("resolves regions, classes, codebases, callers, flows and ignores", () => {
    const manifest = resolveManifest(marketplace, "production");
    expect(manifest.regions.get("europe-west3")).toEqual({
      name: "europe-west3",
      role: "payments and calls",
      protected: true,
      quota: { vcpu: 30, warn: 0.8, place: at(12, 62) },
      place: at(12, 3),
    });
    expect(manifest.classes.get("calls")).toEqual({
      name: "calls",
      region: "europe-west3",
      allow: [],
      isolatedFrom: ["core", "affiliate"],
      roles: null,
      serviceAccount: null,
      why: "a running call must never be throttled",
      place: at(17, 3),
    });
    expect(manifest.allowedRuntimes).toEqual(["nodejs22", "nodejs24"]);
    expect(manifest.codebases.get("default")).toMatchObject({
      source: "src/functions",
      deployer: "pulumi",
      ledger: "processed_events",
    });
    expect(manifest.callers.get("web")).toEqual({
      name: "web",
      root: "web",
      mode: "production",
      facts: null,
      client: null,
      env: null,
      place: at(33, 3),
    });
    expect(manifest.flows.get("booking-payment")?.edges[3]).toEqual({
      from: "twilio",
      to: "twilioConferenceWebhook",
      via: "holder",
      place: at(39, 7),
    });
    expect(manifest.ignores).toEqual([
      {
        rule: "obsolete-runtime",
        function: "legacyExport",
        region: null,
        file: null,
        reason: "retired with the export tool",
        owner: "payments",
        until: "2027-01-31",
        place: at(41, 5),
      },
    ]);
  });

  it("resolves what deployments need: backend, channels, roles, accounts, build", () => {
    const text = `version: 1
environments:
  staging: { project: acme-staging }
  production: { project: acme-prod, backend: "gs://acme-state", notify: [projects/acme-prod/notificationChannels/7] }
regions: { europe-west1: {} }
classes:
  core: { region: europe-west1, roles: [roles/datastore.user, projects/acme-prod/roles/mailer], serviceAccount: runner@ }
  outside: { region: europe-west1, serviceAccount: legacy@acme-tools.iam.gserviceaccount.com }
codebases: { api: { source: api, build: npm run build } }
`;
    const parsed = parseManifest(text, "regions.yaml");
    const { environment, classes, codebases } = resolveManifest(parsed, "production");
    expect([environment.backend, environment.notify]).toEqual([
      "gs://acme-state",
      ["projects/acme-prod/notificationChannels/7"],
    ]);
    expect(classes.get("core")).toMatchObject({
      roles: ["roles/datastore.user", "projects/acme-prod/roles/mailer"],
      serviceAccount: "runner@acme-prod.iam.gserviceaccount.com",
    });
    expect(classes.get("outside")?.serviceAccount).toBe("legacy@acme-tools.iam.gserviceaccount.com");
    expect(codebases.get("api")?.build).toBe("npm run build");
    expect(resolveManifest(parsed, "staging").classes.get("core")?.serviceAccount).toBe(
      "runner@acme-staging.iam.gserviceaccount.com",
    );
  });

  it("takes the regions of classes from the environment where it has its own", () => {
    const text = `version: 1
environments:
  production: { project: acme-prod }
  staging: { project: acme-staging, classes: { payments: { region: europe-west4, allow: [europe-west1] } } }
regions: { europe-west1: {}, europe-west3: { quota: { vcpu: 4 } }, europe-west4: {} }
classes: { payments: { region: europe-west3, allow: [europe-west1] } }
codebases: { api: { source: api, deployer: firebase } }
defaults: { memory: 1Gi }
functions: { pay: payments, both: { class: payments, regions: [europe-west1] } }
`;
    const parsed = parseManifest(text, "regions.yaml");
    const regions = (environment: string) =>
      [...resolveManifest(parsed, environment).functions.values()].map((entry) => entry.regions);
    expect(regions("production")).toEqual([["europe-west3"], ["europe-west1"]]);
    expect(regions("staging")).toEqual([["europe-west4"], ["europe-west1"]]);
    const staging = resolveManifest(parsed, "staging");
    expect(staging.classes.get("payments")).toMatchObject({ region: "europe-west4", allow: ["europe-west1"] });
    expect(staging.regions.get("europe-west3")?.quota?.warn).toBe(0.8);
    // The source of a codebase that firebase deploys owns its memory: defaults do not reach it.
    expect(staging.functions.get("pay")).toMatchObject({ codebase: "api", memoryMiB: null });
  });

  it("refuses an environment that is not there", () => {
    expect(textOfProblems(() => resolveManifest(marketplace, "prodution"))).toBe(
      'regions.yaml has no environment "prodution"; it has sandbox, staging, production.\n  did you mean production?\n',
    );
  });

  it("asks which of several environments is meant", () => {
    const text = "version: 1\nenvironments: { a: { project: acme-a }, b: { project: acme-b } }\nregions: {}\n";
    expect(textOfProblems(() => resolveManifest(parseManifest(text, "regions.yaml"), null))).toBe(
      "regions.yaml has 2 environments and no defaultEnvironment.\n  name one with --env: a, b\n",
    );
    const none = parseManifest("version: 1\nenvironments: {}\nregions: {}\n", "regions.yaml");
    expect(textOfProblems(() => resolveManifest(none, null))).toMatch(/0 environments/);
  });
});
