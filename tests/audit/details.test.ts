import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import { isInside } from "../../src/audit/multi-regions.ts";
import { Names } from "../../src/audit/names.ts";
import { runtimeTable } from "../../src/audit/runtimes.ts";
import { editDistance } from "../../src/manifest/edit-distance.ts";
import type { DeployedFunction } from "../../src/model/deployed.ts";
import {
  brief,
  caller,
  copy,
  deployedOf,
  exported,
  look,
  manifestFrom,
  manifestOf,
  open,
  takenAt,
  today,
} from "./look.ts";

describe("obsolete-runtime", () => {
  const of = (runtime: string | null, day: string, more = {}) => {
    const report = audit(
      look({ deployed: deployedOf([copy("stats", "europe-west1", { runtime })], more) }),
      manifestOf(["stats: core"]),
      day,
    );
    return [
      report.findings.map(({ severity, confidence }) => `${severity} ${confidence}`),
      open(report)["obsolete-runtime stats"],
    ];
  };

  it.each([
    ["nodejs22", "2027-01-29", []],
    ["nodejs22", "2027-01-30", ["warning certain"]],
    ["nodejs22", "2027-10-30", ["warning certain"]],
    ["nodejs22", "2027-10-31", ["error certain"]],
    ["nodejs20", "2026-10-29", ["warning certain"]],
    ["python39", "2026-11-22", ["error likely"]],
    ["java17", "2030-01-01", ["warning certain"]],
  ])("%s on %s", (runtime, day, expected) => {
    expect(of(runtime, day)).toEqual([expected, undefined]);
  });

  it("does not pass what has no known end", () => {
    expect(of("go126", today)).toEqual([[], "no end date is known for go126"]);
    expect(of(null, today)).toEqual([[], "the listing shows no runtime"]);
  });

  it("believes Google's own dates before the table", () => {
    const runtimes = [
      { runtime: "nodejs20", region: "europe-west1", generation: 2, deprecated: "2030-01-01", decommissioned: null },
    ];
    expect(of("nodejs20", today, { runtimes })).toEqual([[], undefined]);
    const without = [{ ...runtimes[0], deprecated: null }];
    expect(of("nodejs20", today, { runtimes: without })).toEqual([["error certain"], undefined]);
  });

  it("has dates in order in its table", () => {
    for (const [runtime, { deprecated, decommissioned }] of runtimeTable) {
      expect([runtime, deprecated ?? ""]).toEqual([runtime, expect.stringMatching(/^20\d\d-\d\d-\d\d$/)]);
      if (decommissioned !== null) expect(decommissioned > (deprecated ?? "")).toBe(true);
    }
  });
});

describe("unhealthy-function", () => {
  it("counts from when the listing was made, not from when it was read", () => {
    const deployed = deployedOf(
      [copy("stats", "europe-west1", { state: "DEPLOYING", updateTime: "2026-11-10T08:00:00Z" })],
      {
        origin: { kind: "gcloud-json", file: "functions.json", takenAt: "2026-11-10T08:20:00Z" },
      },
    );
    expect(audit(look({ deployed }), manifestOf(["stats: core"]), today).findings).toEqual([]);
  });
});

describe("region-quota", () => {
  const manifest = manifestFrom(`version: 1
environments: { production: { project: acme-prod } }
regions: { europe-west1: { quota: { vcpu: 20 } } }
classes: { core: { region: europe-west1 } }
codebases: { default: { source: functions, deployer: pulumi } }
functions:
  stats: { class: core, cpu: 1, maxInstances: 25 }
  other: core
`);

  it("judges what the next deploy will ask for, where the manifest states it", () => {
    const deployed = [copy("stats", "europe-west1", { cpu: 1, maxInstances: 10 }), copy("other", "europe-west1")];
    const report = audit(look({ deployed }), manifest, today);
    expect(report.findings.map(({ rule, place, actual }) => [rule, place?.line, actual])).toEqual([
      ["region-quota", 7, "25"],
    ]);
    expect(open(report)["region-quota europe-west1"]).toBe("vCPU in use were not read");
  });

  it("leaves generation 1 out, and does not pass a ceiling that is not shown", () => {
    const deployed = [
      copy("stats", "europe-west1"),
      copy("other", "europe-west1", { cpu: null }),
      copy("old", "europe-west1", { generation: 1, cpu: 8, maxInstances: 3000 }),
    ];
    const report = audit(look({ deployed }), manifest, today);
    expect(brief(report)).toEqual(["region-quota stats", "undeclared-function old"]);
    expect(open(report)["region-quota other"]).toBe("the listing shows no cpu or no maxInstances for it");
  });
});

describe("trigger-locality", () => {
  const storage = (triggerRegion: string | null, bucket: string): Partial<DeployedFunction> => ({
    trigger: "event",
    eventTrigger: {
      eventType: "google.cloud.storage.object.v1.finalized",
      triggerRegion,
      resource: null,
      database: null,
      bucket,
    },
  });

  it("asks nothing it cannot answer, and passes nothing it did not see", () => {
    const deployed = deployedOf(
      [
        copy("a", "europe-west1", storage("europe-west1", "unknown-bucket")),
        copy("b", "europe-west1", storage(null, "known")),
        copy("c", "europe-west1", { ...storage("europe-west9", "known"), generation: 1 }),
        copy("d", "us-central1", storage("us-central1", "us-bucket")),
      ],
      {
        buckets: [
          { name: "known", location: "EUROPE-WEST1" },
          { name: "us-bucket", location: "us-central1" },
        ],
      },
    );
    const report = audit(
      look({ deployed }),
      manifestOf(["a: core", "b: core", "c: core", "d: { class: core, region: us-central1 }"]),
      today,
    );
    expect(report.findings).toEqual([]);
    expect(open(report)).toMatchObject({
      "trigger-locality a": "the location of bucket unknown-bucket was not read",
      "trigger-locality b": "the listing does not show where its trigger stands",
    });
  });

  it.each([
    ["europe-west4", "eur4", true],
    ["europe-west1", "eur4", false],
    ["us-east4", "us", true],
    ["europe-west1", "us", false],
    ["europe-west1", "xyz9", null],
    ["europe-west1", "europe-west2", false],
  ])("%s in %s: %s", (region, location, expected) => {
    expect(isInside(region, location)).toBe(expected);
  });
});

describe("source-region", () => {
  const manifest = (deployer: string) =>
    manifestFrom(`version: 1
environments: { production: { project: acme-prod } }
regions: { us-central1: {}, europe-west1: {}, europe-west3: {} }
classes: { core: { region: europe-west1, allow: [us-central1] }, payments: { region: europe-west3 } }
codebases: { default: { source: functions, deployer: ${deployer} } }
functions:
  pay: payments
  replica: { class: core, regions: [europe-west1, us-central1] }
`);
  const judged = (deployer: string, one: ReturnType<typeof exported>, deployed?: readonly DeployedFunction[]) => {
    const report = audit(
      look({ declared: [one], ...(deployed === undefined ? {} : { deployed }) }),
      manifest(deployer),
      today,
    );
    const found = report.findings.filter(({ rule }) => rule === "source-region");
    return (
      found.map(({ confidence, actual }) => `${confidence} ${actual}`).join() ||
      (open(report)[`source-region ${one.name}`] ?? "fine")
    );
  };

  it("agrees with a source that names no region, deployed from the manifest", () => {
    expect(judged("pulumi", exported("pay", 1, []))).toBe("fine");
    expect(judged("pulumi", exported("pay", 1, ["us-central1"]))).toBe("certain us-central1");
    expect(judged("pulumi", exported("pay", 1, ["us-central1"], { certain: false }))).toBe("likely us-central1");
  });

  it("knows where firebase deploy puts a function whose source names no region", () => {
    expect(judged("firebase", exported("pay", 1, []))).toBe("likely us-central1");
    expect(judged("firebase", exported("replica", 1, []))).toBe("fine");
    expect(judged("firebase", exported("pay", 1, []), [copy("pay", "europe-west3")])).toBe("fine");
    expect(judged("firebase", exported("pay", 1, []), [copy("pay", "europe-west3"), copy("pay", "us-central1")])).toBe(
      "likely null",
    );
    expect(judged("firebase", exported("pay", 1, [], { trigger: "event" }))).toBe(
      "it names no region, and the default of such triggers hangs on what they listen to",
    );
  });

  it("misses a wanted region only where the source decides alone", () => {
    expect(judged("pulumi", exported("replica", 1, ["europe-west1"]))).toBe("fine");
    expect(judged("firebase", exported("replica", 1, ["europe-west1"]))).toBe("certain europe-west1");
  });
});

describe("did you mean", () => {
  it("finds slips, and nothing that is merely alike", () => {
    const names = new Names([["registerChatter", "getAdminStats", "sync_crm", "pay"]]);
    expect(names.nearest("registerChater")).toBe("registerChatter");
    expect(names.nearest("registerchatter")).toBe("registerChatter");
    expect(names.nearest("sync-crm")).toBe("sync_crm");
    expect(names.nearest("apy")).toBe("pay");
    expect(names.nearest("getUserStats")).toBeNull();
  });

  it("counts edits, and stops at the limit", () => {
    expect(editDistance("kitten", "sitting", 5)).toBe(3);
    expect(editDistance("ab", "ba", 2)).toBe(1);
    expect(editDistance("kitten", "sitting", 2)).toBe(3);
    expect(editDistance("", "abc", 5)).toBe(3);
  });
});

describe("env values that are function URLs", () => {
  it("are judged once, also where a caller row stands for the same line", () => {
    const url = "https://us-central1-acme-prod.cloudfunctions.net/pay";
    const base = look({
      deployed: [copy("pay", "europe-west3")],
      callers: [caller("web/.env", 4, "pay", "us-central1", { how: "env", regionSource: "url", snippet: "VITE_PAY" })],
    });
    const env = [{ place: { file: "web/.env", line: 4 }, name: "VITE_PAY", value: url, owner: "web" }];
    const snapshot = { ...base, takenAt, callers: base.callers && { ...base.callers, env } };
    const report = audit(snapshot, manifestOf(["pay: payments"]), today);
    expect(brief(report)).toEqual(["env-region pay"]);
    expect(report.findings[0]?.place).toMatchObject({ file: "web/.env", line: 4 });
  });
});
