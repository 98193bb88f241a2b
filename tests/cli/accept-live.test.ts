import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { draftOfLive } from "../../src/cli/accept-live.ts";
import { writeChanges } from "../../src/cli/edit-files.ts";
import type { Deployer } from "../../src/deployers/port.ts";
import type { Manifest } from "../../src/manifest/manifest.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";
import type { LiveSizes, Sizes } from "../../src/model/deployment.ts";
import { InputError } from "../../src/model/problem.ts";

const main = `version: 1
include: [teams/pay.yaml]
environments: { production: { project: acme-prod } }
regions: { europe-west1: {} }
classes: { core: { region: europe-west1 } }
codebases: { default: { source: functions } }
defaults: { runtime: nodejs22, maxInstances: 10 }
functions:
  stats: core # the dashboard
  first: &line { class: core, minInstances: 1 }
  second: *line
`;
const team = "functions:\n  pay: core # money\n";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "regions-accept-"));
  mkdirSync(join(root, "teams"));
  writeFileSync(join(root, "regions.yaml"), `\uFEFF${main}`);
  writeFileSync(join(root, "teams/pay.yaml"), team);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const memoryOf = (mebibytes: number | null): string =>
  mebibytes === null ? "256Mi" : mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;

/** Plans as a deployment does: cpu comes with memory where nobody names it, and `least` is what some code needs. */
function deployerOf(
  manifest: Manifest,
  live: Readonly<Record<string, Partial<Sizes>>>,
  least: string | null,
): Deployer {
  const sizes = Object.entries(live).map(([name, values]): LiveSizes => {
    const entry = manifest.functions.get(name);
    const next: Sizes = {
      runtime: entry?.runtime ?? null,
      memory: memoryOf(entry?.memoryMiB ?? null),
      cpu: entry?.cpu ?? ((entry?.memoryMiB ?? 256) > 2048 ? 2 : 1),
      minInstances: entry?.minInstances ?? 0,
      maxInstances: entry?.maxInstances ?? null,
    };
    const usual = { runtime: "nodejs22", memory: "256Mi", cpu: 1, minInstances: 0, maxInstances: 10 };
    return { function: name, region: "europe-west1", inPlace: true, next, live: { ...usual, ...values } };
  });
  const needy = least === null ? undefined : manifest.functions.get(least);
  if (needy !== undefined && (needy.cpu ?? 1) < 1) {
    const message = `${least} serves 80 requests at once, which takes a whole vCPU, and has ${needy.cpu}: raise its cpu.`;
    throw new InputError([{ place: needy.place, message, mend: null, excerpt: null }]);
  }
  return { compareSizes: async () => sizes } as Partial<Deployer> as Deployer;
}

async function draft(live: Readonly<Record<string, Partial<Sizes>>>, least: string | null = null) {
  const parsed = parseManifest(main, "regions.yaml", () => team);
  const manifest = resolveManifest(parsed, null);
  const deployerFor = (edited: Manifest) => deployerOf(edited, live, least);
  const found = await draftOfLive({
    root,
    parsed,
    manifest,
    deployer: deployerFor(manifest),
    deployerFor,
    whole: true,
  });
  const said = found.left.map(
    ({ function: name, field, live: value, reason }) => `${name} ${field} ${value}: ${reason}`,
  );
  return { ...found, said };
}

it("edits each file where its lines stand, and writes them whole", async () => {
  const { changes, said } = await draft({ stats: {}, pay: { memory: "512Mi" } });
  expect(changes.map(({ file }) => file)).toEqual(["teams/pay.yaml"]);
  expect(said).toEqual([]);
  writeChanges(root, changes, "regions adopt --accept-live");
  expect(readFileSync(join(root, "teams/pay.yaml"), "utf8")).toBe(
    "functions:\n  pay: { class: core, memory: 512Mi } # money\n",
  );
  expect(readFileSync(join(root, "regions.yaml"), "utf8")).toBe(`\uFEFF${main}`);
});

it("goes on until nothing differs that hangs on what was written", async () => {
  // With 4 GiB a function gets two vCPU where nobody names a number, and this one has one.
  const { changes, accepted } = await draft({ stats: { memory: "4Gi" }, pay: {} });
  expect(changes.map(({ after }) => after)).toEqual([
    main.replace("stats: core", "stats: { class: core, memory: 4Gi, cpu: 1 }"),
  ]);
  expect(accepted).toEqual([
    { function: "stats", field: "memory", from: "256Mi", to: "4Gi" },
    { function: "stats", field: "cpu", from: 2, to: 1 },
  ]);
});

it("leaves what the code does not go together with, and writes the rest", async () => {
  const live = { stats: { cpu: 0.5, maxInstances: 3 }, pay: { cpu: 0.25 } };
  const { changes, said } = await draft(live, "stats");
  expect(said).toEqual(
    [
      "stats maxInstances 3: with it, stats serves 80 requests at once, which takes a whole vCPU, and has 0.5: raise its cpu",
      "stats cpu 0.5: with it, stats serves 80 requests at once, which takes a whole vCPU, and has 0.5: raise its cpu",
    ].sort(),
  );
  expect(changes.map(({ file, after }) => [file, after])).toEqual([
    ["teams/pay.yaml", "functions:\n  pay: { class: core, cpu: 0.25 } # money\n"],
  ]);
});

it("leaves a line that another one shares, with its place", async () => {
  const { changes, said } = await draft({ first: { minInstances: 3 }, stats: { maxInstances: 4 }, pay: {} });
  expect(said).toEqual([
    "first minInstances 3: regions.yaml:10:31: The file is written in a way that this cannot be changed in without touching more: functions.first.minInstances",
  ]);
  expect(changes.map(({ after }) => after)).toEqual([
    main.replace("stats: core", "stats: { class: core, maxInstances: 4 }"),
  ]);
});
