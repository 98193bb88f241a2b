import type { z } from "zod";
import { InputError, type Problem } from "../model/problem.ts";
import { crossCheck } from "./cross-check.ts";
import { type Entry, type ParsedManifest, placeOf, type WrittenNames } from "./parsed.ts";
import { type FunctionData, includedSchema, type ManifestData, manifestSchema, type RegionData } from "./schema.ts";
import { problemsOfIssues } from "./schema-problems.ts";
import { type Path, readYaml, type YamlFile } from "./yaml-file.ts";

type Sections = { [Key in keyof ManifestData]?: ManifestData[Key] | undefined };
interface Part {
  readonly yaml: YamlFile;
  readonly data: Sections;
  /** Nothing of the file was lost on the way. */
  readonly whole: boolean;
}

const namedSections = ["environments", "regions", "classes", "codebases", "functions", "callers", "flows", "checks"];

/**
 * Reads regions.yaml. `file` is its path relative to the root, with "/"; `readInclude` returns the text of a file by
 * such a path, null where there is none. Throws InputError with every problem of all files, each with its position.
 */
export function parseManifest(
  text: string,
  file: string,
  readInclude?: (path: string) => string | null,
): ParsedManifest {
  const problems: Problem[] = [];
  const main = readPart(readYaml(text, file), manifestSchema, problems);
  const parts = [main];
  for (const [index, path] of (main.data.include ?? []).entries()) {
    const part = readIncluded(main.yaml, ["include", index], path, readInclude, parts, problems);
    if (part !== null) parts.push(part);
  }

  const written = namesOf(parts);
  const parsed = join(parts, problems);
  // With a part unread, what is missing may stand in it.
  if (parts.every((part) => part.whole)) crossCheck(parsed, written, problems);
  if (problems.length > 0) throw new InputError(inOrder(problems, parts));
  return parsed;
}

function readIncluded(
  main: YamlFile,
  at: Path,
  path: string,
  readInclude: ((path: string) => string | null) | undefined,
  parts: readonly Part[],
  problems: Problem[],
): Part | null {
  const refuse = (message: string, mend: string | null) => {
    problems.push(main.problemAt(main.valuePlace(at), message, mend));
    return null;
  };
  const name = pathBelow(main.file, path);
  if (name === null) {
    return refuse(`${path} lies outside this file's folder.`, "include files below this file's folder");
  }
  if (/[*?[\]{}]/.test(path)) return refuse(`${path} is a pattern.`, "name each file");
  if (parts.some((part) => part.yaml.file === name)) return refuse(`${path} is included already.`, "include it once");
  const text = readInclude?.(name) ?? null;
  if (text === null) return refuse(`${path} cannot be read.`, "check the path: it starts at this file's folder");
  return readPart(readYaml(text, name), includedSchema, problems);
}

/** A path as the root sees it, from the folder of a file; null where it leads out of that folder. */
function pathBelow(file: string, path: string): string | null {
  const parts: string[] = [];
  for (const part of path.split(/[/\\]/)) {
    if (part === "..") {
      if (parts.pop() === undefined) return null;
    } else if (part !== "" && part !== ".") parts.push(part);
  }
  return [...file.split("/").slice(0, -1), ...parts].join("/");
}

/** Checks one file against its schema. What is wrong is reported and left out, so that the rest can be checked too. */
function readPart(yaml: YamlFile, schema: z.ZodType<Sections>, problems: Problem[]): Part {
  problems.push(...yaml.problems);
  if (typeof yaml.value !== "object" || yaml.value === null || Array.isArray(yaml.value)) {
    if (yaml.problems.length === 0) {
      const message = yaml.value === null ? "The file is empty." : "The file must be a map of sections.";
      const mend = "`regions init` writes a first manifest";
      problems.push({ place: { file: yaml.file, line: 1, column: 1 }, message, mend, excerpt: null });
    }
    return { yaml, data: {}, whole: false };
  }
  const first = schema.safeParse(yaml.value);
  if (first.success) return { yaml, data: first.data, whole: yaml.brokenFrom === null };
  const telling = first.error.issues.filter((issue) => isTelling(yaml, issue));
  // What follows from a fault of the text at the same spot (an alias that leads nowhere) is not said twice.
  const spots = new Set(yaml.problems.map(spotOf));
  problems.push(...problemsOfIssues(yaml, schema, telling).filter((problem) => !spots.has(spotOf(problem))));
  return { yaml, data: withoutFaults(yaml.value, schema, first.error.issues), whole: yaml.brokenFrom === null };
}

/** After a line that is no YAML the tree is guesswork: what is missing may stand there, what is there may not. */
function isTelling(yaml: YamlFile, issue: z.core.$ZodIssue): boolean {
  if (yaml.brokenFrom === null) return true;
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  const unknown = issue.code === "unrecognized_keys" ? [...path, issue.keys[0] ?? ""] : path;
  const value = yaml.rawAt(unknown);
  return value !== undefined && value !== null && yaml.keyPlace(unknown).line < yaml.brokenFrom;
}

/** Cuts out what the schema refused: first the values alone, then whole entries, then whole sections. */
function withoutFaults(value: object, schema: z.ZodType<Sections>, issues: readonly z.core.$ZodIssue[]): Sections {
  let data = value;
  let found = issues;
  for (const depth of [Number.POSITIVE_INFINITY, 2, 1]) {
    data = cut(data, cutsOf(found, depth), 0) as object;
    const checked = schema.safeParse(data);
    if (checked.success) return checked.data;
    found = checked.error.issues;
  }
  // Required sections that are missing or were cut: the others stand as they are, checked one by one.
  const sections: Record<string, unknown> = {};
  const missing = new Set(found.map((issue) => String(issue.path[0])));
  for (const [key, section] of Object.entries(data)) if (!missing.has(key)) sections[key] = section;
  return sections;
}

function cutsOf(issues: readonly z.core.$ZodIssue[], depth: number): PropertyKey[][] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => [...issue.path, key].slice(0, depth));
    if (issue.code === "invalid_union") {
      const branch = issue.errors.find((inner) => inner.some((one) => one.path.length > 0)) ?? [];
      const inner = cutsOf(branch, Number.POSITIVE_INFINITY).map((path) => [...issue.path, ...path].slice(0, depth));
      return inner.length > 0 ? inner : [[...issue.path].slice(0, depth)];
    }
    return issue.path.length === 0 ? [] : [issue.path.slice(0, depth)];
  });
}

/** A copy without the values at the given paths; lists close up. */
function cut(value: unknown, paths: readonly PropertyKey[][], depth: number): unknown {
  if (paths.length === 0 || typeof value !== "object" || value === null) return value;
  const byKey = new Map<string, PropertyKey[][]>();
  const gone = new Set<string>();
  for (const path of paths) {
    const key = String(path[depth]);
    if (path.length === depth + 1) gone.add(key);
    else byKey.set(key, [...(byKey.get(key) ?? []), path]);
  }
  const kept = Object.entries(value).filter(([key]) => !gone.has(key));
  const entries = kept.map(([key, inner]): [string, unknown] => [key, cut(inner, byKey.get(key) ?? [], depth + 1)]);
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

function namesOf(parts: readonly Part[]): WrittenNames {
  const names = new Map<string, Set<string>>();
  for (const section of namedSections) {
    const found = new Set<string>();
    for (const { yaml } of parts) {
      const value = (yaml.value as Record<string, unknown> | null)?.[section];
      if (typeof value === "object" && value !== null) for (const key of Object.keys(value)) found.add(key);
    }
    names.set(section, found);
  }
  return names;
}

function join(parts: readonly Part[], problems: Problem[]): ParsedManifest {
  const [first] = parts;
  const main = first?.data ?? {};
  const file = first?.yaml.file ?? "";
  const collect = <In, Out>(
    section: keyof ManifestData,
    pick: (data: Sections) => Readonly<Record<string, In>> | undefined,
    shape: (value: In) => Out,
  ): Map<string, Entry<Out>> => {
    const joined = new Map<string, Entry<Out>>();
    for (const { yaml, data } of parts) {
      for (const [name, value] of Object.entries(pick(data) ?? {})) {
        const entry: Entry<Out> = { value: shape(value), yaml, path: [section, name] };
        const earlier = joined.get(name);
        if (earlier === undefined) joined.set(name, entry);
        else problems.push(twice(section, name, entry, earlier));
      }
    }
    return joined;
  };
  const same = <T>(value: T): T => value;
  return {
    file,
    defaultEnvironment: main.defaultEnvironment ?? null,
    environments: collect("environments", (data) => data.environments, same),
    regions: collect(
      "regions",
      (data) => data.regions,
      (value): RegionData => value ?? {},
    ),
    classes: collect("classes", (data) => data.classes, same),
    allowedRuntimes: main.runtimes?.allowed ?? null,
    codebases: collect("codebases", (data) => data.codebases, same),
    defaults:
      main.defaults === undefined || first === undefined
        ? null
        : { value: main.defaults, yaml: first.yaml, path: ["defaults"] },
    functions: collect(
      "functions",
      (data) => data.functions,
      (value): FunctionData => (typeof value === "string" ? { class: value } : value),
    ),
    callers: collect("callers", (data) => data.callers, same),
    flows: collect("flows", (data) => data.flows, same),
    ignores: parts.flatMap(({ yaml, data }) =>
      (data.ignore ?? []).map((value, index) => ({ value, yaml, path: ["ignore", index] })),
    ),
    checks: collect("checks", (data) => data.checks, same),
    files: parts.map((part) => part.yaml.file),
  };
}

function twice(section: string, name: string, entry: Entry<unknown>, earlier: Entry<unknown>): Problem {
  const first = placeOf(earlier);
  const message = `${section}: "${name}" is written in two files; the other is ${first.file}:${first.line}.`;
  return entry.yaml.problemAt(placeOf(entry), message, "keep one of the two");
}

function spotOf({ place }: Problem): string {
  return `${place?.file}:${place?.line}:${place?.column}`;
}

/** By file in reading order, then by position; the same words about the same spot are said once. */
function inOrder(problems: readonly Problem[], parts: readonly Part[]): Problem[] {
  const order = new Map(parts.map((part, index) => [part.yaml.file, index]));
  const rank = (problem: Problem) => order.get(problem.place?.file ?? "") ?? -1;
  const seen = new Set<string>();
  return [...problems]
    .sort(
      (a, b) =>
        rank(a) - rank(b) ||
        (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
        (a.place?.column ?? 0) - (b.place?.column ?? 0),
    )
    .filter((problem) => {
      const key = `${spotOf(problem)} ${problem.message}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}
