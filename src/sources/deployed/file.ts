import { cleanReason } from "../../clients/google-error.ts";
import {
  type DeployedAspect,
  type DeployedFacts,
  type DeployedFunction,
  type DeployedOrigin,
  neverListed,
} from "../../model/deployed.ts";
import type { Gap } from "../../model/gap.ts";
import { functionOfEndpoint, looksLikeEndpoint } from "./firebase-json.ts";
import { functionsOfTable, looksLikeTable, projectOfEmptyListing } from "./firebase-table.ts";
import { functionOfRecord } from "./function-record.ts";
import { gapOf } from "./gaps.ts";
import { isObject, type JsonObject, textAt, textsAt } from "./json.ts";
import { isFunctionName, isRegionName, listingError, listingProblems } from "./listing-problems.ts";

export interface DeployedFile {
  readonly facts: DeployedFacts;
  readonly gaps: readonly Gap[];
  /** Sentences about what such a file cannot show and how old it is. */
  readonly notes: readonly string[];
}

type Kind = "firebase-json" | "firebase-table" | "gcloud-json";

const kindNames: Readonly<Record<Kind, string>> = {
  "firebase-json": "the JSON of firebase functions:list",
  "firebase-table": "the table of firebase functions:list",
  "gcloud-json": "the JSON of gcloud functions list",
};

const lacksOf: Readonly<Record<Kind, readonly DeployedAspect[]>> = {
  "firebase-json": neverListed,
  "firebase-table": ["state", "cpu", "max-instances", "urls", "event-triggers", ...neverListed],
  "gcloud-json": neverListed,
};
const notShown: Readonly<Record<Kind, string>> = {
  "firebase-json":
    "who may call a function, regions that Google could not reach, functions of generation 1 beyond Google's first page, Cloud Run services, Scheduler jobs, queues and vCPU in use",
  "firebase-table":
    "the state of a function, its cpu and instance limits, its URLs, who may call it, where its events come from, regions that Google could not reach, functions of generation 1 beyond Google's first page, Cloud Run services, Scheduler jobs, queues and vCPU in use",
  "gcloud-json":
    "who may call a function, regions that Google could not reach, Cloud Run services, Scheduler jobs, queues and vCPU in use",
};
const accepted =
  "Give what `firebase functions:list`, `firebase functions:list --json` or `gcloud functions list --format=json` writes, or a snapshot of `regions snapshot`.";

/**
 * Whether a text is meant as a snapshot of this program, which has a reader of its own: "version" comes first in it, and
 * in no listing. The text is not parsed here; a snapshot may be large, and a damaged one is for its reader to refuse.
 */
export function isSnapshotText(text: string): boolean {
  return /^\uFEFF?\s*\{\s*"version"\s*:\s*\d/.test(text);
}

function isSnapshot(value: unknown): boolean {
  return isObject(value) && "version" in value && "sources" in value && "deployed" in value;
}

/**
 * Reads a listing of deployed functions made by another tool; its content says of which kind it is. Only known fields
 * are taken: environment variables and secrets in the file never become facts.
 * Throws InputError for anything that is none of them, is cut short, or holds entries that cannot be understood.
 * @param modified when the file was last written, RFC 3339; null where unknown
 * @param project of the rows where the listing names none (the table); null leaves it empty
 */
export function readDeployedFile(
  text: string,
  file: string,
  modified: string | null,
  project: string | null,
): DeployedFile {
  const plain = plainOf(text);
  if (plain.trim() === "") throw listingError(file, "The listing is empty.", accepted);
  const json = jsonIn(plain);
  if (json === null) {
    if (looksLikeTable(plain)) {
      const functions = functionsOfTable(plain, file, project ?? projectOfEmptyListing(plain));
      return fileOf("firebase-table", file, modified, functions, []);
    }
    throw notWhole(plain, file);
  }
  return readJson(json.value, file, modified);
}

function readJson(value: unknown, file: string, modified: string | null): DeployedFile {
  if (isSnapshot(value)) {
    throw listingError(file, "This is a snapshot of regions, not a listing of functions.", "Give it with --snapshot.");
  }
  if (isObject(value) && ("status" in value || "result" in value)) return readFirebase(value, file, modified);
  if (isObject(value) && isObject(value.error)) {
    const why = cleanReason(textAt(value.error, "message") ?? "it does not say why");
    throw listingError(file, `The file holds an error of Google instead of a listing: ${why}`, "List again.");
  }
  if (isObject(value) && Array.isArray(value.functions)) return readAnswer(value, value.functions, file, modified);
  if (!Array.isArray(value)) throw listingError(file, "This JSON is no listing of functions.", accepted);
  if (value.some(looksLikeEndpoint)) {
    return fileOf("firebase-json", file, modified, allOf(value, functionOfEndpoint, file), []);
  }
  return fileOf("gcloud-json", file, modified, allOf(value, functionOfGoogleRecord, file), []);
}

/** `{"status":"success","result":[…]}`, or `{"status":"error","error":"…"}`. */
function readFirebase(value: JsonObject, file: string, modified: string | null): DeployedFile {
  if (value.status !== "success" || !Array.isArray(value.result)) {
    const why = textAt(value, "error");
    const message =
      why === null
        ? "firebase wrote a result that is no listing of functions."
        : `firebase could not list the functions: ${cleanReason(why)}`;
    throw listingError(file, message, "Mend that and run `firebase functions:list --json` again.");
  }
  return fileOf("firebase-json", file, modified, allOf(value.result, functionOfEndpoint, file), []);
}

/** One answer of the Cloud Functions API as it came. */
function readAnswer(value: JsonObject, records: readonly unknown[], file: string, modified: string | null) {
  if (textAt(value, "nextPageToken") !== null) {
    throw listingError(file, "This is one page of several (it has a nextPageToken).", "Give the whole listing.");
  }
  const gaps = textsAt(value, "unreachable").map((place) => {
    const region = /(?:^|\/)locations\/([^/]+)/.exec(place)?.[1] ?? place;
    const known = isRegionName(region) ? region : null;
    return gapOf("functions", known, `Google could not reach ${cleanReason(region)} when ${file} was written`);
  });
  return fileOf("gcloud-json", file, modified, allOf(records, functionOfGoogleRecord, file), gaps);
}

function functionOfGoogleRecord(record: unknown): DeployedFunction | string {
  const read = functionOfRecord(record);
  if (read === null) return "it has no name of the form projects/P/locations/L/functions/ID";
  if (!isFunctionName(read.name)) return "its name ends in no function name";
  return isRegionName(read.region) ? read : `the region of ${read.name} is no region`;
}

function allOf(
  entries: readonly unknown[],
  read: (entry: unknown) => DeployedFunction | string,
  file: string,
): readonly DeployedFunction[] {
  const problems = listingProblems(file);
  const functions: DeployedFunction[] = [];
  const seen = new Set<string>();
  entries.forEach((entry, index) => {
    const result = read(entry);
    if (typeof result === "string") {
      problems.add(`Entry ${index + 1} of the listing cannot be understood: ${result}.`);
      return;
    }
    const key = `${result.project}/${result.region}/${result.name}`;
    if (seen.has(key)) problems.add(`${result.name} in ${result.region} is listed twice.`);
    seen.add(key);
    functions.push(result);
  });
  problems.settle(accepted);
  return functions;
}

function fileOf(
  kind: Kind,
  file: string,
  modified: string | null,
  functions: readonly DeployedFunction[],
  gaps: readonly Gap[],
): DeployedFile {
  const origin: DeployedOrigin = { kind, file, takenAt: modified };
  const age =
    modified === null
      ? `When ${file} was written is not known; later changes are not in it.`
      : `${file} was written ${modified.slice(0, 16).replace("T", " ")} UTC; later changes are not in it.`;
  return {
    facts: {
      origin,
      lacks: lacksOf[kind],
      functions,
      services: [],
      jobs: [],
      queues: [],
      triggers: [],
      locations: [],
      runtimes: [],
      usage: [],
      databases: [],
      buckets: [],
    },
    gaps,
    notes: [`${file} is ${kindNames[kind]}, which cannot show ${notShown[kind]}.`, age],
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are steered by them, and listings carry them along
const steering = /\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;

/** Without byte order mark and colour codes. */
function plainOf(text: string): string {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  return body.includes("\u001b") ? body.replace(steering, "") : body;
}

/**
 * The JSON of a file; log lines of the tool may stand before it ("[warn] …", "✔ …"). Null where there is none that is
 * whole: where the first line that opens JSON leads to none, no later line is tried, since it would be a fragment.
 */
function jsonIn(text: string): { readonly value: unknown } | null {
  const start = /^[ \t]*[[{].*$/gm;
  for (let match = start.exec(text); match !== null; match = start.exec(text)) {
    if (/^\s*\[[^\]"{}[]*\]\s+\S/.test(match[0].slice(0, 200))) continue;
    const value = parsedOf(match.index === 0 ? text : text.slice(match.index));
    return value === undefined ? null : { value };
  }
  return null;
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

function notWhole(text: string, file: string) {
  const lines = text.trimEnd().split("\n");
  if (!/^[ \t]*[[{]/m.test(text)) {
    return listingError(file, "This file is no listing of functions that is known here.", accepted);
  }
  const ends = /[\]}]\s*$/.test(text);
  const message = ends
    ? "The listing is broken: it is no valid JSON."
    : "The listing was cut short: its JSON has no end.";
  return listingError(file, message, "Write it again.", ends ? 1 : lines.length);
}
