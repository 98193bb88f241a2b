import { beforeAll, describe, expect, it } from "vitest";
import { planFleet } from "../../src/stacks/plan/plan.ts";
import type { FleetPlan, ResourceSpec } from "../../src/stacks/resource.ts";
import { referenceInput, referenceText } from "./fleet.ts";

let plan: FleetPlan;
beforeAll(async () => {
  plan = planFleet(await referenceInput());
});

function countsOf(resources: readonly ResourceSpec[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(resources, ({ type }) => type)].map(([type, all]) => [type, all.length]));
}

describe("the plan of the reference fleet", () => {
  it("has exactly these resources", () => {
    expect(countsOf(plan.resources)).toEqual({
      "gcp:storage/bucket:Bucket": 1,
      "gcp:storage/bucketObject:BucketObject": 1,
      "gcp:serviceaccount/account:Account": 4,
      "gcp:projects/iAMMember:IAMMember": 14,
      "gcp:serviceaccount/iAMMember:IAMMember": 2,
      "gcp:secretmanager/secretIamMember:SecretIamMember": 11,
      "gcp:cloudfunctionsv2/function:Function": 423,
      "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": 424,
      "gcp:cloudscheduler/job:Job": 25,
      "gcp:cloudtasks/queue:Queue": 1,
      "gcp:monitoring/alertPolicy:AlertPolicy": 2,
      "gcp:monitoring/dashboard:Dashboard": 1,
    });
    expect(plan.notes).toEqual([]);
  });

  it("reads like regions.yaml: classes, in each its regions", () => {
    const shown = plan.components.map(({ name, parent }) => (parent === null ? name : `${parent.name} > ${name}`));
    expect(shown).toEqual([
      "sources",
      "core",
      "core > core@europe-west1",
      "affiliate",
      "affiliate > affiliate@europe-west2",
      "payments",
      "payments > payments@europe-west3",
      "calls",
      "calls > calls@europe-west3",
      "watch",
    ]);
    const homes = Map.groupBy(plan.copies, (copy) => `${copy.class} ${copy.region}`);
    expect(Object.fromEntries([...homes].map(([home, copies]) => [home, copies.length]))).toEqual({
      "core europe-west1": 214,
      "affiliate europe-west2": 143,
      "payments europe-west3": 59,
      "calls europe-west3": 7,
    });
  });

  it("is the same whenever it is made", async () => {
    expect(JSON.stringify(planFleet(await referenceInput()))).toBe(JSON.stringify(plan));
  });

  it("names every resource once, and waits for nothing that is not there, nor in a circle", () => {
    const names = plan.resources.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const byName = new Map(plan.resources.map((spec) => [spec.name, spec]));
    const components = new Set(plan.components.map(({ type, name }) => `${type} ${name}`));
    expect(plan.resources.filter(({ parent }) => !components.has(`${parent.type} ${parent.name}`))).toEqual([]);
    const done = new Set<string>();
    const visit = (name: string, path: readonly string[]): void => {
      if (done.has(name)) return;
      if (path.includes(name)) throw new Error(`a circle: ${[...path, name].join(" > ")}`);
      const spec = byName.get(name);
      if (spec === undefined) throw new Error(`${path.at(-1)} waits for ${name}, which is not there`);
      for (const before of spec.dependsOn) visit(before, [...path, name]);
      done.add(name);
    };
    for (const name of names) visit(name, []);
  });

  it("opens callables and webhooks to everybody, and nothing else", () => {
    const open = plan.resources.filter(({ inputs }) => inputs.member === "allUsers").map(({ of }) => of?.function);
    const called = plan.copies.filter(({ trigger }) => trigger === "callable" || trigger === "https");
    expect(open.sort()).toEqual(called.map((copy) => copy.function).sort());
    expect(open.length).toBe(374);
  });

  it("lets the class that books calls enqueue the call, and no other", () => {
    const members = plan.resources
      .filter(({ name }) => name.startsWith("executeScheduledCall@europe-west3/invoker/"))
      .map(({ inputs }) => inputs.member);
    expect(members).toEqual([
      "serviceAccount:regions-calls@demo-regions.iam.gserviceaccount.com",
      "serviceAccount:regions-core@demo-regions.iam.gserviceaccount.com",
    ]);
  });

  it("watches the quota at its warn line, and the protected region's errors", () => {
    const alerts = plan.resources.filter(({ type }) => type === "gcp:monitoring/alertPolicy:AlertPolicy");
    expect(alerts.map(({ name }) => name)).toEqual(["europe-west3/vcpu", "europe-west3/errors"]);
    expect(JSON.stringify(alerts[0]?.inputs)).toContain('"thresholdValue":24');
  });
});

/** Names of resources whose inputs differ, and of those that only one plan has. */
async function changed(text: string): Promise<Record<"created" | "deleted" | "updated", string[]>> {
  const after = new Map(
    planFleet(await referenceInput(text)).resources.map((spec) => [spec.name, JSON.stringify(spec)]),
  );
  const before = new Map(plan.resources.map((spec) => [spec.name, JSON.stringify(spec)]));
  return {
    created: [...after.keys()].filter((name) => !before.has(name)),
    deleted: [...before.keys()].filter((name) => !after.has(name)),
    updated: [...before].filter(([name, text]) => after.has(name) && after.get(name) !== text).map(([name]) => name),
  };
}

describe("a change of the manifest", () => {
  const edit = (from: string, to: string): string => {
    expect(referenceText).toContain(from);
    return referenceText.replace(from, to);
  };

  it("of one field changes one resource", async () => {
    const text = edit(
      "  capturePaymentIntent: { class: payments",
      "  capturePaymentIntent: { memory: 512Mi, class: payments",
    );
    expect(await changed(text)).toEqual({
      created: [],
      deleted: [],
      updated: ["capturePaymentIntent@europe-west3"],
    });
  });

  it("that removes a function removes what is the function's", async () => {
    expect(await changed(edit("  backupAuthUsers: { class: core, trigger: scheduled, memory: 512Mi }\n", ""))).toEqual({
      created: [],
      deleted: [
        "backupAuthUsers@europe-west1",
        "backupAuthUsers@europe-west1/invoker/regions-core",
        "backupAuthUsers@europe-west1/job",
      ],
      updated: [],
    });
  });

  it("that declares a move keeps both copies", async () => {
    const text = edit(
      "  stripeWebhook: { class: payments,",
      "  stripeWebhook: { moving: { from: europe-west1, until: 2026-12-01 }, class: payments,",
    );
    expect(await changed(text)).toEqual({
      created: ["stripeWebhook@europe-west1", "stripeWebhook@europe-west1/invoker/allUsers"],
      deleted: [],
      updated: [],
    });
  });

  it("of a class's region makes new resources, and never changes one's region", async () => {
    const calls = edit("calls: { region: europe-west3,", "calls: { region: us-central1,");
    const { created, deleted, updated } = await changed(calls);
    expect(created.length).toBe(deleted.length);
    expect(created.every((name) => name.includes("@us-central1"))).toBe(true);
    expect(deleted.every((name) => name.includes("@europe-west3"))).toBe(true);
    expect(updated).toEqual(["dashboard"]);
  });
});
