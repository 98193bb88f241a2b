import type { Caller } from "../model/callers.ts";
import type { Finding } from "../model/finding.ts";
import { type Reading, type Refusal, spot, type Task } from "./task.ts";

/** Rules whose findings a rewrite can mend. */
export const mendedRules: ReadonlySet<string> = new Set([
  "mismatched-caller",
  "env-region",
  "hosting-rewrite",
  "task-enqueuer",
]);

/** Findings whose mend is a move, which comes before the callers of that function. */
const movesFirst: ReadonlySet<string> = new Set(["wrong-region", "missing-function", "overdue-move"]);

export interface Selection {
  /** Null = all. */
  readonly functions: ReadonlySet<string> | null;
  readonly rules: ReadonlySet<string> | null;
  /** Files and folders relative to the root; null = all. */
  readonly paths: readonly string[] | null;
}

export interface World {
  readonly presence: (name: string, region: string) => "live" | "absent" | "doubtful" | "unread";
  /** What is not known to be live is taken for live; what is known not to be is not. */
  readonly assumeLive: boolean;
  /** Another environment of the manifest that wants the function somewhere else: its name and regions; else null. */
  readonly elsewhere: (name: string, region: string) => { environment: string; regions: readonly string[] } | null;
  /** The row was read in another repository, so its file is not here. */
  readonly isForeign: (row: Caller) => boolean;
}

/** Parts what the facts allow to be mended from what they do not; every refusal says what comes first. */
export function sortFindings(
  reading: Reading,
  selection: Selection,
  world: World,
): { tasks: readonly Task[]; refused: readonly Refusal[] } {
  const tasks: Task[] = [];
  const refused: Refusal[] = [];
  const rows = reading.callers.callers;
  for (const finding of reading.report.findings) {
    if (finding.suppressed !== null) continue;
    if (mendedRules.has(finding.rule)) {
      // A function's name where a region should be: the call is of something that does not exist.
      if (!finding.expected.every((one) => /^[a-z]+-[a-z]+\d{1,2}$/.test(one))) continue;
      const own = rowsFor(finding, rows);
      if (!isSelected(finding, own, rows, selection)) continue;
      const obstacle = obstacleFor(finding, own, rows, world);
      const [region] = finding.expected;
      if (obstacle === null && region !== undefined && (finding.fixable || world.assumeLive))
        tasks.push({ finding, rows: own, region });
      else {
        const { rule, function: name, place, mend } = finding;
        const why = obstacle ?? { reason: "what is known of the functions behind it leaves more than one way", mend };
        refused.push({ rule, function: name, place, ...why });
      }
    } else if (movesFirst.has(finding.rule)) refused.push(...waiting(finding, rows, selection));
  }
  const whole = tasks.filter((task) => {
    const obstacle = dividedIn(task, tasks, rows);
    const { rule, function: name, place } = task.finding;
    if (obstacle !== null) refused.push({ rule, function: name, place, ...obstacle });
    return obstacle === null;
  });
  return { tasks: whole, refused };
}

/** A caller that is right on one of its ways: a rewrite would move that one, too. */
function dividedIn(
  task: Task,
  tasks: readonly Task[],
  rows: readonly Caller[],
): { reason: string; mend: string } | null {
  const mend = "Give each way a client of its own.";
  for (const index of task.rows) {
    const targets = rows[index]?.targets ?? [];
    const right = targets.find(({ region }) => region === task.region);
    if (right !== undefined) {
      const when = right.when === null ? "" : ` when ${right.when}`;
      return { reason: `it calls ${right.function} in ${task.region} already${when}`, mend };
    }
    const names = new Set(targets.map((target) => target.function));
    if (names.size < 2) continue;
    for (const one of tasks) {
      if (one.region === task.region && one.rows.includes(index)) names.delete(one.finding.function ?? "");
    }
    if (task.finding.function === null) continue;
    const [other] = names;
    if (other !== undefined) return { reason: `it also calls ${other}, which does not belong in ${task.region}`, mend };
  }
  return null;
}

/** The caller at the finding's place, or those that an env line feeds. */
function rowsFor(finding: Finding, rows: readonly Caller[]): number[] {
  const { place } = finding;
  if (place === null) return [];
  const at = (one: { file: string; line: number } | null) => one?.file === place.file && one.line === place.line;
  return rows.flatMap((row, index) => {
    const own = at(row) && (place.column === undefined || row.column === place.column);
    const fed = finding.rule === "env-region" && at(row.regionPlace);
    return own || fed ? [index] : [];
  });
}

function isSelected(
  finding: Finding,
  own: readonly number[],
  rows: readonly Caller[],
  { functions, rules, paths }: Selection,
): boolean {
  if (rules !== null && !rules.has(finding.rule)) return false;
  if (paths !== null && (finding.place === null || !isBelow(finding.place.file, paths))) return false;
  if (functions === null) return true;
  const named = own.flatMap((index) => rows[index]?.targets.map((target) => target.function) ?? []);
  return [finding.function ?? "", ...named].some((name) => functions.has(name));
}

function isBelow(file: string, paths: readonly string[]): boolean {
  return paths.some((path) => path === "" || file === path || file.startsWith(`${path}/`));
}

/** Why the facts forbid a rewrite; null where they allow it. */
function obstacleFor(
  finding: Finding,
  own: readonly number[],
  rows: readonly Caller[],
  world: World,
): { reason: string; mend: string } | null {
  const [region, ...others] = finding.expected;
  if (region === undefined) return { reason: "the finding names no region", mend: finding.mend };
  if (others.length > 0) {
    return { reason: `more than one region is right: ${finding.expected.join(", ")}`, mend: finding.mend };
  }
  const names = new Set<string>(finding.function === null ? [] : [finding.function]);
  for (const index of own) {
    const row = rows[index];
    if (row === undefined) continue;
    if (world.isForeign(row)) {
      return {
        reason: "the caller was read in another repository",
        mend: "Run `regions fix` where its code lives.",
      };
    }
    // An address may name the service instead; then the finding has the function's own name.
    const isAddress = row.how === "url" || row.how === "env" || row.how === "rewrite";
    if (finding.rule === "env-region" && !(isAddress && finding.function !== null))
      for (const target of row.targets) names.add(target.function);
  }
  for (const name of names) {
    const presence = world.presence(name, region);
    if (presence === "absent") {
      return {
        reason: `${name} is not live in ${region}`,
        mend: `Deploy it to ${region} first, then run \`regions fix\` again.`,
      };
    }
    if (presence !== "live" && !world.assumeLive) {
      const why = presence === "unread" ? "was not looked at" : "cannot be told from this list";
      return {
        reason: `whether ${name} is live in ${region} ${why}`,
        mend: "Let `regions fix` see what is deployed (--deployed FILE, or credentials), or vouch for it with --assume-live.",
      };
    }
    const other = world.elsewhere(name, region);
    if (other !== null) {
      return {
        reason: `environment ${other.environment} wants ${name} in ${other.regions.join(", ")}, and both are built from this line`,
        mend: "Take the region from an env file of its own per environment.",
      };
    }
  }
  return null;
}

/** Callers that hang on a copy where the function does not belong: the move comes before them. */
function waiting(finding: Finding, rows: readonly Caller[], { functions, rules, paths }: Selection): Refusal[] {
  const name = finding.function;
  if (name === null || rules !== null || (functions !== null && !functions.has(name))) return [];
  return rows.flatMap((row): Refusal[] => {
    const regions = row.targets.flatMap((target) => (target.function === name ? (target.region ?? []) : []));
    const stray = regions.filter((region) => !finding.expected.includes(region));
    if (stray.length === 0 || (paths !== null && !isBelow(row.file, paths))) return [];
    const wanted = finding.expected.join(" or ");
    const live = finding.actual === null || finding.actual === "" ? "live nowhere" : `live only in ${finding.actual}`;
    return [
      {
        rule: null,
        function: name,
        place: { file: row.file, line: row.line, column: row.column, endLine: row.endLine },
        reason: `${spot(row)} calls ${name} in ${[...new Set(stray)].join(" or ")}, and it is ${live}`,
        mend: `Its move to ${wanted} comes first: \`regions explain ${finding.rule}\` gives the order. Then run \`regions fix\` again.`,
      },
    ];
  });
}
