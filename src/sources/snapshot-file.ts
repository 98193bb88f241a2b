import type { z } from "zod";
import type { SourceName, SourceStatus } from "../model/gap.ts";
import { InputError, type Problem } from "../model/problem.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { type JsonStep, parseJson, pathText, placesOf } from "./json-text.ts";
import { checkOf } from "./schema-check.ts";
import { snapshotSchema } from "./snapshot-schema.ts";

/** Problems printed of one file; a file that is no snapshot at all would otherwise name every record. */
const problemsShown = 20;

const isWhole = checkOf(snapshotSchema);

/**
 * Reads a snapshot file. Files written by hand may leave out fields that may be null (null), lists (empty), and
 * `sources` (read where the part is there, partial or failed where a gap names it, else not asked).
 * Throws InputError: syntax errors with line and column, everything else with its path in the file.
 */
export function parseSnapshot(text: string, file: string): Snapshot {
  const value = parseJson(text, file, "snapshot");
  if (isWhole(value)) return value as Snapshot;
  const version = versionProblem(value, text, file);
  if (version !== null) throw new InputError([version]);
  const result = snapshotSchema.safeParse(withSources(value as Record<string, unknown>));
  if (result.success) return result.data;
  throw new InputError(problemsOf(result.error.issues, value, text, file));
}

/**
 * A snapshot as text: keys in one order, one line per item, so that two snapshots compare line by line.
 * `parseSnapshot` gives back the same value. Throws on a value that is no snapshot, so that nothing that is not in
 * the model (a secret, say) can be written.
 */
export function formatSnapshot(snapshot: Snapshot): string {
  const ordered: Record<string, unknown> = snapshotSchema.parse(snapshot);
  const entries = Object.entries(ordered).map(([key, value]) => `  ${JSON.stringify(key)}: ${block(value, "  ")}`);
  return `{\n${entries.join(",\n")}\n}\n`;
}

/** Lists of records take a line per record and objects that hold lists a line per key; all else stays on one line. */
function block(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0 || typeof value[0] !== "object") return JSON.stringify(value);
    return `[\n${value.map((item) => inner + JSON.stringify(item)).join(",\n")}\n${indent}]`;
  }
  if (typeof value === "object" && value !== null && Object.values(value).some(Array.isArray)) {
    const entries = Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${block(item, inner)}`);
    return `{\n${entries.join(",\n")}\n${indent}}`;
  }
  return JSON.stringify(value);
}

function versionProblem(value: unknown, text: string, file: string): Problem | null {
  const version = isRecord(value) ? value.version : undefined;
  if (version === 1) return null;
  const retake = "Take the snapshot again with `regions snapshot -o FILE`.";
  if (typeof version !== "number") {
    return {
      place: { file, line: 1, column: 1 },
      message: "This is JSON, but no snapshot: a snapshot is an object with `version: 1`.",
      mend: retake,
      excerpt: null,
    };
  }
  const newer = version > 1;
  return {
    place: placesOf(text, file, [["version"]])[0] ?? null,
    message: `The snapshot has version ${version}; this program reads version 1.`,
    mend: newer ? `Use a newer release of regions, or ${retake.charAt(0).toLowerCase()}${retake.slice(1)}` : retake,
    excerpt: null,
  };
}

function withSources(record: Record<string, unknown>): Record<string, unknown> {
  if (Object.hasOwn(record, "sources")) return record;
  const gaps = Array.isArray(record.gaps) ? record.gaps.filter(isRecord) : [];
  const status = (source: SourceName): SourceStatus => {
    const hasGap = gaps.some((gap) => gap.source === source);
    const hasPart = record[source] !== undefined && record[source] !== null;
    if (hasPart) return hasGap ? "partial" : "read";
    return hasGap ? "failed" : "not asked";
  };
  return {
    ...record,
    sources: {
      declared: status("declared"),
      callers: status("callers"),
      deployed: status("deployed"),
      holders: status("holders"),
      state: status("state"),
    },
  };
}

interface Complaint {
  readonly path: readonly JsonStep[];
  readonly message: string;
}

function problemsOf(issues: readonly z.core.$ZodIssue[], value: unknown, text: string, file: string): Problem[] {
  const complaints = issues.slice(0, problemsShown).flatMap((issue) => complaintsOf(issue, value));
  const shown = complaints.slice(0, problemsShown);
  const places = placesOf(
    text,
    file,
    shown.map((complaint) => complaint.path),
  );
  const problems = shown.map(
    ({ message }, index): Problem => ({ place: places[index] ?? null, message, mend: null, excerpt: null }),
  );
  const rest = complaints.length - shown.length + Math.max(0, issues.length - problemsShown);
  if (rest > 0) {
    problems.push({ place: null, message: `And ${rest} more of the same file.`, mend: null, excerpt: null });
  }
  return problems;
}

function complaintsOf(issue: z.core.$ZodIssue, value: unknown): Complaint[] {
  const path = issue.path.filter((step): step is JsonStep => typeof step !== "symbol");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: `${pathText([...path, key])}: a snapshot has no such field.`,
    }));
  }
  const found = valueAt(value, path);
  const end =
    found === undefined ? `is missing; ${expectation(issue)}` : `${expectation(issue)}; it is ${kindOf(found)}`;
  return [{ path, message: `${pathText(path)}: ${end}.` }];
}

const kindNames: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  array: "a list",
};

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `it must be ${kindNames[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `it must be ${issue.values.map((allowed) => JSON.stringify(allowed)).join(" or ")}`;
    case "too_small":
      return issue.inclusive ? `it must be at least ${issue.minimum}` : `it must be more than ${issue.minimum}`;
    case "too_big":
      return `it must be at most ${issue.maximum}`;
    default:
      return "it is none of the values that this field can have";
  }
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  // Numbers are safe to repeat; text might be a secret that strayed into the file.
  if (typeof value === "number") return `${value}`;
  if (typeof value === "string") return "another text";
  return kindNames[typeof value] ?? typeof value;
}

function valueAt(value: unknown, path: readonly JsonStep[]): unknown {
  let at: unknown = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<JsonStep, unknown>)[step];
  }
  return at;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
