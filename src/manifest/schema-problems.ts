import type { z } from "zod";
import type { Problem } from "../model/problem.ts";
import { regions } from "../model/regions.ts";
import { maskSecrets } from "./excerpt.ts";
import { didYouMean, nearest } from "./nearest.ts";
import { lookInto } from "./schema-lookup.ts";
import { type Path, valueAt, type YamlFile } from "./yaml-file.ts";

type Issue = z.core.$ZodIssue;

/** Says in plain words, with position and mend, what the schema found in one file. */
export function problemsOfIssues(yaml: YamlFile, schema: z.ZodType, issues: readonly Issue[]): Problem[] {
  return withoutEchoes(yaml, issues, []).flatMap((issue) => problemsOfIssue(yaml, schema, issue, []));
}

/** A misspelt key is one slip: that the key it was meant to be is missing goes without saying. */
function withoutEchoes(yaml: YamlFile, issues: readonly Issue[], base: Path): readonly Issue[] {
  return issues.filter((issue) => {
    const key = issue.path.at(-1);
    if (issue.code === "unrecognized_keys" || typeof key !== "string") return true;
    const parent = issue.path.slice(0, -1).map((part) => (typeof part === "symbol" ? String(part) : part));
    if (!isAbsent(valueAt(yaml.value, [...base, ...parent]), key)) return true;
    return !issues.some(
      (other) =>
        other.code === "unrecognized_keys" &&
        other.path.length === parent.length &&
        other.path.every((part, index) => part === parent[index]) &&
        other.keys.some((unknown) => nearest(unknown, [key]) !== null),
    );
  });
}

function problemsOfIssue(yaml: YamlFile, schema: z.ZodType, issue: Issue, base: Path): Problem[] {
  const path: Path = [...base, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))];
  if (issue.code === "invalid_union") {
    return problemsOfUnion(yaml, schema, issue, path);
  }
  if (issue.code === "unrecognized_keys") {
    const known = lookInto(schema, path)?.keys ?? [];
    return issue.keys.map((key) => {
      const mend = didYouMean(key, known) ?? `known here: ${known.filter((name) => name !== "$schema").join(", ")}`;
      return yaml.problemAt(yaml.keyPlace([...path, key]), `${whereIn(path)}unknown key "${shorten(key)}".`, mend);
    });
  }
  if (issue.code === "invalid_key") {
    const key = String(path.at(-1) ?? "");
    const reason = issue.issues[0]?.message ?? "is no name";
    const where = whereIn(path.slice(0, -1));
    const mend = path.length === 2 && path[0] === "regions" ? didYouMean(key, regions.keys()) : null;
    return [yaml.problemAt(yaml.keyPlace(path), `${where}"${shorten(key)}" ${finish(reason)}`, mend)];
  }
  const parent = valueAt(yaml.value, path.slice(0, -1));
  const key = path.at(-1);
  if (isAbsent(parent, key)) {
    const about = lookInto(schema, path)?.description;
    const message = path.length === 1 ? `"${key}" is missing.` : `${whereIn(path.slice(0, -1))}"${key}" is missing.`;
    return [yaml.problemAt(yaml.keyPlace(path), message, about === undefined ? null : `add ${key}: ${lower(about)}`)];
  }
  const value = valueAt(yaml.value, path);
  const secret = isSecret(path);
  const place = yaml.valuePlace(path);
  const field = lookInto(schema, path)?.schema ?? null;
  const { message, mend } = describe(issue, value, secret, field);
  const problem = yaml.problemAt(place, `${whereIn(path)}${message}`, mend);
  return [secret ? { ...problem, excerpt: null } : problem];
}

/** A union fails as a whole; what helps is the answer of the branch that the value's own kind belongs to. */
function problemsOfUnion(
  yaml: YamlFile,
  schema: z.ZodType,
  issue: Extract<Issue, { code: "invalid_union" }>,
  path: Path,
): Problem[] {
  const fitting = issue.errors.find(
    (branch) => !branch.some((inner) => inner.code === "invalid_type" && inner.path.length === 0),
  );
  if (fitting !== undefined) {
    return withoutEchoes(yaml, fitting, path).flatMap((inner) => problemsOfIssue(yaml, schema, inner, path));
  }
  const kinds = issue.errors.map((branch) => {
    const first = branch[0];
    return first?.code === "invalid_type" ? (kindNames[first.expected] ?? first.expected) : "something else";
  });
  const value = valueAt(yaml.value, path);
  const message = `must be ${kinds.join(" or ")}, and is ${kindOf(value)}.`;
  return [yaml.problemAt(yaml.valuePlace(path), whereIn(path) + message, null)];
}

interface Wording {
  readonly message: string;
  readonly mend: string | null;
}

function describe(issue: Issue, value: unknown, secret: boolean, field: z.ZodType | null): Wording {
  const shown = secret ? "the value" : show(value);
  switch (issue.code) {
    case "invalid_type":
      return describeType(issue.expected, value, secret, field);
    case "invalid_value": {
      const allowed = issue.values.map(String);
      const one = allowed.length === 1 ? `must be ${allowed[0]}` : `must be one of ${allowed.join(", ")}`;
      const mend = typeof value === "string" ? didYouMean(value, allowed) : null;
      return { message: `${one}, and is ${shown}.`, mend };
    }
    case "too_small":
    case "too_big": {
      const bound = issue.code === "too_small" ? issue.minimum : issue.maximum;
      const beyond = issue.code === "too_small" ? (issue.inclusive ? "at least" : "more than") : "at most";
      if (typeof value !== "number") return { message: `${finish(issue.message)}`, mend: null };
      return { message: `must be ${beyond} ${bound}, and is ${shown}.`, mend: null };
    }
    default: {
      const mend =
        typeof value === "string" && !secret && /region id/.test(issue.message)
          ? didYouMean(value, regions.keys())
          : null;
      return { message: `${shown} ${finish(issue.message)}`, mend };
    }
  }
}

const kindNames: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
  null: "empty",
};

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return "text";
    case "number":
    case "bigint":
      return "a number";
    case "boolean":
      return "true or false";
    default:
      return "a map";
  }
}

function describeType(expected: string, value: unknown, secret: boolean, field: z.ZodType | null): Wording {
  const bare = typeof value === "number" || typeof value === "boolean";
  const is = bare && !secret ? String(value) : kindOf(value);
  const message = `must be ${kindNames[expected] ?? expected}, and is ${is}.`;
  if (value === null || value === undefined) return { message, mend: "write a value, or remove the key" };
  if (expected === "array" && typeof value === "string" && !secret) {
    return { message, mend: `write it as a list: [${shorten(value)}]` };
  }
  if (expected !== "string" || !bare || secret) return { message, mend: null };
  // Quotes alone help only where the text would be right.
  const quoted = field?.safeParse(String(value));
  const fault = quoted?.success === false ? quoted.error.issues[0] : undefined;
  if (fault !== undefined) return { message: `${value} ${finish(fault.message)}`, mend: null };
  return { message, mend: `put it in quotes: "${value}"` };
}

/** "functions.stripeWebhook.memory: "; empty for the file itself. */
export function whereIn(path: Path): string {
  if (path.length === 0) return "";
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else text += text === "" ? shorten(part) : `.${shorten(part)}`;
  }
  return `${text}: `;
}

function isSecret(path: Path): boolean {
  return (
    path.some((part) => part === "stripe" || part === "twilio" || part === "telegram") && path[0] === "environments"
  );
}

function isAbsent(parent: unknown, key: string | number | undefined): boolean {
  return typeof parent === "object" && parent !== null && key !== undefined && !Object.hasOwn(parent, key);
}

function show(value: unknown): string {
  if (typeof value === "string") return `"${shorten(value)}"`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return kindOf(value);
}

/** At most 60 characters of a text that a person may have put anything into. */
export function shorten(text: string): string {
  const masked = maskSecrets(text).replace(/\s+/g, " ");
  return masked.length <= 60 ? masked : `${masked.slice(0, 59)}…`;
}

function finish(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function lower(text: string): string {
  const rest = text.replace(/\.$/, "");
  return /^[A-Z][a-z]/.test(rest) && !rest.startsWith("Google") ? rest.charAt(0).toLowerCase() + rest.slice(1) : rest;
}
