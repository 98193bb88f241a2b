import { describe, expect, it } from "vitest";
import { View } from "../../src/audit/view.ts";
import { type PlannedDeploy, planDeploy } from "../../src/firebase/planned-deploy.ts";
import { judgeDeploy } from "../../src/guard/judge.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";
import type { Caller } from "../../src/model/callers.ts";
import type { DeployedFunction } from "../../src/model/deployed.ts";
import { parseFunctionUrl } from "../../src/model/function-url.ts";
import type { Gap } from "../../src/model/gap.ts";
import type { Holder } from "../../src/model/holders.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import { codebase, copy, declared } from "../firebase/facts.ts";

const manifest = resolveManifest(
  parseManifest(
    `version: 1
environments: { production: { project: acme-prod } }
regions: { europe-west1: {}, europe-west3: {} }
classes: { core: { region: europe-west1 }, payments: { region: europe-west3 } }
codebases: { default: { source: functions, deployer: firebase } }
functions:
  ring: core
  pay: payments
  moved: { class: payments, moving: { from: europe-west1, until: 2026-12-01 } }
`,
    "regions.yaml",
    () => null,
  ),
  null,
);

const caller = (name: string, region: string, more: Partial<Caller> = {}): Caller => ({
  file: "web/src/pay.ts",
  line: 7,
  column: 3,
  endLine: 7,
  how: "callable",
  targets: [{ function: name, region, when: null }],
  certain: true,
  regionSource: "literal",
  regionPlace: null,
  project: null,
  via: [],
  symbol: "pay",
  snippet: `httpsCallable(functions, "${name}")`,
  owner: "web",
  ...more,
});

const holder = (kind: Holder["kind"], id: string, url: string, more: Partial<Holder> = {}): Holder => ({
  kind,
  id,
  label: id,
  field: "url",
  url,
  target: parseFunctionUrl(url),
  active: true,
  region: null,
  ...more,
});
const urlOf = (name: string, region: string): string => `https://${region}-acme-prod.cloudfunctions.net/${name}`;

function look(
  live: readonly DeployedFunction[],
  callers: readonly Caller[] = [],
  holders: readonly Holder[] = [],
  gaps: readonly Gap[] = [],
): Snapshot {
  const status = (source: Gap["source"]) => (gaps.some((gap) => gap.source === source) ? "partial" : "read");
  return {
    version: 1,
    project: "acme-prod",
    takenAt: "2026-11-28T09:00:00Z",
    sources: {
      declared: status("declared"),
      callers: status("callers"),
      deployed: status("deployed"),
      holders: status("holders"),
      state: "not asked",
    },
    gaps,
    declared: { functions: [], unresolved: [], files: 1 },
    callers: { callers, unresolved: [], env: [], files: 1 },
    deployed: {
      origin: { kind: "live", file: null, takenAt: null },
      lacks: [],
      functions: live,
      services: [],
      jobs: [],
      queues: [],
      triggers: [],
      locations: [],
      runtimes: [],
      usage: [],
      databases: [],
      buckets: [],
    },
    holders: { holders, asked: ["stripe", "scheduler"] },
    state: null,
  };
}

/** The codebase exports nothing any longer, so that each of these copies would be deleted. */
function deletionOf(live: readonly DeployedFunction[]): PlannedDeploy {
  return planDeploy({ codebases: [codebase([])], live, selections: null, usual: { kind: "where it is" } });
}

const judge = (planned: PlannedDeploy, snapshot: Snapshot) =>
  judgeDeploy(planned, new View(snapshot, manifest, "2026-11-28"), manifest);

describe("a deployment that would delete", () => {
  it("a copy that nobody needs is free to", () => {
    const live = [copy("gone", "europe-west1"), copy("ring", "europe-west3")];
    const snapshot = look(
      live,
      [caller("ring", "europe-west1")],
      [holder("stripe", "we_1", urlOf("pay", "europe-west3"))],
    );
    expect(judge(deletionOf(live), snapshot)).toEqual({ refused: [], open: [], gaps: [] });
  });

  it("a copy that somebody calls, or holds the URL of, is refused", () => {
    const live = [copy("pay", "europe-west1")];
    const snapshot = look(
      live,
      [caller("pay", "europe-west1"), caller("pay", "europe-west3")],
      [holder("stripe", "we_1", urlOf("pay", "europe-west1")), holder("stripe", "we_2", urlOf("pay", "europe-west3"))],
    );
    expect(judge(deletionOf(live), snapshot).refused).toEqual([
      {
        function: "pay",
        region: "europe-west1",
        codebase: "default",
        obstacles: [
          {
            kind: "caller",
            place: { file: "web/src/pay.ts", line: 7, column: 3, endLine: 7 },
            message: "calls it in europe-west1",
          },
          { kind: "holder", place: null, message: "Stripe endpoint we_1 sends to it in europe-west1" },
        ],
        mend: "Let its source name that region as well, bring its callers and holders over, then deploy again.",
      },
    ]);
  });

  it("a copy that is being moved is refused, whichever of the two it is", () => {
    const live = [copy("moved", "europe-west1"), copy("moved", "europe-west3")];
    const { refused } = judge(deletionOf(live), look(live));
    expect(refused.map(({ region, obstacles }) => [region, obstacles.map(({ message }) => message)])).toEqual([
      ["europe-west1", ["is being moved from europe-west1 to europe-west3, until 2026-12-01"]],
      ["europe-west3", ["is being moved from europe-west1 to europe-west3, until 2026-12-01"]],
    ]);
    expect(refused[0]?.mend).toBe(
      "Let its source name both regions until the move is over; `regions generate options` writes them.",
    );
  });

  it("a copy that regions.yaml wants there is refused", () => {
    const live = [copy("ring", "europe-west1")];
    expect(judge(deletionOf(live), look(live)).refused).toMatchObject([
      {
        function: "ring",
        obstacles: [{ kind: "wanted", place: { line: 7 }, message: "wants it in europe-west1 (class core)" }],
      },
    ]);
  });

  it("a copy with nothing but its own job, or a holder that is switched off, is free to", () => {
    const live = [copy("tick", "europe-west1", { trigger: "scheduled" })];
    const url = urlOf("tick", "europe-west1");
    const own = holder("scheduler", "firebase-schedule-tick-europe-west1", url, { region: "europe-west1" });
    const off = holder("stripe", "we_off", url, { active: false });
    expect(judge(deletionOf(live), look(live, [], [own, off])).refused).toEqual([]);
    const foreign = holder("scheduler", "nightly", url, { region: "europe-west1" });
    expect(judge(deletionOf(live), look(live, [], [own, foreign])).refused).toHaveLength(1);
  });
});

describe("what could not be looked at", () => {
  const gap: Gap = { source: "holders", facet: "stripe", scope: "stripe", region: null, reason: "no key" };

  it("leaves a deletion open", () => {
    const live = [copy("gone", "europe-west1")];
    expect(judge(deletionOf(live), look(live, [], [], [gap]))).toEqual({
      refused: [],
      open: [
        {
          function: "gone",
          region: "europe-west1",
          codebase: "default",
          reason: "it would be deleted, and holders could not be read in full",
        },
      ],
      gaps: [gap],
    });
  });

  it("is of no interest where nothing is deleted", () => {
    const live = [copy("ring", "europe-west1")];
    const planned = planDeploy({
      codebases: [codebase([declared("ring", ["europe-west1"])])],
      live,
      selections: null,
      usual: { kind: "where it is" },
    });
    expect(judge(planned, look(live, [], [], [gap]))).toEqual({ refused: [], open: [], gaps: [] });
  });

  it("of what is deployed is told whatever is planned", () => {
    const unreached: Gap = {
      source: "deployed",
      facet: "functions",
      scope: "europe-west3",
      region: "europe-west3",
      reason: "unreachable",
    };
    expect(judge(deletionOf([]), look([], [], [], [unreached])).gaps).toEqual([unreached]);
  });

  it("leaves a copy open that may be deleted and is needed, and one that nobody needs alone", () => {
    const live = [copy("pay", "europe-west1"), copy("gone", "europe-west1")];
    const planned = planDeploy({
      codebases: [codebase([], { incomplete: "index.js:3 cannot be told" })],
      live,
      selections: null,
      usual: { kind: "where it is" },
    });
    expect(judge(planned, look(live, [caller("pay", "europe-west1")])).open).toEqual([
      {
        function: "pay",
        region: "europe-west1",
        codebase: "default",
        reason: "it may be deleted (index.js:3 cannot be told), and something hangs on it",
      },
    ]);
  });
});
