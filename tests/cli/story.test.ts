import { rmSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finding, Report } from "../../src/model/finding.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { copyOfTheFleet } from "../story/copy.ts";
import { type Ran, run } from "./run.ts";

/* The reference fleet as a user audits it: the built command, the embedded sandbox, the fleet's own manifest and code. */

const command = ["audit", "--env", "sandbox", "--format", "json", "--today", "2026-11-22"];

let folder: string;
beforeAll(() => {
  folder = copyOfTheFleet("story");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the day the story starts", () => {
  let ran: Ran;
  let report: Report;
  beforeAll(async () => {
    ran = await run(command, { cwd: folder });
    report = JSON.parse(ran.stdout) as Report;
  });

  const errors = () => report.findings.filter((finding) => finding.severity === "error");
  const only = (rule: string, name: string | null): Finding => {
    const found = errors().filter((finding) => finding.rule === rule && finding.function === name);
    expect(found).toHaveLength(1);
    return found[0] as Finding;
  };
  const relatedFiles = (finding: Finding) =>
    finding.related.flatMap(({ place }) => (place === null ? [] : [place.file]));

  it("ends with 1, with nothing on standard error", () => {
    expect([ran.code, ran.stderr]).toEqual([1, ""]);
  });

  it("prints what its published schema says", async () => {
    const schema = JSON.parse((await run(["schema", "audit"], { cwd: folder })).stdout);
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect(validate(report) || validate.errors).toBe(true);
  });

  it("read everything: no gap, no source left out", () => {
    expect(report.gaps).toEqual([]);
    const read = { declared: "read", callers: "read", deployed: "read", holders: "read" };
    expect(report.sources).toEqual({ ...read, state: "not asked" });
    expect(report.notChecked).toEqual([]);
  });

  it("finds sixteen errors and nothing else", () => {
    const found = report.findings.map(({ severity, rule, function: name }) => `${severity} ${rule} ${name}`);
    expect(found.sort()).toEqual(
      [
        "error wrong-region createSubscriptionCheckout",
        "error wrong-region stripeWebhook",
        "error duplicate-function registerBlogger",
        "error duplicate-function registerChatter",
        "error duplicate-function registerGroupAdmin",
        "error duplicate-function registerInfluencer",
        "error duplicate-function twilioConferenceWebhook",
        "error undeclared-function twilioWebhook",
        "error obsolete-runtime twilioConferenceWebhook",
        "error obsolete-runtime twilioWebhook",
        "error mismatched-caller registerBlogger",
        "error mismatched-caller registerChatter",
        "error mismatched-caller registerGroupAdmin",
        "error mismatched-caller registerInfluencer",
        "error env-region null",
        "error stale-holder twilioWebhook",
      ].sort(),
    );
  });

  it("stripeWebhook is live in the wrong place alone, and Stripe hangs on that copy", () => {
    const finding = only("wrong-region", "stripeWebhook");
    expect([finding.actual, finding.expected]).toEqual(["europe-west1", ["europe-west3"]]);
    expect(finding.related.some(({ message }) => message.includes("Stripe endpoint"))).toBe(true);
  });

  it("createSubscriptionCheckout, too, and the subscription page hangs on that copy", () => {
    const finding = only("wrong-region", "createSubscriptionCheckout");
    expect([finding.actual, finding.expected]).toEqual(["europe-west1", ["europe-west3"]]);
    expect(relatedFiles(finding)).toContain("examples/web/src/pages/SubscriptionPage.tsx");
  });

  it.each(["registerBlogger", "registerChatter", "registerGroupAdmin", "registerInfluencer"])(
    "%s has an extra copy in europe-west1, and its page calls that one",
    (name) => {
      const copy = only("duplicate-function", name);
      expect([copy.actual, copy.expected]).toEqual(["europe-west1", ["europe-west2"]]);
      const caller = only("mismatched-caller", name);
      expect([caller.actual, caller.expected]).toEqual(["europe-west1", ["europe-west2"]]);
      expect(caller.place?.file).toBe(`examples/web/src/pages/${name.replace("register", "")}Register.tsx`);
      expect(relatedFiles(caller)).toContain("examples/web/src/firebase.ts");
    },
  );

  it("twilioConferenceWebhook has an extra copy in europe-west1, on a runtime that is gone", () => {
    const copy = only("duplicate-function", "twilioConferenceWebhook");
    expect([copy.actual, copy.expected]).toEqual(["europe-west1", ["europe-west3"]]);
    expect(only("obsolete-runtime", "twilioConferenceWebhook").actual).toBe("nodejs20");
  });

  it("twilioWebhook is live and declared nowhere, on a runtime that is gone, and a number still names it", () => {
    expect(only("undeclared-function", "twilioWebhook").actual).toBe("europe-west1");
    expect(only("obsolete-runtime", "twilioWebhook").actual).toBe("nodejs20");
    const holder = only("stale-holder", "twilioWebhook");
    expect(holder.actual).toBe("europe-west1");
    expect(holder.message).toContain("voiceFallbackUrl");
  });

  it("the committed env value contradicts the manifest, and the dashboards hang on it", () => {
    const finding = only("env-region", null);
    expect(finding.place?.file).toBe("examples/web/.env");
    expect(finding.message).toContain("VITE_FUNCTIONS_AFFILIATE_REGION");
    expect(finding.actual).toBe("europe-west1");
    const dashboards = relatedFiles(finding).filter((file) => file.endsWith("Dashboard.tsx"));
    expect(new Set(dashboards).size).toBe(4);
  });

  it("says the same again, byte for byte", async () => {
    const again = await run(command, { cwd: folder });
    expect(again.stdout).toBe(ran.stdout);
  });
});

describe("europe-west3 cannot be reached", () => {
  let sandbox: Sandbox;
  let ran: Ran;
  let report: Report;
  beforeAll(async () => {
    sandbox = await startSandbox({ folder: join(folder, ".regions/sandbox"), seed: "story" });
    sandbox.faults.add({ match: { region: "europe-west3" }, do: { kind: "unreachable" } });
    ran = await run(command, { cwd: folder });
    report = JSON.parse(ran.stdout) as Report;
  });
  afterAll(() => sandbox.close());

  it("never ends with 0, and names the region as a gap", () => {
    expect(ran.code).toBe(1);
    expect(report.sources.deployed).toBe("partial");
    expect(report.gaps).toContainEqual(
      expect.objectContaining({ source: "deployed", facet: "functions", region: "europe-west3" }),
    );
  });

  it("concludes nothing from absence there", () => {
    const aboutWest3 = report.findings.filter((finding) =>
      ["missing-function", "wrong-region", "unknown-callee", "broken-flow", "orphaned-holder"].includes(finding.rule),
    );
    expect(aboutWest3).toEqual([]);
  });

  it("leaves the rules that need the region not checked", () => {
    const rules = new Set(report.notChecked.map((row) => row.rule));
    for (const rule of ["missing-function", "wrong-region", "unhealthy-function", "region-quota"]) {
      expect(rules).toContain(rule);
    }
  });
});

describe("code alone", () => {
  it("touches no credential and no network, and still finds what the code says", async () => {
    const offline = {
      GOOGLE_APPLICATION_CREDENTIALS: join(folder, "missing-key.json"),
      HTTPS_PROXY: "http://127.0.0.1:9",
    };
    const ran = await run([...command, "--sources", "declared,callers"], { cwd: folder, env: offline });
    const report = JSON.parse(ran.stdout) as Report;
    expect([ran.code, ran.stderr, report.gaps]).toEqual([1, "", []]);
    expect(report.sources).toEqual({
      declared: "read",
      callers: "read",
      deployed: "not asked",
      holders: "not asked",
      state: "not asked",
    });
    const rules = report.findings.map((finding) => finding.rule);
    expect(rules.filter((rule) => rule === "mismatched-caller").length).toBeGreaterThanOrEqual(4);
  });
});
