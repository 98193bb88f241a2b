import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { readListing } from "../../src/cli/wire/listing.ts";
import { readSnapshotFile } from "../../src/cli/wire/snapshot-input.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import { copy, look } from "../audit/look.ts";

const folder = mkdtempSync(join(tmpdir(), "regions-snapshot-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const io = { cwd: folder } as Io;
const whole = look({ deployed: [copy("stripeWebhook", "europe-west3")], callers: [], declared: [], holders: [] });
const read = (snapshot: Snapshot) => {
  writeFileSync(join(folder, "look.json"), JSON.stringify(snapshot));
  return readSnapshotFile("look.json", null, null, io);
};

describe("what a snapshot says of its own parts", () => {
  it("is kept where the parts bear it out", async () => {
    const { sources, gaps } = await read(whole);
    expect([sources, gaps]).toEqual([whole.sources, []]);
  });

  it.each([
    ["deployed", "functions"],
    ["callers", "files"],
    ["declared", "files"],
    ["holders", "stripe"],
  ] as const)("is a gap where %s is said to be read and holds nothing", async (source, facet) => {
    const { sources, gaps } = await read({ ...whole, [source]: null });
    expect(sources[source]).toBe("failed");
    expect(gaps).toEqual([{ source, facet, scope: "*", region: null, reason: "look.json holds nothing of it" }]);
  });

  it("is no whole read beside a gap", async () => {
    const gap = { source: "deployed", facet: "usage", scope: "*", region: null, reason: "403" } as const;
    const { sources, gaps } = await read({ ...whole, gaps: [gap] });
    expect([sources.deployed, sources.holders, gaps]).toEqual(["partial", "read", [gap]]);
  });
});

describe("functions of another project alone", () => {
  const reason = (file: string) => `${file} lists project other-prod, and this is project acme-prod`;
  const foreign = [copy("stripeWebhook", "europe-west3", { project: "other-prod" })];

  it("say nothing of this one, in a snapshot", async () => {
    const { sources, gaps } = await read({ ...look({ deployed: foreign }), project: "acme-prod" });
    expect(sources.deployed).toBe("partial");
    expect(gaps).toEqual([
      { source: "deployed", facet: "functions", scope: "*", region: null, reason: reason("look.json") },
    ]);
  });

  it("say nothing of this one, in a listing beside a checkout that names its project", () => {
    const name = "projects/other-prod/locations/europe-west3/functions/stripeWebhook";
    const record = { name, environment: "GEN_2", state: "ACTIVE", buildConfig: { runtime: "nodejs22" } };
    writeFileSync(join(folder, "listing.json"), JSON.stringify([record]));
    const { gaps } = readListing("listing.json", null, "acme-prod", io);
    expect(gaps.map((gap) => [gap.facet, gap.region, gap.reason])).toEqual([
      ["functions", null, reason("listing.json")],
    ]);
    expect(readListing("listing.json", null, "other-prod", io).gaps).toEqual([]);
  });
});
