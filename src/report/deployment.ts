import { Chalk, type ChalkInstance } from "chalk";
import type { Change, Failure, FieldChange, Operation, Part } from "../model/deployment.ts";
import type { Drift } from "../model/state.ts";
import { type Alike, takeAlike } from "./alike.ts";
import { driftLines } from "./drift-lines.ts";
import { count, wrap } from "./layout.ts";
import { nameOf, partNames } from "./part-name.ts";
import { type Entry, firstEntries, shortList } from "./short-list.ts";
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

const signs: Readonly<Record<Operation, string>> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
  adopt: "=",
  forget: "x",
};

const verbs: Readonly<Record<Operation, string>> = {
  create: "new",
  update: "changed",
  replace: "made anew",
  delete: "removed",
  adopt: "taken over as it is",
  forget: "no longer looked after",
};

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
      `${paint.bold.underline("classes and fleet")}\n${restLines(rest, width, verbose, paint).join("\n")}\n`,
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

/** A function and what hangs on it are one line; functions of which nothing but their names is to tell share one. */
function regionLines(changes: readonly Change[], width: number, verbose: boolean, paint: ChalkInstance): string[] {
  const own = changes.filter(({ part }) => part.function === null);
  const byFunction = Map.groupBy(
    changes.filter(({ part }) => part.function !== null),
    ({ part }: Change) => part.function ?? "",
  );
  const lines = restLines(own, width, verbose, paint);
  const told: Entry[] = [];
  const plain = new Map<Operation, { readonly name: string; readonly parts: number }[]>();
  for (const [name, own] of byFunction) {
    const main = own.find(({ part }) => part.kind === "function");
    const hasFields = own.some(({ fields }) => fields.length > 0);
    const sameAll = own.every(({ operation }) => operation === own[0]?.operation);
    if (main !== undefined && sameAll && !hasFields) {
      const same = plain.get(main.operation);
      if (same === undefined) plain.set(main.operation, [{ name, parts: own.length - 1 }]);
      else same.push({ name, parts: own.length - 1 });
      continue;
    }
    told.push({ lines: functionLines(name, own, width, paint), keep: own.some(({ operation }) => isLoss(operation)) });
  }
  lines.push(...firstEntries(told, "function", verbose));
  for (const [operation, functions] of plain) {
    const sign = painted(operation, signs[operation], paint);
    const parts = functions.reduce((sum, one) => sum + one.parts, 0);
    const names = functions.map(({ name }) => visible(name)).sort();
    const what = `${count(functions.length, "function")} ${verbs[operation]}${parts > 0 ? ` with ${count(parts, "part")}` : ""}`;
    lines.push(`  ${sign} ${what}`, ...wrap(shortList(names, verbose || isLoss(operation)), width, "      ", "      "));
  }
  return lines;
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

/** Variables and the like of which nothing but the name is to tell share a line. */
function fieldTexts(fields: readonly FieldChange[]): string[] {
  const isBare = ({ field, from, to }: FieldChange): boolean =>
    from === null && to === null && field.startsWith("variable ");
  const names = fields.filter(isBare).map(({ field }) => visible(field.slice("variable ".length)));
  const others = fields.filter((field) => !isBare(field)).map(fieldText);
  if (names.length === 0) return others;
  return [
    ...others,
    `variable${names.length === 1 ? "" : "s"} ${names.join(", ")} ${names.length === 1 ? "differs" : "differ"}`,
  ];
}

function functionLines(name: string, own: readonly Change[], width: number, paint: ChalkInstance): string[] {
  const main = own.find(({ part }) => part.kind === "function");
  const operation = main?.operation ?? "update";
  const lines = [`  ${painted(operation, signs[operation], paint)} ${paint.cyan(visible(name))}`];
  for (const change of [...own].sort((one, other) => Number(other === main) - Number(one === main))) {
    if (change !== main) {
      const detail = change.part.detail === null ? "" : ` ${visible(change.part.detail)}`;
      lines.push(`      ${signs[change.operation]} ${partNames[change.part.kind]}${detail} ${verbs[change.operation]}`);
    }
    for (const text of fieldTexts(change.fields)) lines.push(...wrap(text, width, "        ", "          "));
  }
  return lines;
}

function restLines(changes: readonly Change[], width: number, verbose: boolean, paint: ChalkInstance): string[] {
  const entries = changes.map(({ part, operation, fields }): Entry => {
    const sign = painted(operation, signs[operation], paint);
    const lines = [
      `  ${sign} ${visible(nameOf(part))} ${verbs[operation]}`,
      ...fields.flatMap((field) => wrap(fieldText(field), width, "        ", "          ")),
    ];
    return { lines, keep: isLoss(operation) };
  });
  return firstEntries(entries, "part", verbose);
}

/** What is lost is named to the last, however long the list: somebody is about to agree to it. */
function isLoss(operation: Operation): boolean {
  return operation === "delete" || operation === "replace" || operation === "forget";
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

function fieldText({ field, from, to }: FieldChange): string {
  if (from === null && to === null) return `${visible(field)} differs`;
  return `${visible(field)}: ${from === null ? "(not set)" : visible(from)} -> ${to === null ? "(not set)" : visible(to)}`;
}

function painted(operation: Operation, text: string, paint: ChalkInstance): string {
  if (operation === "create" || operation === "adopt") return paint.green(text);
  return operation === "update" ? paint.yellow(text) : paint.red(text);
}
