import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import type { Caller } from "../../src/model/callers.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import { caller, copy, deployedOf, exported, holder, look, manifestOf, today, unreachable } from "./look.ts";

const names = [
  "pay",
  "refund",
  "stats",
  "getUser",
  "getuser",
  "sync_crm",
  "sync-crm",
  "hidden",
  "__proto__",
  "constructor",
  "",
];
const regions = ["europe-west1", "europe-west2", "europe-west3", "us-central1", "mars-north1", ""];
const manifest = manifestOf(
  [
    "pay: payments",
    "refund: { class: payments, moving: { from: europe-west1, until: 2026-11-20 } }",
    "stats: { class: core, regions: [europe-west1, us-central1] }",
    "getUser: { class: core, moving: { from: us-central1, until: 2026-12-20 } }",
    "sync_crm: { class: affiliate, undecided: who knows }",
    "constructor: core",
  ],
  `callers:
  web: { root: web }
flows:
  f:
    - { from: web:Pay, to: pay, via: callable }
    - { from: stripe, to: refund, via: holder }
    - { from: pay, to: stats, via: task }
ignore:
  - { rule: duplicate-function, function: pay, reason: r, until: 2026-01-01 }
  - { rule: missing-function, region: europe-west1, reason: r }
`,
);

const name = fc.constantFrom(...names);
const region = fc.constantFrom(...regions);
const text = fc.oneof(
  fc.constantFrom("", "2026-11-22", "2026-11-22T06:00:00Z", "not a date"),
  fc.string({ maxLength: 8 }),
);
const line = fc.integer({ min: 1, max: 5 });

const copies = fc.array(
  fc.tuple(
    name,
    region,
    fc.record(
      {
        project: fc.constantFrom("acme-prod", "acme-other", "123456", ""),
        generation: fc.constantFrom(1, 2, null),
        trigger: fc.constantFrom("callable", "https", "scheduled", "task", "event", "blocking", "other"),
        state: fc.constantFrom(
          "ACTIVE",
          "FAILED",
          "DEPLOYING",
          "DELETING",
          "OFFLINE",
          "DETACHING",
          "DETACH_FAILED",
          "UNKNOWN",
          null,
        ),
        runtime: fc.constantFrom("nodejs20", "nodejs22", "cobol1", null),
        cpu: fc.constantFrom(0.1666, 8, null),
        maxInstances: fc.constantFrom(1, 3000, null),
        invoker: fc.constantFrom("public", "restricted", null),
        urls: fc.array(fc.oneof(text, fc.constant("https://pay-abcdefghij-ew.a.run.app")), { maxLength: 2 }),
        updateTime: fc.option(text),
        eventTrigger: fc.option(
          fc.record({
            eventType: text,
            triggerRegion: fc.option(region),
            resource: fc.option(text),
            database: fc.option(text),
            bucket: fc.option(text),
          }),
        ),
      },
      { requiredKeys: [] },
    ),
  ),
  { maxLength: 12 },
);

const callers = fc.array(
  fc.tuple(
    line,
    name,
    fc.option(region),
    fc.record(
      {
        how: fc.constantFrom("callable", "url", "rewrite", "env", "enqueuer"),
        certain: fc.boolean(),
        regionSource: fc.constantFrom<Caller["regionSource"]>("literal", "default", "url", "env:X", "env-fallback:X"),
        regionPlace: fc.option(fc.record({ file: fc.constantFrom("web/.env", "web/a.ts"), line })),
        project: fc.constantFrom(null, "acme-prod", "acme-other"),
        owner: fc.constantFrom("web", "default", null),
        targets: fc.array(fc.record({ function: name, region: fc.option(region), when: fc.option(text) }), {
          maxLength: 3,
        }),
      },
      { requiredKeys: [] },
    ),
  ),
  { maxLength: 8 },
);

const urls = fc.oneof(
  fc.tuple(name, region).map(([one, where]) => `https://${where}-acme-prod.cloudfunctions.net/${one}`),
  fc.constantFrom(
    "https://pay-abcdefghij-ew.a.run.app",
    "https://pay-123456789.europe-west1.run.app",
    "https://x.example/y",
    "",
  ),
);
const holders = fc.array(
  fc.tuple(
    fc.constantFrom("stripe", "twilio", "telegram", "scheduler", "task-queue", "push"),
    text,
    urls,
    fc.boolean(),
  ),
  { maxLength: 6 },
);
const part = fc.record({
  kind: fc.constantFrom("function", "invoker", "job", "role", "account"),
  function: fc.option(name),
  region: fc.option(region),
  class: fc.constantFrom("core", "payments", null),
  detail: fc.constantFrom("allUsers", "roles/run.invoker", null),
});
const state = fc.record({
  copies: fc.array(
    fc.record({
      function: name,
      region,
      generation: fc.constantFrom(1, 2),
      adopted: fc.boolean(),
      compared: fc.boolean(),
    }),
    { maxLength: 6 },
  ),
  drifts: fc.array(
    fc.record({
      part,
      kind: fc.constantFrom("gone", "changed"),
      fields: fc.array(
        fc.record({
          field: fc.constantFrom("memory", "cpu", "variable A"),
          state: fc.option(text),
          cloud: fc.option(text),
        }),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 6 },
  ),
  compared: fc.nat(),
  interrupted: fc.nat({ max: 2 }),
});
const gap = fc.record({
  source: fc.constantFrom("declared", "callers", "deployed", "holders", "state"),
  facet: fc.constantFrom("functions", "invokers", "usage", "files", "stripe", "databases", "state", "resources"),
  scope: text,
  region: fc.option(region),
  reason: text,
});
const status = fc.constantFrom("read", "partial", "failed", "not asked");

const snapshots: fc.Arbitrary<Snapshot> = fc
  .record({
    copies,
    callers,
    holders,
    state,
    exports: fc.array(fc.tuple(name, line, fc.array(region, { maxLength: 2 }), fc.boolean()), { maxLength: 6 }),
    gaps: fc.array(gap, { maxLength: 3 }),
    sources: fc.record({ declared: status, callers: status, deployed: status, holders: status, state: status }),
    absent: fc.array(fc.constantFrom("declared", "callers", "deployed", "holders", "state"), { maxLength: 2 }),
    lacks: fc.subarray(["state", "invokers", "unreachable-regions", "usage", "cpu"] as const),
    project: fc.constantFrom("acme-prod", null),
    takenAt: text,
  })
  .map((parts) => {
    const whole = look({
      deployed: deployedOf(
        parts.copies.map(([one, where, more]) => copy(one, where, more)),
        { lacks: parts.lacks, databases: [{ name: "(default)", location: "eur3" }] },
      ),
      callers: parts.callers.map(([at, one, where, more]) => caller("web/a.ts", at, one, where, more)),
      declared: parts.exports.map(([one, at, where, certain]) => exported(one, at, where, { certain })),
      holders: parts.holders.map(([kind, id, url, active]) => holder(kind, id, "url", url, { active })),
      state: parts.state,
      gaps: parts.gaps,
    });
    const empty = Object.fromEntries(parts.absent.map((source) => [source, null]));
    return { ...whole, ...empty, sources: parts.sources, project: parts.project, takenAt: parts.takenAt };
  });

describe("on any well-typed look", () => {
  it("the audit answers, the same each time, and its sums hold", () => {
    fc.assert(
      fc.property(snapshots, fc.boolean(), fc.constantFrom("2026-11-22", "", "never"), (snapshot, bare, day) => {
        const given = bare ? null : manifest;
        const report = audit(snapshot, given, day);
        expect(audit(snapshot, given, day)).toEqual(report);
        const prints = report.findings.map((finding) => finding.fingerprint);
        expect(new Set(prints).size).toBe(prints.length);
        const open = report.findings.filter((finding) => finding.suppressed === null);
        const parts = Object.values(report.score.parts);
        expect(parts.reduce((sum, part) => sum + part.checked - part.passed, 0)).toBe(open.length);
        for (const finding of report.findings) {
          expect(finding.message).not.toMatch(/undefined|null|NaN|\[object/);
          expect(finding.mend).not.toMatch(/undefined|NaN|\[object/);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("nothing is called missing, misplaced or orphaned while no region was read", () => {
    const blind = ["missing-function", "wrong-region", "duplicate-function", "orphaned-holder", "overdue-move"];
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const gaps = [...snapshot.gaps, { ...unreachable("*"), region: null }];
        const deployed = snapshot.deployed && { ...snapshot.deployed, functions: [] };
        const report = audit({ ...snapshot, gaps, deployed }, manifest, today);
        expect(report.findings.filter((finding) => blind.includes(finding.rule))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it("a region that was not read is never said to miss a function", () => {
    fc.assert(
      fc.property(
        snapshots,
        fc.constantFrom("europe-west1", "europe-west2", "europe-west3", "us-central1"),
        (snapshot, dark) => {
          const deployed = snapshot.deployed && {
            ...snapshot.deployed,
            functions: snapshot.deployed.functions.filter((one) => one.region !== dark),
          };
          const report = audit({ ...snapshot, gaps: [unreachable(dark)], deployed }, manifest, today);
          for (const finding of report.findings) {
            if (finding.rule === "missing-function") expect(finding.message.split(", where")[0]).not.toContain(dark);
            if (finding.rule === "wrong-region") expect(finding.expected).not.toContain(dark);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
