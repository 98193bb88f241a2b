import type { DeployedFunction, Generation, TriggerKind } from "../../model/deployed.ts";
import { kindOfEventType } from "./kind.ts";
import { isFunctionName, isRegionName, listingError, listingProblems } from "./listing-problems.ts";

const again = "Write it again: `firebase functions:list > FILE`, or better `firebase functions:list --json > FILE`.";
const columns = ["function", "version", "trigger", "location", "memory", "runtime"] as const;
type Column = (typeof columns)[number];

const kinds: Readonly<Record<string, TriggerKind>> = {
  callable: "callable",
  https: "https",
  scheduled: "scheduled",
  taskQueue: "task",
  dataConnectGraphql: "other",
};
const generations: Readonly<Record<string, Generation>> = { v1: 1, v2: 2, run: 2 };
const emptyProject = /^.*No functions found in project (\S+?)\.?\s*$/m;

/**
 * The header's separator is whatever stands before "Function": box characters, "|", or what a console with another code
 * page made of them. It is the separator of every row.
 */
const header = /^\s*([^\sA-Za-z0-9]\S{0,5})\s*Function\s+\S{1,6}\s+Version\s/;

export function looksLikeTable(text: string): boolean {
  return emptyProject.test(text) || text.split("\n").some((line) => header.test(line));
}

/**
 * Functions of the table that `firebase functions:list` prints. Lines before and after the table are passed over.
 * Throws InputError with every bad row, and for a table that ends without its bottom border.
 * @param text without byte order mark and colour codes
 * @param project the table names none; each row gets this one
 */
export function functionsOfTable(text: string, file: string, project: string | null): readonly DeployedFunction[] {
  const lines = text.split(/\r\n|\r|\n/);
  const headers = lines.flatMap((line, index) => (header.test(line) ? [index] : []));
  const [top, second] = headers;
  if (top === undefined) return [];
  if (second !== undefined) {
    throw listingError(
      file,
      "The file holds two tables; which project each row belongs to cannot be told.",
      "Give one listing per project.",
      second + 1,
    );
  }
  const separator = header.exec(lines[top] ?? "")?.[1] ?? "";
  const cellsOf = (line: string) => cellsBetween(line, separator);
  const titles = (cellsOf(lines[top] ?? "") ?? []).map((cell) => cell.toLowerCase());
  const missing = columns.filter((column) => column !== "runtime" && column !== "memory" && !titles.includes(column));
  if (missing.length > 0) {
    const message = `The table has no column ${missing.join(", ")}.`;
    throw listingError(file, message, again, top + 1);
  }

  const problems = listingProblems(file);
  const functions: DeployedFunction[] = [];
  const seen = new Map<string, number>();
  const width = lengthOf(lines[top - 1] ?? "");
  const end = lines.findLastIndex((line) => line.trim() !== "");
  let last = top;
  let closed = false;
  for (let index = top + 1; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    if (line.trim() === "") continue;
    if (isBorder(line)) {
      closed = isBottom(line, width, lines[top + 1] ?? "");
      last = index;
      continue;
    }
    if (!line.trimStart().startsWith(separator)) break;
    last = index;
    closed = false;
    const cells = cellsOf(line);
    if (cells === null || cells.length !== titles.length) {
      // A row that breaks off at the end of the file is told by the missing border.
      if (index === end) break;
      problems.add(`This row has ${cells?.length ?? 0} of ${titles.length} cells.`, at(index, line));
      continue;
    }
    const row = Object.fromEntries(titles.map((title, column) => [title, cells[column] ?? ""])) as Record<
      Column,
      string
    >;
    const read = functionOfRow(row, project);
    if (typeof read === "string") {
      problems.add(read, at(index, line));
      continue;
    }
    const key = `${read.region}/${read.name}`;
    const first = seen.get(key);
    if (first !== undefined) {
      problems.add(`${read.name} in ${read.region} is listed in line ${first} already.`, at(index, line));
    }
    seen.set(key, index + 1);
    functions.push(read);
  }
  if (!closed) {
    const line = last + 1;
    problems.add("The table ends here without its bottom border: the listing was cut short.", { line });
  }
  problems.settle(again);
  return functions;
}

/** Project that an empty listing names: "No functions found in project acme-prod." Null for every other text. */
export function projectOfEmptyListing(text: string): string | null {
  return emptyProject.exec(text)?.[1] ?? null;
}

function at(index: number, text: string) {
  return { line: index + 1, text };
}

/** Cells of a row, trimmed; null where it does not begin and end with the separator. */
function cellsBetween(line: string, separator: string): readonly string[] | null {
  const trimmed = line.trim();
  if (!trimmed.startsWith(separator) || !trimmed.endsWith(separator) || trimmed.length < 2 * separator.length) {
    return null;
  }
  return trimmed
    .slice(separator.length, -separator.length)
    .split(separator)
    .map((cell) => cell.trim());
}

/** A line of nothing but rules, at least ten characters of it. */
function isBorder(line: string): boolean {
  return /^[^\sA-Za-z0-9]{10,}$/.test(line.trim());
}

/**
 * The closing line: as wide as the top, and of other corners than the lines between rows, where a table has such
 * (plain "+---+" has not).
 */
function isBottom(line: string, width: number, between: string): boolean {
  const trimmed = line.trim();
  if (width > 0 && lengthOf(line) !== width) return false;
  return /^[+|]/.test(trimmed) || trimmed !== between.trim();
}

function lengthOf(line: string): number {
  return isBorder(line) ? line.trim().length : 0;
}

/** The function of a row, or what is wrong with the row. */
function functionOfRow(row: Readonly<Record<Column, string>>, project: string | null): DeployedFunction | string {
  const cut = columns.find((column) => /(?:…|\.\.\.)$/.test(row[column] ?? ""));
  if (cut !== undefined) return `The ${cut} of this row is cut off by the table's width.`;
  if (!isFunctionName(row.function)) return "The first cell of this row is no function name.";
  if (!isRegionName(row.location)) return `The location of ${row.function} is no region.`;
  const generation = generations[row.version];
  if (generation === undefined) return `The version of ${row.function} is none of v1, v2 and run.`;
  if (row.trigger === "") return `The trigger of ${row.function} is missing.`;
  const named = kinds[row.trigger];
  const memory = row.memory ?? "";
  return {
    name: row.function,
    project: project ?? "",
    region: row.location,
    generation,
    trigger: named ?? kindOfEventType(row.trigger),
    state: null,
    stateMessage: null,
    runtime: row.runtime === undefined || /^-*$/.test(row.runtime) ? null : row.runtime,
    memoryMiB: /^\d+$/.test(memory) ? Number(memory) : null,
    cpu: null,
    minInstances: null,
    maxInstances: null,
    concurrency: null,
    timeoutSeconds: null,
    urls: [],
    invoker: null,
    serviceAccount: null,
    codebase: null,
    deployer: null,
    eventTrigger:
      named !== undefined
        ? null
        : { eventType: row.trigger, triggerRegion: null, resource: null, database: null, bucket: null },
    updateTime: null,
  };
}
