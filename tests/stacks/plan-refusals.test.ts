import { describe, expect, it } from "vitest";
import { InputError } from "../../src/model/problem.ts";
import { planFleet } from "../../src/stacks/plan/plan.ts";
import { everyKindInput, everyKindManifest } from "./fleet.ts";

describe("what cannot be deployed", () => {
  async function refusals(text: string): Promise<string[]> {
    const input = await everyKindInput(text);
    try {
      planFleet(input);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return error.problems.map(({ place, message }) => `${place?.file}:${place?.line} ${message}`);
    }
    return [];
  }

  it("is told at once, each at its line of the manifest", async () => {
    const text = everyKindManifest
      .replace("  internal: core", "  internal: { class: core, trigger: callable }")
      .replace("  partner: core", "  partner: { class: core, memory: 1Gi, cpu: 0.5 }")
      .replace("  heard: core", "  heard: { class: core, minInstances: 4, maxInstances: 2 }\n  absent: core")
      .replace("runtime: nodejs22, ", "");
    expect(await refusals(text.replace(", minInstances: 4, maxInstances: 2", ", cpu: 3"))).toEqual([
      "regions.yaml:14 webhook has no runtime.",
      "regions.yaml:15 internal is a callable by regions.yaml, and a plain https function by its code.",
      "regions.yaml:15 internal has no runtime.",
      "regions.yaml:16 partner has no runtime.",
      "regions.yaml:17 pay has no runtime.",
      "regions.yaml:18 nightly has no runtime.",
      "regions.yaml:19 charge has no runtime.",
      "regions.yaml:20 created has no runtime.",
      "regions.yaml:21 uploaded has no runtime.",
      "regions.yaml:22 heard has no runtime.",
      "regions.yaml:22 heard has 3 vCPU, and Google gives 0.08 to 1, or 2, 4, 6, 8.",
      "regions.yaml:23 absent cannot be deployed: codebase default exports no function of that name.",
      "regions.yaml:24 grouped-ping has no runtime.",
    ]);
  });

  it("functions on Storage where nobody could read whom Storage publishes as", async () => {
    const input = await everyKindInput(everyKindManifest);
    const storageAgent = { unread: "storage.googleapis.com answers 403" };
    const told = () => planFleet({ ...input, places: { ...input.places, storageAgent } });
    expect(told).toThrow(
      "uploaded listens to a bucket, and the account that Cloud Storage publishes as could not be read (storage.googleapis.com answers 403), which must be given roles/pubsub.publisher.",
    );
    const codebase = input.codebases.get("default");
    const functions = new Map(input.manifest.functions);
    functions.delete("uploaded");
    if (codebase === undefined) throw new Error("no codebase");
    expect(
      planFleet({ ...input, manifest: { ...input.manifest, functions }, places: { ...input.places, storageAgent } })
        .resources.map(({ name }) => name)
        .filter((name) => name.startsWith("storage-agent/")),
    ).toEqual([]);
  });

  it("sizes that Google refuses", async () => {
    const sized = (own: string) => everyKindManifest.replace("  internal: core", `  internal: { class: core, ${own} }`);
    expect(await refusals(sized("memory: 2Gi, cpu: 0.5"))).toEqual([
      "regions.yaml:15 internal has 0.5 vCPU, and 2048 MiB need at least 1: raise its cpu.",
    ]);
    expect(await refusals(sized("memory: 1Gi, cpu: 0.1666"))).toEqual([
      "regions.yaml:15 internal has 0.1666 vCPU, and 1024 MiB need at least 0.5: raise its cpu.",
    ]);
    expect(await refusals(sized("memory: 1Gi, cpu: 4"))).toEqual([
      "regions.yaml:15 internal has 1024 MiB, and 4 vCPU need at least 2048: raise its memory.",
    ]);
    expect(await refusals(sized("minInstances: 20"))).toEqual([
      "regions.yaml:15 internal keeps 20 instances warm where 10 is the ceiling.",
    ]);
    expect(await refusals(everyKindManifest.replace("memory: 512Mi, cpu: 1", "cpu: 0.5"))).toEqual([
      "regions.yaml:14 webhook serves 20 requests at once, which takes a whole vCPU, and has 0.5: raise its cpu.",
    ]);
    expect(
      await refusals(everyKindManifest.replace("oldCall: { class: core,", "oldCall: { memory: 768Mi, class: core,")),
    ).toEqual([
      "regions.yaml:24 oldCall has 768 MiB, and generation 1 knows 128, 256, 512, 1024, 2048, 4096, 8192 MiB.",
    ]);
  });

  it("an event source that Google does not show", async () => {
    const input = await everyKindInput();
    const places = {
      databases: new Map<string, string>(),
      buckets: new Map<string, string>(),
      storageAgent: input.places.storageAgent,
      appEngine: input.places.appEngine,
    };
    expect(() => planFleet({ ...input, places })).toThrow(
      "created is started by the Firestore database (default), and Google shows none of that name.\n" +
        "uploaded is started by the bucket acme-photos, and Google shows none of that name.",
    );
  });
});
