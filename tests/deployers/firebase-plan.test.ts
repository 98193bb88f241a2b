import { describe, expect, it } from "vitest";
import { type FirebaseInput, planFirebase } from "../../src/deployers/firebase-plan.ts";
import { everything, type Scope } from "../../src/deployers/port.ts";
import type { PlannedCodebase } from "../../src/firebase/planned-deploy.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";
import { codebase, copy, declared } from "../firebase/facts.ts";

function manifestOf(functions: string) {
  const text = `version: 1
environments: { production: { project: acme-prod } }
regions: { europe-west1: {}, europe-west3: {} }
classes: { core: { region: europe-west1 }, payments: { region: europe-west3 } }
codebases:
  default: { source: functions, deployer: firebase, options: functions/src/regions.ts }
  calls: { source: calls, deployer: firebase }
functions:
${functions}`;
  return resolveManifest(
    parseManifest(text, "regions.yaml", () => null),
    null,
  );
}

const fleet = `  ring: { class: core }
  pay: { class: payments }
  dial: { class: core, codebase: calls }
`;
const source: readonly PlannedCodebase[] = [
  codebase([declared("ring", ["europe-west1"]), declared("pay", ["europe-west3"])]),
  codebase([declared("dial", ["europe-west1"])], { name: "calls" }),
];

function plan(
  more: Partial<Omit<FirebaseInput, "scope" | "declared">> & { scope?: Partial<Scope> } = {},
  code = source,
) {
  const planned = planFirebase({
    manifest: manifestOf(fleet),
    codebases: ["default", "calls"],
    live: [],
    version: "15.34.2",
    declared: new Map(code.map((one) => [one.name, one])),
    ...more,
    scope: { ...everything, ...more.scope },
  });
  const names = (copies: readonly { function: string; region: string }[]) =>
    copies.map((one) => `${one.function}@${one.region}`);
  return {
    deploys: [...planned.deploys].map(([name, functions]) => `${name}:${functions.join(",")}`),
    creates: names(planned.creates),
    updates: names(planned.updates),
    removals: names(planned.removals),
    problems: planned.problems.map(({ message }) => message),
  };
}

const nothing = { deploys: [], creates: [], updates: [], removals: [], problems: [] };

describe("what the Firebase CLI is told to deploy", () => {
  it("is each function by its name, codebase by codebase", () => {
    expect(plan({ live: [copy("ring", "europe-west1")] })).toEqual({
      ...nothing,
      deploys: ["default:ring,pay", "calls:dial"],
      creates: ["pay@europe-west3", "dial@europe-west1"],
      updates: ["ring@europe-west1"],
    });
  });

  it("keeps to a class, and to functions", () => {
    expect(plan({ scope: { classes: ["core"], functions: ["ring", "pay"] } })).toEqual({
      ...nothing,
      deploys: ["default:ring"],
      creates: ["ring@europe-west1"],
    });
  });

  it("is both copies of a function that is being moved", () => {
    const manifest = manifestOf("  pay: { class: payments, moving: { from: europe-west1, until: 2026-12-01 } }\n");
    const both = [codebase([declared("pay", ["europe-west1", "europe-west3"])])];
    expect(plan({ manifest, live: [copy("pay", "europe-west1")] }, both)).toEqual({
      ...nothing,
      deploys: ["default:pay"],
      creates: ["pay@europe-west3"],
      updates: ["pay@europe-west1"],
    });
    const one = [codebase([declared("pay", ["europe-west3"])])];
    expect(plan({ manifest, live: [copy("pay", "europe-west1")] }, one).problems).toEqual([
      "pay is being moved, and its source names europe-west3; it has to name europe-west1 and europe-west3 meanwhile.",
    ]);
  });
});

describe("what is refused, all of it at once", () => {
  it("a source that says something else than the manifest, or nothing that is known", () => {
    const code = [
      codebase([declared("ring", ["europe-west3"]), declared("pay", ["europe-west3"], { certain: false })]),
      codebase([], { name: "calls" }),
    ];
    expect(plan({}, code).problems).toEqual([
      "The source of ring names europe-west3, and regions.yaml wants europe-west1.",
      "The region that the source gives pay cannot be told for certain.",
      "Codebase calls exports no dial.",
    ]);
    const unread = [codebase([], { incomplete: "firebase-functions is not installed" })];
    expect(plan({ scope: { functions: ["ring"] } }, unread).problems).toEqual([
      "What codebase default declares is not known: firebase-functions is not installed.",
    ]);
  });

  it("a region that the CLI would delete, and one that it cannot leave out", () => {
    const live = [copy("pay", "europe-west1")];
    expect(plan({ live, scope: { functions: ["pay"] } }).problems).toEqual([
      "pay is live in europe-west1, too, which its source does not name: the Firebase CLI would delete that copy, or do nothing at all.",
    ]);
    const manifest = manifestOf("  pay: { class: payments, moving: { from: europe-west1, until: 2026-12-01 } }\n");
    const both = [codebase([declared("pay", ["europe-west1", "europe-west3"])])];
    expect(plan({ manifest, live, scope: { functions: ["pay"], regions: ["europe-west3"] } }, both).problems).toEqual([
      "The Firebase CLI deploys pay to every region that its source names (europe-west1, europe-west3), not to one of them.",
    ]);
  });

  it("a name that the CLI takes for a group with others in it", () => {
    const code = [codebase([declared("pay", ["europe-west3"]), declared("pay-out", ["europe-west3"])])];
    const manifest = manifestOf("  pay: payments\n  pay-out: payments\n");
    expect(plan({ manifest, scope: { functions: ["pay"] } }, code).problems).toEqual([
      "The Firebase CLI would deploy pay-out as well: it takes the name before its dash for a group.",
    ]);
    expect(plan({ manifest }, code)).toMatchObject({ deploys: ["default:pay,pay-out"], problems: [] });
  });
});

describe("removing one copy", () => {
  const live = [copy("pay", "europe-west1"), copy("pay", "europe-west3")];
  const asked = { functions: ["pay"], regions: ["europe-west1"] };

  it("takes its function and its region by name", () => {
    expect(plan({ live, scope: asked })).toEqual({ ...nothing, removals: ["pay@europe-west1"] });
    expect(plan({ live, scope: { regions: ["europe-west1"], classes: ["payments"] } })).toEqual(nothing);
  });

  it("is not done of a copy that the CLI has not made, or that is wanted", () => {
    const foreign = [copy("pay", "europe-west1", { deployer: "gcloud" })];
    expect(plan({ live: foreign, scope: asked })).toEqual(nothing);
    const other = [copy("pay", "europe-west1", { codebase: "calls" })];
    expect(plan({ live: other, scope: asked })).toEqual(nothing);
    const wanted = plan({ live, scope: { functions: ["pay"], regions: ["europe-west3"] } });
    expect(wanted.removals).toEqual([]);
  });

  it("is refused while its source names the region, and where others would go with it", () => {
    const code = [codebase([declared("pay", ["europe-west1", "europe-west3"])])];
    expect(plan({ live, scope: asked }, code).problems).toEqual([
      "pay in europe-west1 is to be removed, and its source still names europe-west1: the next deployment would make it again.",
    ]);
    const group = [...live, copy("pay-out", "europe-west1")];
    expect(plan({ live: group, scope: asked }).problems).toEqual([
      "The Firebase CLI takes pay for a group, and would delete pay-out in europe-west1 with it.",
    ]);
  });
});
