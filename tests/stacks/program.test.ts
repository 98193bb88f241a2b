import { runtime } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { planFleet } from "../../src/stacks/plan/plan.ts";
import { createFleet } from "../../src/stacks/program.ts";
import { type FleetPlan, resourceTypes } from "../../src/stacks/resource.ts";
import { everyKindInput, referenceInput } from "./fleet.ts";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly provider: string | undefined;
}

/** What the program registers, in order, with Pulumi's own mocks in place of an engine. */
async function registeredBy(plan: FleetPlan): Promise<Registered[]> {
  const registered: Registered[] = [];
  await runtime.setMocks(
    {
      newResource: ({ type, name, inputs, provider }) => {
        registered.push({ type, name, inputs, provider });
        return { id: `${name}-id`, state: inputs };
      },
      call: ({ token }) => {
        throw new Error(`the program calls ${token}`);
      },
    },
    "regions",
    plan.environment,
    false,
  );
  await runtime.runInPulumiStack(async () => createFleet(plan));
  await runtime.disconnect();
  return registered.filter(({ type }) => type !== "pulumi:pulumi:Stack");
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe.each([
  ["the reference fleet", referenceInput],
  ["one function of every kind", everyKindInput],
])("the program, for %s", (_, input) => {
  it("registers one provider, every component, and every resource of the plan with exactly its inputs", async () => {
    const plan = planFleet(await input());
    const registered = await registeredBy(plan);
    const providers = registered.filter(({ type }) => type === "pulumi:providers:gcp");
    expect(providers.map(({ name, inputs }) => ({ name, inputs }))).toEqual([
      { name: "google", inputs: { project: plan.project, addPulumiAttributionLabel: "false" } },
    ]);
    const components = registered.filter(({ type }) => type.startsWith("regions:fleet:"));
    const names = (all: readonly { type: string; name: string }[]) => all.map(({ type, name }) => `${type} ${name}`);
    expect(names(components).sort()).toEqual(names(plan.components).sort());
    const others = registered.filter((one) => !providers.includes(one) && !components.includes(one));
    const byName = new Map(others.map((one) => [one.name, one]));
    expect(others.length).toBe(plan.resources.length);
    for (const spec of plan.resources) {
      const one = byName.get(spec.name);
      expect(one?.type).toBe(spec.type);
      expect(one?.provider).toMatch(/pulumi:providers:gcp::google::google-id$/);
      if (spec.type !== "gcp:storage/bucketObject:BucketObject")
        expect(asJson(one?.inputs)).toEqual(asJson(spec.inputs));
    }
  });
});

it("knows how to make every type that a plan may hold", async () => {
  const plan = planFleet(await everyKindInput());
  expect(new Set(plan.resources.map(({ type }) => type))).toEqual(new Set(resourceTypes));
});

it("hands the archive over as a file", async () => {
  const registered = await registeredBy(planFleet(await everyKindInput()));
  const archive = registered.find(({ type }) => type === "gcp:storage/bucketObject:BucketObject");
  expect(archive?.inputs).toMatchObject({ bucket: "acme-prod-regions-sources", contentType: "application/zip" });
  const source = archive?.inputs.source as { path: Promise<string> } | undefined;
  expect(await source?.path).toBe(".regions/archives/some.zip");
});
