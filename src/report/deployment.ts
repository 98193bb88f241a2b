import { Chalk, type ChalkInstance } from "chalk";
import type { Change, Failure, Operation, Part } from "../model/deployment.ts";
import type { Drift } from "../model/state.ts";
import { type Alike, takeAlike } from "./alike.ts";
import { fieldTexts, isLoss, painted, partLines, regionLines, signs, verbs } from "./change-lines.ts";
import { driftLines } from "./drift-lines.ts";
import { count, wrap } from "./layout.ts";
import { nameOf, partNames } from "./part-name.ts";
import { firstEntries, shortList } from "./short-list.ts";
import { visible, visibleJson } from "./visible.ts";

/** What a preview, a deployment, an adoption or a removal came to. */
export interface DeploymentReport {
  readonly environment: string;
  readonly project: string;
  readonly changes: readonly Change[];
  /** What is not as it was deployed; left out where nobody looked at what is there. */
  readonly drifts?: readonly Drift[];
  /** Parts that are as they should be. */
  readonly unchanged: number;
  readonly failures: readonly Failure[];
  readonly notes: readonly string[];
}

export interface DeploymentLayout {
  readonly width: number;
  readonly color: boolean;
  /** Every name, in place of the first few of many that are alike. */
  readonly verbose: boolean;
}

/** The contract of `--format json`, version 1; `more` are keys of one command, `rows` the changes where it tells more. */
export function deploymentJson(
  report: DeploymentReport,
  more: Readonly<Record<string, unknown>> = {},
  rows: readonly Row[] = report.changes.map(changeJson),
): string {
  const { environment, project, drifts, unchanged, failures, notes } = report;
  const value = {
    version: 1,
    project,
    environment,
    ...more,
    changes: inOrder(rows),
    ...(drifts === undefined ? {} : { drifts: inOrder(drifts.map(driftJson)) }),
    unchanged,
    failures: inOrder(
      failures.map(({ part, operation, message }) => ({
        operation,
        ...(part === null ? partJson(nowhere) : partJson(part)),
        message,
      })),
    ),
    notes,
  };
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`;
}

/** What is told of one part, as data. */
export type Row = { readonly [Key in keyof Part]: Part[Key] | null } & Readonly<Record<string, unknown>>;

/** By region, function, kind and detail: the engine's own order differs from run to run. */
export function inOrder(rows: readonly Row[]): Row[] {
  const keys = ["region", "function", "kind", "detail", "class"] as const;
  return [...rows].sort((one, other) => {
    const key = keys.find((name) => one[name] !== other[name]);
    if (key === undefined) return 0;
    return (one[key] ?? "") < (other[key] ?? "") ? -1 : 1;
  });
}

/** One change as a row of data. */
export function changeJson({ part, operation, fields }: Change): Row {
  return { operation, ...partJson(part), fields: fields.map((one) => ({ ...one })) };
}

function driftJson({ part, kind, fields }: Drift): Row {
  return { drift: kind, ...partJson(part), fields: fields.map(({ field, state, cloud }) => ({ field, state, cloud })) };
}

const nowhere = { kind: null, function: null, region: null, class: null, detail: null };

function partJson(part: Part | typeof nowhere): { readonly [Key in keyof Part]: Part[Key] | null } {
  return { kind: part.kind, function: part.function, region: part.region, class: part.class, detail: part.detail };
}

/**
 * Changes by region and function, then what is alike on many of them, then what belongs to classes and to the fleet, then
 * what failed.
 */
export function deploymentText(report: DeploymentReport, { width, color, verbose }: DeploymentLayout): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const sections: string[] = [];
  // The engine tells them in the order in which it gets to them, which differs from run to run.
  const { alike, rest: changes } = takeAlike([...report.changes].sort(byPlace));
  const regions = [...new Set(changes.flatMap(({ part }) => (part.region === null ? [] : [part.region])))].sort();
  for (const region of regions) {
    const own = changes.filter(({ part }) => part.region === region);
    sections.push(`${paint.bold.underline(region)}\n${regionLines(own, width, verbose, paint).join("\n")}\n`);
  }
  if (alike.length > 0) {
    const all = copiesChanged(report.changes);
    const lines = alike.flatMap((one) => alikeLines(one, all, width, verbose, paint));
    sections.push(`${paint.bold.underline("alike on many")}\n${lines.join("\n")}\n`);
  }
  const rest = changes.filter(({ part }) => part.region === null).sort(byName);
  if (rest.length > 0) {
    sections.push(
      `${paint.bold.underline("classes and fleet")}\n${partLines(rest, width, verbose, paint).join("\n")}\n`,
    );
  }
  const drifts = report.drifts ?? [];
  if (drifts.length > 0) {
    sections.push(
      `${paint.bold.underline("Changed since the last deployment")}\n${firstEntries(driftLines(drifts, width, paint), "part", verbose).join("\n")}\n`,
    );
  }
  if (report.failures.length > 0) {
    const entries = report.failures.map(({ part, message }) => {
      const [first = "", ...further] = message.split("\n");
      const head = wrap(`${part === null ? "" : `${visible(nameOf(part))}: `}${visible(first)}`, width, "  ", "    ");
      return {
        lines: [...head, ...further.flatMap((line) => wrap(visible(line), width, "    ", "    "))],
        keep: false,
      };
    });
    const lines = firstEntries(entries, "failure", verbose);
    sections.push(`${paint.bold.underline("Failed")}\n${lines.join("\n")}\n`);
  }
  if (report.notes.length > 0) {
    sections.push(`${report.notes.flatMap((note) => wrap(`note: ${visible(note)}`, width, "", "  ")).join("\n")}\n`);
  }
  return sections.map((section) => `${section}\n`).join("");
}

/** "3 created, 1 changed, 420 as they are". */
export function deploymentSum({ changes, unchanged }: Pick<DeploymentReport, "changes" | "unchanged">): string {
  const told: readonly [Operation, string][] = [
    ["create", "to create"],
    ["update", "to change"],
    ["replace", "to make anew"],
    ["delete", "to remove"],
    ["adopt", "to take over"],
    ["forget", "to look after no longer"],
  ];
  const parts = told.flatMap(([operation, words]) => {
    const many = changes.filter((change) => change.operation === operation).length;
    return many === 0 ? [] : [`${many} ${words}`];
  });
  return [...parts, `${unchanged} as they should be`].join(", ");
}

/** "421 functions changed: all that change", or their names; then what is alike. */
function alikeLines(
  { kind, operation, detail, fields, copies }: Alike,
  all: number,
  width: number,
  verbose: boolean,
  paint: ChalkInstance,
) {
  const what = [partNames[kind], detail ?? ""].filter((word) => word !== "").join(" ");
  const sign = painted(operation, signs[operation], paint);
  const functions = new Set(copies.map((one) => `${one.function}@${one.region}`)).size;
  const head = kind === "invoker" ? `${what} ${verbs[operation]} on ${count(functions, "function")}` : null;
  const names =
    kind === "function" && copies.length === all
      ? "all that change"
      : shortList(namesOf(copies), verbose || isLoss(operation));
  return [
    ...wrap(`${head ?? `${copies.length} ${what}s ${verbs[operation]}`}: ${names}`, width, `  ${sign} `, "      "),
    ...fieldTexts(fields).flatMap((text) => wrap(text, width, "        ", "          ")),
  ];
}

function namesOf(copies: Alike["copies"]): string[] {
  const names = Map.groupBy(copies, (one) => one.function);
  return [...names]
    .map(([name, own]) => {
      const regions = [...new Set(own.map(({ region }) => region))];
      return regions.length === 1 ? visible(name) : `${visible(name)} in ${regions.join(" and ")}`;
    })
    .sort();
}

/** Copies of functions that change, and are not made or removed whole. */
function copiesChanged(changes: readonly Change[]): number {
  return changes.filter(({ part, operation }) => part.kind === "function" && operation === "update").length;
}

function byPlace(one: Change, other: Change): number {
  const placeOf = ({ part }: Change): string => [part.region, part.function].map((name) => name ?? "").join(" ");
  const [first, second] = [placeOf(one), placeOf(other)];
  return first < second ? -1 : first > second ? 1 : byName(one, other);
}

function byName(one: Change, other: Change): number {
  const [first, second] = [nameOf(one.part), nameOf(other.part)];
  return first < second ? -1 : first > second ? 1 : 0;
}
