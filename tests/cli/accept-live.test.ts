import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { draftOfLive } from "../../src/cli/accept-live.ts";
import { writeChanges } from "../../src/cli/edit-files.ts";
import type { Deployer } from "../../src/deployers/port.ts";
import type { FunctionEntry, Manifest } from "../../src/manifest/manifest.ts";
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

/** What some code needs. */
interface Bound {
  readonly name: string;
  readonly isBroken: (entry: FunctionEntry) => boolean;
  readonly message: string;
}

const wholeCpu: Bound = {
  name: "stats",
  isBroken: ({ cpu }) => (cpu ?? 1) < 1,
  message: "stats serves 80 requests at once, which takes a whole vCPU, and has 0.5: raise its cpu.",
};

/** Plans as a deployment does: cpu comes with memory where nobody names it, and code has its bounds. */
function deployerOf(
  manifest: Manifest,
  live: Readonly<Record<string, Partial<Sizes>>>,
  bounds: readonly Bound[],
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
  const problems = bounds.flatMap(({ name, isBroken, message }) => {
    const entry = manifest.functions.get(name);
    if (entry === undefined || !isBroken(entry)) return [];
    return [{ place: entry.place, message, mend: null, excerpt: null }];
  });
  if (problems.length > 0) throw new InputError(problems);
  return { compareSizes: async () => sizes } as Partial<Deployer> as Deployer;
}

async function draft(live: Readonly<Record<string, Partial<Sizes>>>, bounds: readonly Bound[] = [], text = main) {
  const parsed = parseManifest(text, "regions.yaml", () => team);
  const manifest = resolveManifest(parsed, null);
  const deployerFor = (edited: Manifest) => deployerOf(edited, live, bounds);
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
  const live = { stats: { memory: "512Mi", cpu: 0.5, maxInstances: 3 }, pay: { cpu: 0.25 } };
  const { changes, accepted, said } = await draft(live, [wholeCpu]);
  expect(said).toEqual([
    "stats cpu 0.5: with it, stats serves 80 requests at once, which takes a whole vCPU, and has 0.5: raise its cpu",
  ]);
  expect(changes.map(({ file, after }) => [file, after])).toEqual([
    ["regions.yaml", main.replace("stats: core", "stats: { class: core, memory: 512Mi, maxInstances: 3 }")],
    ["teams/pay.yaml", "functions:\n  pay: { class: core, cpu: 0.25 } # money\n"],
  ]);
  expect(accepted.map(({ function: name, field }) => `${name} ${field}`).sort()).toEqual([
    "pay cpu",
    "stats maxInstances",
    "stats memory",
  ]);
});

it("leaves two values where the code goes together with neither, and each of several functions its own", async () => {
  const bounds: Bound[] = [
    { name: "stats", isBroken: ({ cpu }) => (cpu ?? 1) < 1, message: "stats has too little cpu." },
    { name: "stats", isBroken: ({ memoryMiB }) => (memoryMiB ?? 256) < 256, message: "stats has too little memory." },
    { name: "pay", isBroken: ({ maxInstances }) => maxInstances === 3, message: "pay has too few instances." },
    // Together, and not each: the first that is tried is left.
    {
      name: "first",
      isBroken: ({ cpu, maxInstances }) => cpu === 2 && maxInstances === 50,
      message: "first is large.",
    },
  ];
  const unlinked = main.replace("first: &line {", "first: {").replace("second: *line", "second: core");
  writeFileSync(join(root, "regions.yaml"), unlinked);
  const live = {
    stats: { cpu: 0.5, memory: "128Mi", maxInstances: 5 },
    pay: { cpu: 0.25, maxInstances: 3 },
    first: { cpu: 2, maxInstances: 50, minInstances: 1 },
  };
  const { changes, said } = await draft(live, bounds, unlinked);
  expect(said.sort()).toEqual([
    "first cpu 2: with it, first is large",
    "pay maxInstances 3: with it, pay has too few instances",
    "stats cpu 0.5: with it, stats has too little cpu; stats has too little memory",
    "stats memory 128Mi: with it, stats has too little cpu; stats has too little memory",
  ]);
  expect(changes.map(({ after }) => after)).toEqual([
    unlinked
      .replace("stats: core", "stats: { class: core, maxInstances: 5 }")
      .replace("minInstances: 1 }", "minInstances: 1, maxInstances: 50 }"),
    "functions:\n  pay: { class: core, cpu: 0.25 } # money\n",
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
