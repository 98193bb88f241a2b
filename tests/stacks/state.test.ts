import { describe, expect, it } from "vitest";
import { isWithin, targetsOf } from "../../src/deployers/scope.ts";
import { withImportedLabels } from "../../src/stacks/imported-labels.ts";
import { withKept } from "../../src/stacks/kept.ts";
import { planFleet } from "../../src/stacks/plan/plan.ts";
import { copiesIn, halfMade, projectsIn, readState } from "../../src/stacks/state.ts";
import { urnsOf } from "../../src/stacks/urns.ts";
import { everyKindInput, everyKindManifest } from "./fleet.ts";

const region = "regions:fleet:Class$regions:fleet:Region$";
const urn = (chain: string, name: string) => `urn:pulumi:production::regions::${chain}::${name}`;
const pay = urn(`${region}gcp:cloudfunctionsv2/function:Function`, "pay@europe-west3");

describe("a state", () => {
  const component = (type: string, name: string, parent?: string) => ({
    urn: urn(type, name),
    type,
    ...(parent === undefined ? {} : { parent }),
  });
  const classUrn = urn("regions:fleet:Class", "adopted");
  const regionUrn = urn("regions:fleet:Class$regions:fleet:Region", "adopted@us-central1");
  const stray = {
    urn: urn(`${region}gcp:cloudfunctionsv2/function:Function`, "stray@us-central1"),
    id: "projects/acme-prod/locations/us-central1/functions/stray",
    inputs: { project: "acme-prod", name: "stray", location: "us-central1" },
    outputs: { state: "ACTIVE" },
    parent: regionUrn,
    protect: true,
  };
  const exported = {
    version: 3,
    deployment: {
      resources: [
        component("pulumi:pulumi:Stack", "regions-production"),
        component("regions:fleet:Class", "adopted", urn("pulumi:pulumi:Stack", "regions-production")),
        component("regions:fleet:Class$regions:fleet:Region", "adopted@us-central1", classUrn),
        stray,
        {
          ...stray,
          urn: pay,
          inputs: { ...stray.inputs, name: "pay", location: "europe-west3" },
          outputs: { state: "FAILED" },
          protect: false,
        },
      ],
      pending_operations: [{ type: "creating", resource: { urn: pay } }],
    },
  };
  const state = readState(exported);

  it("is read: copies, what is half made, what is pending, whose it is", () => {
    expect(copiesIn(state)).toEqual([
      { function: "stray", region: "us-central1", generation: 2, trigger: null, urn: stray.urn, adopted: true },
      { function: "pay", region: "europe-west3", generation: 2, trigger: null, urn: pay, adopted: false },
    ]);
    expect(halfMade(state)).toEqual([pay]);
    expect(state.pending).toEqual([{ urn: pay, operation: "creating" }]);
    expect(projectsIn(state)).toEqual(["acme-prod"]);
    expect(readState({ version: 3, deployment: {} })).toEqual({ resources: [], pending: [] });
  });

  it("keeps what was adopted and is not planned in the program, protected and as it is", async () => {
    const plan = planFleet(await everyKindInput());
    const kept = withKept(plan, state);
    expect(kept.resources.slice(plan.resources.length)).toEqual([
      {
        type: "gcp:cloudfunctionsv2/function:Function",
        name: "stray@us-central1",
        parent: { type: "regions:fleet:Region", name: "adopted@us-central1" },
        inputs: stray.inputs,
        dependsOn: [],
        of: null,
        options: { protect: true, ignoreChanges: ["*"] },
      },
    ]);
    expect(kept.components.slice(plan.components.length)).toEqual([
      { type: "regions:fleet:Class", name: "adopted", parent: null },
      {
        type: "regions:fleet:Region",
        name: "adopted@us-central1",
        parent: { type: "regions:fleet:Class", name: "adopted" },
      },
    ]);
    expect(urnsOf(kept, "regions").resource(kept.resources.at(-1) ?? (plan.resources[0] as never))).toBe(stray.urn);
  });

  it("gets the labels of what was imported, once, and of nothing else", () => {
    const labelled = (effectiveLabels: unknown) => ({ ...stray, outputs: { effectiveLabels } });
    const marked = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      plaintext: '{"team":"a"}',
    };
    const stateOf = (...resources: unknown[]) => ({ version: 3, deployment: { resources } });
    const labels = (resources: unknown[]) =>
      readState(withImportedLabels(stateOf(...resources))).resources.map(({ inputs }) => inputs.labels);
    expect(labels([labelled(marked), labelled({ team: "b" })])).toEqual([{ team: "a" }, { team: "b" }]);
    expect(labels([{ ...labelled(marked), protect: false }])).toEqual([undefined]);
    const done = withImportedLabels(stateOf(labelled({}), labelled(marked)));
    expect(withImportedLabels(done)).toBe(done);
    expect(labels([{ ...labelled(marked), inputs: { labels: { own: "c" } } }])).toEqual([{ own: "c" }]);
  });
});

describe("a scope", () => {
  const none = { classes: [], regions: [], functions: [] };

  it("holds what fits everything that is given", () => {
    const copy = { function: "pay", region: "europe-west3", class: "payments" };
    expect(isWithin(none, copy)).toBe(true);
    expect(isWithin({ ...none, classes: ["payments"], regions: ["europe-west1"] }, copy)).toBe(false);
    expect(isWithin({ ...none, classes: ["payments"], functions: ["charge", "pay"] }, copy)).toBe(true);
    expect(isWithin({ ...none, classes: ["payments"] }, { ...copy, class: null })).toBe(false);
  });

  it("brings along what its functions wait for, and what of them only the state has", async () => {
    const plan = planFleet(await everyKindInput());
    const urns = urnsOf(plan, "regions");
    const old = urn(`${region}gcp:cloudfunctionsv2/function:Function`, "nightly@europe-west3");
    const job = urn(`${region}gcp:cloudscheduler/job:Job`, "nightly@europe-west3/job");
    const resources = [old, job].map((one) => ({ urn: one, inputs: { name: "nightly", location: "europe-west3" } }));
    const state = readState({ version: 3, deployment: { resources } });
    expect(targetsOf(plan, state, none, urns)).toBe(null);
    const targets = targetsOf(plan, state, { ...none, functions: ["nightly"] }, urns) ?? [];
    const named = targets
      .map((one) => one.split("::").slice(3).join("::"))
      .filter((name) => name.includes("/") || name.startsWith("nightly"));
    expect(named.sort()).toEqual([
      "core/account",
      "core/itself/roles/iam.serviceAccountUser",
      "core/roles/cloudtasks.enqueuer",
      "core/roles/datastore.user",
      "core/roles/eventarc.eventReceiver",
      "default/0123456789ab",
      "nightly@europe-west1",
      "nightly@europe-west1/invoker/regions-core",
      "nightly@europe-west1/job",
      "nightly@europe-west3",
      "nightly@europe-west3/job",
      "sources/bucket",
    ]);
  });

  it("brings along the accounts of other classes that call its functions, and nothing else of them", async () => {
    const manifest = everyKindManifest.replace("{ from: pay, to: charge", "{ from: partner, to: charge");
    const plan = planFleet(await everyKindInput(manifest));
    const urns = urnsOf(plan, "regions");
    const scope = { ...none, functions: ["charge"] };
    const named = (resources: readonly { readonly urn: string; readonly inputs: object }[]): readonly string[] => {
      const targets = targetsOf(plan, readState({ version: 3, deployment: { resources } }), scope, urns) ?? [];
      return targets.map((one) => one.split("::").slice(3).join("::")).filter((name) => /^(core|charge@)/.test(name));
    };
    const copy = [
      "charge@europe-west3",
      "charge@europe-west3/queue",
      "charge@europe-west3/invoker/regions-core",
      "charge@europe-west3/invoker/regions-payments",
    ].sort();
    expect([...named([])].sort()).toEqual([...copy, "core", "core/account", "core@europe-west1"].sort());
    const there = urn("regions:fleet:Class$gcp:serviceaccount/account:Account", "core/account");
    expect(named([{ urn: there, inputs: {} }])).not.toContain("core/account");
  });
});
