import { describe, expect, it } from "vitest";
import { selectionsOf } from "../../src/firebase/only.ts";
import { type DeployInput, planDeploy } from "../../src/firebase/planned-deploy.ts";
import { codebase, copy, declared } from "./facts.ts";

function plan(input: Partial<DeployInput>) {
  const planned = planDeploy({
    codebases: [],
    live: [],
    selections: null,
    usual: { kind: "where it is" },
    ...input,
  });
  const names = (copies: readonly { function: string; region: string | null }[]): string[] =>
    copies.map((one) => `${one.function}@${one.region}`).sort();
  return {
    creates: names(planned.creates),
    updates: names(planned.updates),
    deletes: names(planned.deletes),
    doubts: planned.doubts.map(({ function: name, region, reason }) => `${name}@${region}: ${reason}`),
    stops: planned.stops,
  };
}

const nothing = { creates: [], updates: [], deletes: [], doubts: [], stops: [] };

describe("what `firebase deploy` would do", () => {
  it("is one create and one delete where a region changes", () => {
    const live = [copy("ring", "europe-west1"), copy("list", "europe-west1")];
    const codebases = [codebase([declared("ring", ["europe-west3"]), declared("list", ["europe-west1"])])];
    expect(plan({ codebases, live })).toEqual({
      ...nothing,
      creates: ["ring@europe-west3"],
      updates: ["list@europe-west1"],
      deletes: ["ring@europe-west1"],
    });
  });

  it("deletes nothing while the source names both regions", () => {
    const codebases = [codebase([declared("ring", ["europe-west1", "europe-west3"])])];
    expect(plan({ codebases, live: [copy("ring", "europe-west1")] })).toEqual({
      ...nothing,
      creates: ["ring@europe-west3"],
      updates: ["ring@europe-west1"],
    });
  });

  it("deletes only what the CLI has made for a codebase that is deployed", () => {
    const live = [
      copy("old", "europe-west1"),
      copy("byHand", "europe-west1", { deployer: "gcloud", codebase: null }),
      copy("ours", "europe-west1", { deployer: "regions" }),
      copy("other", "europe-west1", { codebase: "affiliate" }),
    ];
    expect(plan({ codebases: [codebase([])], live })).toEqual({ ...nothing, deletes: ["old@europe-west1"] });
    const both = [codebase([]), codebase([], { name: "affiliate" })];
    expect(
      plan({ codebases: both, live, selections: selectionsOf("functions:affiliate", ["default", "affiliate"]) }),
    ).toEqual({ ...nothing, deletes: ["other@europe-west1"] });
  });

  it("gives a copy to the codebase whose source names it, whatever its label says", () => {
    const codebases = [codebase([]), codebase([declared("ring", ["europe-west1"])], { name: "calls" })];
    expect(plan({ codebases, live: [copy("ring", "europe-west1")] })).toEqual({
      ...nothing,
      updates: ["ring@europe-west1"],
    });
  });

  it("keeps to what --only selects, groups included", () => {
    const live = [copy("pay", "europe-west1"), copy("pay-old", "europe-west1"), copy("ring", "europe-west1")];
    const codebases = [codebase([declared("pay", ["europe-west3"]), declared("list", ["europe-west1"])])];
    expect(plan({ codebases, live, selections: selectionsOf("functions:pay", ["default"]) })).toEqual({
      ...nothing,
      creates: ["pay@europe-west3"],
      deletes: ["pay@europe-west1", "pay-old@europe-west1"].sort(),
    });
  });

  it("leaves a function without a region where its only copy is, in newer versions", () => {
    const codebases = [codebase([declared("ring", []), declared("fresh", [])])];
    const live = [copy("ring", "europe-west1")];
    expect(plan({ codebases, live })).toEqual({
      ...nothing,
      creates: ["fresh@null"],
      updates: ["ring@europe-west1"],
    });
    expect(plan({ codebases, live, usual: { kind: "fixed", region: "us-central1" } })).toEqual({
      ...nothing,
      creates: ["fresh@us-central1", "ring@us-central1"],
      deletes: ["ring@europe-west1"],
    });
  });

  it("ends by itself where such a function is live in two regions", () => {
    const live = [copy("ring", "europe-west3"), copy("ring", "europe-west1")];
    expect(plan({ codebases: [codebase([declared("ring", [])])], live })).toMatchObject({
      deletes: [],
      stops: ["the source of ring names no region, and it is live in europe-west1 and europe-west3"],
    });
  });

  it("ends by itself where a generation or a kind of trigger would change", () => {
    const live = [
      copy("report", "us-central1", { generation: 1 }),
      copy("tick", "europe-west1", { trigger: "scheduled" }),
      copy("call", "europe-west1"),
    ];
    const codebases = [
      codebase([
        declared("report", ["us-central1"]),
        declared("tick", ["europe-west1"], { trigger: "task" }),
        declared("call", ["europe-west1"], { trigger: "callable" }),
      ]),
    ];
    expect(plan({ codebases, live }).stops).toEqual([
      "report in us-central1 is of generation 1, and its source is of generation 2",
      'tick in europe-west1 has the trigger "scheduled", and its source the trigger "task"',
    ]);
  });

  it("does not call deleted, nor kept, what it cannot tell", () => {
    const live = [copy("ring", "europe-west1"), copy("old", "europe-west1")];
    const codebases = [
      codebase([declared("ring", ["europe-west3"], { certain: false })], { incomplete: "index.js:3 cannot be told" }),
    ];
    expect(plan({ codebases, live })).toEqual({
      ...nothing,
      creates: ["ring@europe-west3"],
      doubts: [
        "ring@europe-west1: the region that its source gives it cannot be told for certain",
        "old@europe-west1: index.js:3 cannot be told",
      ],
    });
    const regionless = [codebase([declared("ring", [])])];
    expect(plan({ codebases: regionless, live: live.slice(0, 1), usual: { kind: "not known" } }).doubts).toEqual([
      "ring@europe-west1: its source names no region, and the version of the Firebase CLI is not known",
    ]);
  });
});
