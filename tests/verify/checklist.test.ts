import { expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import type { Manifest } from "../../src/manifest/manifest.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";
import type { DeployedFacts } from "../../src/model/deployed.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import type { DeployedCommit } from "../../src/model/verification.ts";
import { checklist } from "../../src/verify/checklist.ts";
import type { VerifyFacts } from "../../src/verify/facts.ts";
import { deployedOf } from "../audit/look.ts";
import { copy } from "../firebase/facts.ts";

const manifestOf = (more = ""): Manifest =>
  resolveManifest(
    parseManifest(
      `version: 1
environments: { production: { project: acme-prod } }
regions: { europe-west1: { quota: { vcpu: 20 } }, europe-west3: {} }
classes: { core: { region: europe-west1 }, payments: { region: europe-west3 } }
codebases: { default: { source: functions } }
functions: { ring: core, pay: payments }
checks: { types: npx tsc, web: { run: npm run build, cwd: web } }
${more}`,
      "regions.yaml",
      () => null,
    ),
    null,
  );

const whole = (functions: DeployedFacts["functions"]): DeployedFacts =>
  deployedOf(functions, {
    usage: [{ region: "europe-west1", vcpu: 3.14, from: "2026-11-28T09:00:00Z", to: "2026-11-28T10:00:00Z" }],
  });

const live = [
  copy("ring", "europe-west1", { cpu: 1, maxInstances: 10, invoker: "public" }),
  copy("pay", "europe-west3", { invoker: "public" }),
];

const held = (["ring", "pay"] as const).map((name) => {
  const region = name === "ring" ? "europe-west1" : "europe-west3";
  return { function: name, region, generation: 2 as const, adopted: false, compared: true };
});

const seen = (deployed: DeployedFacts | null, more: Partial<Snapshot> = {}): Snapshot => ({
  version: 1,
  project: "acme-prod",
  takenAt: "2026-11-28T10:00:00Z",
  sources: { declared: "not asked", callers: "not asked", deployed: "read", holders: "not asked", state: "read" },
  gaps: [],
  declared: null,
  callers: null,
  deployed,
  holders: null,
  state: { copies: held, drifts: [], compared: 12, interrupted: 0 },
  ...more,
});

const head = "0123456789abcdef0123456789abcdef01234567";
const other = "fedcba9876543210fedcba9876543210fedcba98";
const deployment = (more: Partial<DeployedCommit> = {}): DeployedCommit => {
  return { id: head, clean: true, whole: true, at: "2026-11-27T09:00:00Z", ...more };
};

function verify(more: Partial<VerifyFacts> = {}) {
  const { manifest = manifestOf(), snapshot = seen(whole(live)) } = more;
  return checklist({
    report: audit(snapshot, manifest, "2026-11-28"),
    snapshot,
    manifest,
    failOn: "error",
    commit: { id: head, clean: true },
    deployments: { found: [deployment()] },
    wantedCommit: null,
    openMoves: { found: [] },
    commands: [],
    ...more,
  });
}

function line(id: string, more: Partial<VerifyFacts> = {}): string {
  const found = verify(more).lines.find((one) => one.id === id);
  return `${found?.outcome}: ${[found?.evidence, ...(found?.details ?? [])].join(" / ")}`;
}

it("is one line for each area, quotas, drift, operations, commit and command, and passes where all was seen", () => {
  const commands = [
    { name: "types", run: "npx tsc", folder: ".", reason: null, output: ["noise"], seconds: 4 },
    { name: "web", run: "npm run build", folder: "web", reason: null, output: [], seconds: 61 },
  ];
  const { status, lines } = verify({ commands });
  expect([status, lines.map(({ id, outcome, evidence }) => `${outcome}  ${id}  ${evidence}`)]).toEqual([
    "passed",
    [
      "passed  fleet  2 functions: 20 of 20 questions answered well",
      "passed  isolation  4 of 4 questions answered well",
      "not asked  callers  callers were not asked for",
      "not asked  source  declared functions were not asked for",
      "not asked  holders  holders were not asked for",
      "not asked  flows  there is nothing of it",
      "not asked  upkeep  there is nothing of it",
      "passed  quotas  europe-west1 3.1 of 20 vCPU, warns at 16",
      "passed  drift  12 parts of the fleet are as they were deployed",
      "passed  operations  2 copies, none in transition; no move is open",
      "passed  commit  live is 0123456789ab, deployed 2026-11-27",
      "passed  check:types  `npx tsc` ended with 0 after 4 s",
      "passed  check:web  `npm run build` in web ended with 0 after 61 s",
    ],
  ]);
});

it("fails where a rule has found an error, a command has failed, or something is under way", () => {
  const snapshot = seen(whole([...live.slice(1), copy("ring", "europe-west3", { state: "DEPLOYING" })]));
  const commands = [
    { name: "types", run: "npx tsc", folder: ".", reason: "it ended with 2", output: ["a.ts(1,1): error"], seconds: 4 },
  ];
  const facts = { snapshot, commands, openMoves: { found: ["move pay-1"] } };
  expect([verify(facts).status, line("fleet", facts)]).toEqual([
    "failed",
    "failed: 1 error, 1 warning / ring answers in europe-west3 only; it belongs in europe-west1, where nothing answers. [wrong-region] / ring in europe-west3 is deploying, and nobody can say since when. [unhealthy-function]",
  ]);
  expect(line("check:types", facts)).toBe("failed: `npx tsc`: it ended with 2 / a.ts(1,1): error");
  expect(line("operations", facts)).toBe(
    "failed: 1 thing is under way / ring in europe-west3 is DEPLOYING / move pay-1",
  );
  const cutOff = seen(whole(live), { state: { copies: held, drifts: [], compared: 12, interrupted: 3 } });
  expect(line("operations", { snapshot: cutOff })).toBe(
    "failed: 1 thing is under way / a deployment was cut off while 3 parts were under way",
  );
});

it("counts no warning as a failure, unless that is asked for", () => {
  const manifest = manifestOf().functions;
  const undecided = { text: "who uses it?", place: { file: "regions.yaml", line: 7 } };
  const ring = manifest.get("ring");
  if (ring === undefined) throw new Error("no ring");
  const facts = { manifest: { ...manifestOf(), functions: new Map([...manifest, ["ring", { ...ring, undecided }]]) } };
  const warned = verify(facts).lines.find(({ details }) => details.some((text) => text.includes("[undecided")));
  expect([warned?.id, warned?.outcome, warned?.evidence.endsWith("; 1 warning")]).toEqual(["fleet", "passed", true]);
  const strict = verify({ ...facts, failOn: "warning" }).lines.find(({ id }) => id === "fleet");
  expect([strict?.outcome, strict?.evidence]).toEqual(["failed", "1 warning"]);
});

it("never passes what could not be looked at", () => {
  const gap = { source: "deployed", facet: "functions", scope: "europe-west3", region: "europe-west3" } as const;
  const sources = { ...seen(null).sources, deployed: "partial" } as const;
  const snapshot = seen(whole(live), { sources, gaps: [{ ...gap, reason: "it did not answer" }] });
  const { status, lines } = verify({ snapshot });
  expect([status, lines.filter(({ outcome }) => outcome === "passed").map(({ id }) => id)]).toEqual([
    "not known",
    ["commit"],
  ]);
  expect(line("operations", { snapshot })).toBe("not checked: europe-west3: it did not answer");
  expect(line("operations", { openMoves: { unread: "the journals could not be read" } })).toBe(
    "not checked: the journals could not be read",
  );
  expect(line("operations", { snapshot: seen({ ...whole(live), lacks: ["state"] }) })).toBe(
    "not checked: the listing does not show what state functions are in",
  );
  const vague = seen(whole([...live, copy("pay", "europe-west1", { state: "UNKNOWN" })]));
  expect(line("operations", { snapshot: vague })).toBe("not checked: the state of pay in europe-west1 is not known");
  // Even where no rule was touched by it.
  expect(
    verify({ snapshot: seen(whole(live), { sources: { ...sources, deployed: "read", callers: "failed" } }) }).status,
  ).toBe("not known");
});

it("shows commands that were left out, and passes without them", () => {
  expect([line("check:web", { commands: null }), verify({ commands: null }).status]).toEqual([
    "not asked: `npm run build` was left out",
    "passed",
  ]);
});

it("is not known where nothing at all was looked at", () => {
  const nothing = {
    declared: "not asked",
    callers: "not asked",
    deployed: "not asked",
    holders: "not asked",
    state: "not asked",
  } as const;
  const snapshot = seen(null, { sources: nothing, state: null });
  const facts = { snapshot, deployments: { unread: "deployments' state was not asked for" }, commands: null };
  expect([verify(facts).status, line("operations", facts), line("drift", facts)]).toEqual([
    "not known",
    "not asked: deployed functions were not asked for",
    "not asked: deployments' state was not asked for",
  ]);
});

it.each<[what: string, facts: Partial<VerifyFacts>, wanted: string]>([
  [
    "another commit that nobody asked about",
    { deployments: { found: [deployment({ id: other })] } },
    "not asked: live is fedcba987654, deployed 2026-11-27; the code here is 0123456789ab",
  ],
  [
    "another commit than the one asked for",
    { deployments: { found: [deployment({ id: other })] }, wantedCommit: head.slice(0, 8) },
    "failed: live is fedcba987654, deployed 2026-11-27, and not 01234567",
  ],
  [
    "the one asked for, by its beginning",
    { wantedCommit: head.slice(0, 8) },
    "passed: live is 0123456789ab, deployed 2026-11-27",
  ],
  [
    "files that were changed",
    { deployments: { found: [deployment({ clean: false })] }, wantedCommit: head },
    "failed: live is 0123456789ab with uncommitted changes, deployed 2026-11-27, and not 0123456789ab",
  ],
  [
    "nobody knows whether files were changed",
    { deployments: { found: [deployment({ clean: null })] }, wantedCommit: head },
    "not checked: live is 0123456789ab, deployed 2026-11-27; whether its files were changed is not known",
  ],
  [
    "a part from elsewhere",
    { deployments: { found: [deployment({ id: other, whole: false }), deployment()] }, wantedCommit: head },
    "failed: live is 0123456789ab, deployed 2026-11-27, with 1 part from elsewhere, and not 0123456789ab / a part of the fleet was deployed after it from fedcba987654, deployed 2026-11-27",
  ],
  [
    "a part from the same commit",
    { deployments: { found: [deployment({ whole: false }), deployment()] }, wantedCommit: head },
    "passed: live is 0123456789ab, deployed 2026-11-27",
  ],
  [
    "no deployment of everything",
    { deployments: { found: [deployment({ whole: false })] }, wantedCommit: head },
    "not checked: no deployment of everything has noted its commit",
  ],
  [
    "a codebase that another tool deploys",
    { manifest: withFirebase(), wantedCommit: head },
    "not checked: live is 0123456789ab, deployed 2026-11-27 / the Firebase CLI notes no commit of shop",
  ],
])("tells the commit that is live: %s", (_what, facts, wanted) => {
  expect(line("commit", facts)).toBe(wanted);
});

function withFirebase(): Manifest {
  const manifest = manifestOf();
  const [first] = manifest.codebases.values();
  if (first === undefined) throw new Error("no codebase");
  return {
    ...manifest,
    codebases: new Map([...manifest.codebases, ["shop", { ...first, name: "shop", deployer: "firebase" }]]),
  };
}
