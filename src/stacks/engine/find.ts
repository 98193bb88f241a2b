import { readdirSync, statSync } from "node:fs";
import { askVersion } from "./ask-version.ts";
import { type Engine, judge, type Outside, type Place } from "./judge.ts";
import type { Machine } from "./machine.ts";
import {
  buildCache,
  engineVersion,
  executableBelow,
  executableName,
  minimumVersion,
  pathsOf,
  pulumiHome,
} from "./places.ts";
import { compareReleases, type Release, releaseOf } from "./version.ts";

/** What became of the lookup. */
export type EngineSearch =
  | { readonly engine: Engine; readonly text: null }
  /** `text` says where was looked, what was wrong there and what to do; several lines, no final newline. */
  | { readonly engine: null; readonly text: string };

/**
 * Finds the Pulumi engine: the explicit root, PATH, Pulumi's home, our own build cache; the first that can be used. An
 * explicit root that cannot be used ends the lookup: who names one means that one. Starts `pulumi version` of what it
 * finds, asks no network, writes nothing.
 */
export async function findEngine(machine: Machine, ask: Outside["ask"] = askVersion): Promise<EngineSearch> {
  const outside: Outside = { isFile, ask };
  const tried: string[] = [];
  for (const { place, candidates, none } of placesOf(machine)) {
    const wrong: string[] = [];
    for (const executable of candidates) {
      if (!isFile(executable)) continue;
      const found = await judge(executable, place, machine, outside);
      if (typeof found !== "string") return { engine: found, text: null };
      wrong.push(found);
    }
    tried.push(`  ${place.padEnd(20)} ${wrong.length === 0 ? none : wrong.join("; ")}`);
    if (place === "REGIONS_PULUMI_ROOT" && candidates.length > 0) break;
  }
  return { engine: null, text: ["No Pulumi engine can be used. Looked in this order:", ...tried, mend].join("\n") };
}

const mend =
  `Install Pulumi ${minimumVersion} or later (https://www.pulumi.com/docs/iac/download-install/) so that ` +
  "`pulumi version` answers, or set REGIONS_PULUMI_ROOT to the folder that has bin/pulumi.";

interface Candidates {
  readonly place: Place;
  /** Executables, best first; they need not exist. */
  readonly candidates: readonly string[];
  /** What to say where none of them exists. */
  readonly none: string;
}

function placesOf(machine: Machine): Candidates[] {
  const { join } = pathsOf(machine);
  const root = machine.env.REGIONS_PULUMI_ROOT ?? "";
  const home = pulumiHome(machine);
  const cache = buildCache(machine);
  return [
    {
      place: "REGIONS_PULUMI_ROOT",
      candidates: root === "" ? [] : [executableBelow(root, machine)],
      none: root === "" ? "not set" : `${executableBelow(root, machine)} does not exist`,
    },
    { place: "PATH", candidates: onPath(machine), none: "has no pulumi" },
    {
      place: "Pulumi home",
      candidates: [executableBelow(home, machine), ...versionsIn(join(home, "versions"), machine)],
      none: `${home} has none`,
    },
    { place: "build cache", candidates: [executableBelow(cache, machine)], none: `${cache} has none` },
  ];
}

/** What a shell would run: the first there is. An empty entry means the current folder, which is no place to run from. */
function onPath(machine: Machine): string[] {
  const { delimiter, isAbsolute, join } = pathsOf(machine);
  const folders = (machine.env.PATH ?? machine.env.Path ?? "").split(delimiter).filter(isAbsolute);
  const executables = folders.map((folder) => join(folder, executableName("pulumi", machine)));
  return executables.filter(isFile).slice(0, 1);
}

/** What the vendor's installer left there: the SDK's own version first, then the newest. */
function versionsIn(folder: string, machine: Machine): string[] {
  const releases = entriesOf(folder).flatMap((name) => {
    const release = releaseOf(name);
    return release === null ? [] : [{ name, release }];
  });
  const rank = (release: Release) => (release.join(".") === engineVersion ? 0 : 1);
  releases.sort((a, b) => rank(a.release) - rank(b.release) || compareReleases(b.release, a.release));
  return releases.map(({ name }) => executableBelow(pathsOf(machine).join(folder, name), machine));
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
