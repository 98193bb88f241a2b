import type { Caller, CallerFacts, CallerFallback, EnvValue } from "../model/callers.ts";
import { parseFunctionUrl } from "../model/function-url.ts";
import type { Place } from "../model/place.ts";
import { isOurs } from "./fleet.ts";
import { addTo } from "./multimap.ts";
import type { Names } from "./names.ts";
import { baseName } from "./wording.ts";

/** One caller's reach to one function: every region it may name for it. */
export interface Use {
  readonly function: string;
  /** Regions named, without repeats; empty when the form carries none. */
  readonly regions: readonly string[];
  readonly place: Place;
  /** Line of the env file that the region or URL comes from; null otherwise. */
  readonly env: Place | null;
  /** Name of the variable in `env`. */
  readonly envName: string | null;
  readonly certain: boolean;
  /** "unless VITE_X is set at build time", or the condition of the target; null when there is none. */
  readonly proviso: string | null;
  /** "when …": the condition under which this function is the one called, whatever its region; null = always. */
  readonly nameProviso: string | null;
  readonly how: Caller["how"];
  /** The name is that of a Cloud Run service, which need not be a function, nor one of this project. */
  readonly mayBeService: boolean;
  /** The request carries a body of the callable protocol's form. */
  readonly callableBody: boolean;
  /** What the code itself names for this function where a committed variable is not set. */
  readonly fallbacks: readonly CallerFallback[];
  readonly regionSource: Caller["regionSource"];
  readonly regionPlace: Place | null;
  readonly owner: string | null;
  readonly symbol: string | null;
  readonly snippet: string;
}

export interface Uses {
  readonly all: readonly Use[];
  /** Caller rows of this project. */
  readonly callers: readonly Caller[];
  /** Rows that name another project: counted, not judged. */
  readonly setAside: number;
}

/** One use per caller and function, and one per committed env value that is a function URL of its own. */
export function usesOf(facts: CallerFacts | null, project: string | null, names: Names): Uses {
  const all: Use[] = [];
  const callers: Caller[] = [];
  const envCallers = new Set<string>();
  let setAside = 0;
  for (const caller of facts?.callers ?? []) {
    if (caller.project !== null && !isOurs(caller.project, project)) {
      setAside += 1;
      continue;
    }
    callers.push(caller);
    if (caller.how === "env") envCallers.add(`${caller.file}:${caller.line}`);
    if (caller.targets.length === 1) {
      const [target] = caller.targets;
      if (target !== undefined)
        all.push(useOf(caller, nameOf(target.function, target.region, caller, names), [target]));
      continue;
    }
    const byFunction = new Map<string, Caller["targets"][number][]>();
    for (const target of caller.targets) {
      const name = nameOf(target.function, target.region, caller, names);
      addTo(byFunction, name, target);
    }
    for (const [name, targets] of byFunction) all.push(useOf(caller, name, targets));
  }
  for (const value of facts?.env ?? []) {
    if (envCallers.has(`${value.place.file}:${value.place.line}`)) continue;
    const use = useOfUrlValue(value, project, names);
    if (use === "elsewhere") setAside += 1;
    else if (use !== null) all.push(use);
  }
  return { all, callers, setAside };
}

function useOf(caller: Caller, name: string, targets: Caller["targets"]): Use {
  const env = envPlaceOf(caller);
  const regions: string[] = [];
  for (const { region } of targets) if (region !== null && !regions.includes(region)) regions.push(region);
  return {
    function: name,
    regions,
    place: placeOf(caller),
    env,
    envName: env === null ? null : variableOf(caller.regionSource),
    certain: caller.certain,
    proviso: caller.certain ? null : provisoOf(caller, targets),
    nameProviso: nameProvisoOf(caller, targets),
    how: caller.how,
    mayBeService: namesService(caller, name),
    callableBody: caller.callableBody ?? false,
    fallbacks: (caller.fallbacks ?? []).filter((fallback) => fallback.function === name),
    regionSource: caller.regionSource,
    regionPlace: caller.regionPlace,
    owner: caller.owner,
    symbol: caller.symbol,
    snippet: caller.snippet,
  };
}

/** A bare place: a caller row has many more fields than a report should repeat. */
function placeOf(caller: Caller): Place {
  return { file: caller.file, line: caller.line, column: caller.column, endLine: caller.endLine };
}

function envPlaceOf(caller: Caller): Place | null {
  if (caller.how === "env") return placeOf(caller);
  if (caller.regionPlace === null) return null;
  if (caller.regionSource.startsWith("env:") || baseName(caller.regionPlace.file).startsWith(".env")) {
    return caller.regionPlace;
  }
  return null;
}

function variableOf(source: Caller["regionSource"]): string | null {
  const colon = source.indexOf(":");
  return colon < 0 ? null : source.slice(colon + 1);
}

function provisoOf(caller: Caller, targets: Caller["targets"]): string | null {
  const variable = variableOf(caller.regionSource);
  if (variable !== null) return `unless ${variable} is set at build time`;
  const when = targets.find((target) => target.when !== null)?.when ?? null;
  return when === null ? null : `when ${when}`;
}

/** What is left of the targets' conditions without the one that decides the region. */
function nameProvisoOf(caller: Caller, targets: Caller["targets"]): string | null {
  const own = `${variableOf(caller.regionSource)} unset`;
  let left: string | null = null;
  for (const { when } of targets) {
    const parts = (when ?? "").split(" and ").filter((part) => part !== "" && part !== own);
    if (parts.length === 0) return null;
    left ??= `when ${parts.join(" and ")}`;
  }
  return left;
}

function useOfUrlValue(value: EnvValue, project: string | null, names: Names): Use | "elsewhere" | null {
  if (!value.value.includes("://")) return null;
  const target = parseFunctionUrl(value.value);
  if (target === null || target.form === "emulator") return null;
  if (target.project !== null && !isOurs(target.project, project)) return "elsewhere";
  const name = target.nameIs === "function" ? target.name : (names.ofService(target.name)[0] ?? null);
  // A run.app service that no function has may be any service of the project.
  if (name === null) return null;
  return {
    function: name,
    regions: target.region === null ? [] : [target.region],
    place: value.place,
    env: value.place,
    envName: value.name,
    certain: true,
    proviso: null,
    nameProviso: null,
    how: "env",
    mayBeService: false,
    callableBody: false,
    fallbacks: [],
    regionSource: `env:${value.name}`,
    regionPlace: value.place,
    owner: value.owner,
    symbol: value.name,
    snippet: value.name,
  };
}

/** run.app URLs and `run` rewrites carry no project, and names in lower case; a cloudfunctions.net URL is a function's. */
function namesService({ how, project, snippet }: Caller, name: string): boolean {
  if (project !== null || !/^[a-z][a-z0-9-]*$/.test(name)) return false;
  if (how === "rewrite") return /\brun"?\s*:/.test(snippet);
  return (how === "url" || how === "env") && !snippet.includes("cloudfunctions.net");
}

/** run.app URLs name the service: lower case, "-" for "_". A name that is known as it stands is left alone. */
function nameOf(name: string, region: string | null, caller: Caller, names: Names): string {
  if (names.has(name) || (caller.how !== "url" && caller.how !== "env" && caller.how !== "rewrite")) return name;
  if (region !== null && name !== name.toLowerCase()) return name;
  return names.ofService(name)[0] ?? name;
}
