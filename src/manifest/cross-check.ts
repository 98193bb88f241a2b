import type { Problem } from "../model/problem.ts";
import { regions } from "../model/regions.ts";
import { didYouMean } from "./nearest.ts";
import type { Entry, ParsedManifest, WrittenNames } from "./parsed.ts";
import type { ClassData, FunctionData } from "./schema.ts";
import { shorten, whereIn } from "./schema-problems.ts";

/** Finds what no single entry can show: names that lead nowhere, regions a class forbids, classes that collide. */
export function crossCheck(parsed: ParsedManifest, written: WrittenNames, problems: Problem[]): void {
  const report: Report = (entry, within, message, mend) => {
    const path = [...entry.path, ...within];
    problems.push(entry.yaml.problemAt(entry.yaml.valuePlace(path), `${whereIn(path)}${message}`, mend));
  };
  const names = (section: string): ReadonlySet<string> => written.get(section) ?? new Set();
  // Looking for what was meant compares with every name there is: the first few slips get a hint, ten thousand do not.
  let comparisons = 100_000;
  const mendOf: MendOf = (word, candidates) => {
    if (candidates === names("regions") && regions.has(word)) return `add ${word} to regions`;
    comparisons -= candidates.size;
    const meant = comparisons < 0 ? null : didYouMean(word, candidates);
    if (meant !== null) return meant;
    return candidates.size > 0 && candidates.size <= 8 ? `declared: ${[...candidates].join(", ")}` : null;
  };
  const known: Known = (section, word, entry, within, what) => {
    if (names(section).has(word)) return true;
    report(entry, within, `${what} "${shorten(word)}" is not declared under ${section}.`, mendOf(word, names(section)));
    return false;
  };
  checkClasses(parsed, known);
  checkIsolation(parsed, null, report);
  if (parsed.defaults !== null) checkRuntime(parsed, parsed.defaults, parsed.defaults.value.runtime, mendOf, report);
  checkFunctions(parsed, names("codebases"), known, mendOf, report);
  checkEnvironments(parsed, known, report);
  checkFlows(parsed, names, known, mendOf, report);
  for (const caller of parsed.callers.values()) {
    if (caller.value.root === undefined && caller.value.facts === undefined) {
      report(caller, [], "names neither a root nor facts.", "add root: the front end's folder");
    }
    const { client } = caller.value;
    if (typeof client === "object" && client.types !== undefined)
      known("codebases", client.types, caller, ["client", "types"], "codebase");
  }
}

type MendOf = (word: string, candidates: ReadonlySet<string>) => string | null;
type Report = (
  entry: Entry<unknown>,
  within: readonly (string | number)[],
  message: string,
  mend: string | null,
) => void;
type Known = (
  section: string,
  word: string,
  entry: Entry<unknown>,
  within: readonly (string | number)[],
  what: string,
) => boolean;

/** Home and further regions of a class in an environment; null = as the file says for all of them. */
export function regionsOfClass(
  parsed: ParsedManifest,
  name: string,
  environment: string | null,
): { readonly home: string; readonly allow: readonly string[] } | null {
  const base = parsed.classes.get(name)?.value;
  if (base === undefined) return null;
  const classes = environment === null ? undefined : parsed.environments.get(environment)?.value.classes;
  const own = classes !== undefined && Object.hasOwn(classes, name) ? classes[name] : undefined;
  return { home: own?.region ?? base.region, allow: own?.allow ?? base.allow ?? [] };
}

function checkClasses(parsed: ParsedManifest, known: Known): void {
  for (const entry of parsed.classes.values()) {
    known("regions", entry.value.region, entry, ["region"], "region");
    for (const [index, region] of (entry.value.allow ?? []).entries()) {
      known("regions", region, entry, ["allow", index], "region");
    }
    for (const [index, other] of (entry.value.isolatedFrom ?? []).entries()) {
      known("classes", other, entry, ["isolatedFrom", index], "class");
    }
  }
}

function checkIsolation(parsed: ParsedManifest, environment: string | null, report: Report): void {
  const where = environment === null ? "" : ` in environment ${environment}`;
  for (const [name, entry] of parsed.classes) {
    const home = regionsOfClass(parsed, name, environment)?.home;
    for (const [index, other] of (entry.value.isolatedFrom ?? []).entries()) {
      if (other === name) {
        if (environment === null)
          report(entry, ["isolatedFrom", index], "a class cannot be isolated from itself.", null);
        continue;
      }
      if (home === undefined || regionsOfClass(parsed, other, environment)?.home !== home) continue;
      const back = parsed.classes.get(other)?.value.isolatedFrom?.includes(name) === true;
      // Said once where both classes name each other.
      if (back && other < name) continue;
      const message = `${name} is isolated from ${other}, and ${home} is home to both${where}.`;
      report(entry, ["isolatedFrom", index], message, "give one of them another region");
    }
  }
}

function checkFunctions(
  parsed: ParsedManifest,
  codebases: ReadonlySet<string>,
  known: Known,
  mendOf: MendOf,
  report: Report,
): void {
  const oneOfMany = codebases.size > 1 && !codebases.has("default");
  for (const entry of parsed.functions.values()) {
    const { value } = entry;
    const shorthand = typeof entry.yaml.rawAt(entry.path) === "string";
    if (known("classes", value.class, entry, shorthand ? [] : ["class"], "class")) {
      checkRegions(parsed, entry, null, known, report);
    }
    if (oneOfMany && value.codebase === undefined) {
      report(entry, [], "the file has several codebases, and none is called default.", "add codebase: its name");
    }
    if (shorthand) continue;
    checkCodebase(parsed, entry, known, report);
    if (value.region !== undefined && value.regions !== undefined) {
      report(entry, ["region"], "region and regions are both given.", "keep one of the two");
    }
    const repeated = value.regions?.findIndex((region, index, all) => all.indexOf(region) !== index) ?? -1;
    if (repeated !== -1) report(entry, ["regions", repeated], `${value.regions?.[repeated]} is named twice.`, null);
    if (value.moving !== undefined) checkMove(parsed, entry, value.moving.from, known, report);
    checkRuntime(parsed, entry, value.runtime, mendOf, report);
    const { minInstances: min, maxInstances: max } = value;
    if (min !== undefined && max !== undefined && min > max) {
      report(entry, ["minInstances"], `${min} instances are kept warm where ${max} is the ceiling.`, null);
    }
  }
}

function checkRuntime(
  parsed: ParsedManifest,
  entry: Entry<unknown>,
  runtime: string | undefined,
  mendOf: MendOf,
  report: Report,
): void {
  if (runtime === undefined || parsed.allowedRuntimes === null || parsed.allowedRuntimes.includes(runtime)) return;
  const mend = mendOf(runtime, new Set(parsed.allowedRuntimes));
  report(entry, ["runtime"], `runtime "${runtime}" is not among runtimes.allowed.`, mend);
}

function checkMove(
  parsed: ParsedManifest,
  entry: Entry<FunctionData>,
  from: string,
  known: Known,
  report: Report,
): void {
  if (!known("regions", from, entry, ["moving", "from"], "region")) return;
  const home = regionsOfClass(parsed, entry.value.class, null)?.home;
  const wanted = entry.value.regions ?? [entry.value.region ?? home];
  if (!wanted.includes(from)) return;
  report(entry, ["moving", "from"], `it moves away from ${from}, where it belongs.`, "name the region it leaves");
}

function checkRegions(
  parsed: ParsedManifest,
  entry: Entry<FunctionData>,
  environment: string | null,
  known: Known,
  report: Report,
): void {
  const { value } = entry;
  if (value.region === undefined && value.regions === undefined) return;
  const allowed = regionsOfClass(parsed, value.class, environment);
  const where = environment === null ? "" : ` in environment ${environment}`;
  const check = (region: string, within: readonly (string | number)[]) => {
    if (environment === null && !known("regions", region, entry, within, "region")) return;
    if (allowed === null || region === allowed.home || allowed.allow.includes(region)) return;
    const list = [allowed.home, ...allowed.allow];
    const message = `class ${value.class} does not allow ${region}${where}; it allows ${list.join(", ")}.`;
    report(entry, within, message, `add ${region} to classes.${value.class}.allow, or choose another class or region`);
  };
  if (value.region !== undefined) check(value.region, ["region"]);
  for (const [index, region] of (value.regions ?? []).entries()) check(region, ["regions", index]);
}

/** The codebase a function belongs to; null where it must say so itself. */
export function codebaseOf(parsed: ParsedManifest, value: FunctionData): string | null {
  if (value.codebase !== undefined) return value.codebase;
  if (parsed.codebases.size === 0 || parsed.codebases.has("default")) return "default";
  const [only, second] = parsed.codebases.keys();
  return only !== undefined && second === undefined ? only : null;
}

const owned = ["runtime", "memory", "cpu", "minInstances", "maxInstances"] as const;

function checkCodebase(parsed: ParsedManifest, entry: Entry<FunctionData>, known: Known, report: Report): void {
  const { value } = entry;
  if (value.codebase !== undefined && !known("codebases", value.codebase, entry, ["codebase"], "codebase")) return;
  const codebase = codebaseOf(parsed, value);
  if (codebase === null || parsed.codebases.get(codebase)?.value.deployer !== "firebase") return;
  for (const key of owned) {
    if (value[key] === undefined) continue;
    const message = `has no effect: codebase ${codebase} is deployed by firebase, which reads it from the source.`;
    report(entry, [key], message, "remove it");
  }
}

function checkEnvironments(parsed: ParsedManifest, known: Known, report: Report): void {
  for (const [name, entry] of parsed.environments) {
    for (const [index, left] of (entry.value.except ?? []).entries()) {
      known("functions", left, entry, ["except", index], "function");
    }
    const overridden = Object.entries(entry.value.classes ?? {});
    for (const [className, own] of overridden) {
      if (!known("classes", className, entry, ["classes", className], "class")) continue;
      if (own.region !== undefined) known("regions", own.region, entry, ["classes", className, "region"], "region");
      for (const [index, region] of (own.allow ?? []).entries()) {
        known("regions", region, entry, ["classes", className, "allow", index], "region");
      }
    }
    if (overridden.length === 0) continue;
    const touched = new Set(overridden.map(([className]) => className));
    checkIsolation(parsed, name, (classEntry, within, message, mend) => {
      const className = String(classEntry.path[1]);
      const other = (classEntry.value as ClassData).isolatedFrom?.[Number(within[1])] ?? "";
      const own = touched.has(className) ? className : other;
      if (touched.has(own)) report(entry, ["classes", own], message, mend);
    });
    const left = new Set(entry.value.except ?? []);
    for (const [functionName, functionEntry] of parsed.functions) {
      if (!touched.has(functionEntry.value.class) || left.has(functionName)) continue;
      checkRegions(parsed, functionEntry, name, known, report);
    }
  }
  const { defaultEnvironment } = parsed;
  const main = parsed.environments.values().next().value;
  if (defaultEnvironment !== null && main !== undefined) {
    known("environments", defaultEnvironment, { ...main, path: ["defaultEnvironment"] }, [], "environment");
  }
}

function checkFlows(
  parsed: ParsedManifest,
  names: (section: string) => ReadonlySet<string>,
  known: Known,
  mendOf: MendOf,
  report: Report,
): void {
  for (const entry of parsed.flows.values()) {
    for (const [index, edge] of entry.value.entries()) {
      if (edge.via === "note") continue;
      known("functions", edge.to, entry, [index, "to"], "function");
      // Events and holders come from outside parties, which have no section of their own.
      if (edge.via !== "callable" && edge.via !== "task") continue;
      const colon = edge.from.indexOf(":");
      if (colon === -1) {
        known("functions", edge.from, entry, [index, "from"], "function");
        continue;
      }
      const owner = edge.from.slice(0, colon);
      if (names("callers").has(owner) || names("codebases").has(owner)) continue;
      const owners = new Set([...names("callers"), ...names("codebases")]);
      const message = `"${shorten(owner)}" is declared neither under callers nor under codebases.`;
      report(entry, [index, "from"], message, mendOf(owner, owners));
    }
  }
}
