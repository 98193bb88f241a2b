import type { ChalkInstance } from "chalk";
import type { Change, FieldChange, Operation, PartKind } from "../model/deployment.ts";
import { count, wrap } from "./layout.ts";
import { nameOf, partNames } from "./part-name.ts";
import { type Entry, firstEntries, shortList } from "./short-list.ts";
import { visible } from "./visible.ts";

export const signs: Readonly<Record<Operation, string>> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
  adopt: "=",
  forget: "x",
};

export const verbs: Readonly<Record<Operation, string>> = {
  create: "new",
  update: "changed",
  replace: "made anew",
  delete: "removed",
  adopt: "taken over as it is",
  forget: "no longer looked after",
};

/**
 * A function and what hangs on it, together with those that change in the same; functions of which nothing but their names
 * is to tell share a line.
 */
export function regionLines(
  changes: readonly Change[],
  width: number,
  verbose: boolean,
  paint: ChalkInstance,
): string[] {
  const own = changes.filter(({ part }) => part.function === null);
  const byFunction = Map.groupBy(
    changes.filter(({ part }) => part.function !== null),
    ({ part }: Change) => part.function ?? "",
  );
  const lines = partLines(own, width, verbose, paint);
  const told = new Map<
    string,
    {
      readonly names: string[];
      readonly lines: readonly string[];
      readonly operation: Operation;
      readonly loses: boolean;
    }
  >();
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
    const operation = main?.operation ?? "update";
    const differences = differenceLines(own, main, width);
    const key = [operation, ...differences].join("\n");
    const loses = own.some((change) => isLoss(change.operation));
    const same = told.get(key) ?? { names: [], lines: differences, operation, loses };
    same.names.push(visible(name));
    told.set(key, same);
  }
  const entries = [...told.values()].map(({ names, lines: differences, operation, loses }): Entry => {
    const [first = "", ...more] = wrap(shortList(names, verbose || loses), width, "    ", "      ");
    const head = `  ${painted(operation, signs[operation], paint)} ${paint.cyan(first.trimStart())}`;
    return {
      lines: [head, ...more.map((line) => paint.cyan(line)), ...differences],
      things: names.length,
      keep: loses,
    };
  });
  lines.push(...firstEntries(entries, "function", verbose));
  for (const [operation, functions] of plain) {
    const sign = painted(operation, signs[operation], paint);
    const parts = functions.reduce((sum, one) => sum + one.parts, 0);
    const names = functions.map(({ name }) => visible(name)).sort();
    const what = `${count(functions.length, "function")} ${verbs[operation]}${parts > 0 ? ` with ${count(parts, "part")}` : ""}`;
    lines.push(`  ${sign} ${what}`, ...wrap(shortList(names, verbose || isLoss(operation)), width, "      ", "      "));
  }
  return lines;
}

/** What changes of one function, and of what hangs on it, below its name. */
function differenceLines(own: readonly Change[], main: Change | undefined, width: number): string[] {
  const lines: string[] = [];
  for (const change of [...own].sort((one, other) => Number(other === main) - Number(one === main))) {
    if (change !== main) {
      const detail = change.part.detail === null ? "" : ` ${visible(change.part.detail)}`;
      lines.push(`      ${signs[change.operation]} ${partNames[change.part.kind]}${detail} ${verbs[change.operation]}`);
    }
    for (const text of fieldTexts(change.fields)) lines.push(...wrap(text, width, "        ", "          "));
  }
  return lines;
}

/** What a class gets many of, with nothing but the name of each to tell. */
const grouped: Partial<Record<PartKind, string>> = { role: "roles", "secret-access": "access to secrets" };

/** Parts of classes and of the fleet, one by one; what a class gets many of is one line. */
export function partLines(changes: readonly Change[], width: number, verbose: boolean, paint: ChalkInstance): string[] {
  const groups = Map.groupBy(changes, (change) => {
    const { part, operation, fields } = change;
    const isGrouped = grouped[part.kind] !== undefined && part.class !== null && fields.length === 0;
    return isGrouped ? [operation, part.kind, part.class].join(" ") : change;
  });
  const entries = [...groups.values()].flatMap((own): Entry[] => {
    const [first] = own;
    if (first === undefined) return [];
    const { part, operation, fields } = first;
    const sign = painted(operation, signs[operation], paint);
    const keep = isLoss(operation);
    if (own.length > 1) {
      const names = own.map((one) => visible(one.part.detail ?? "")).sort();
      const what = `${grouped[part.kind]} of class ${visible(part.class ?? "")} ${verbs[operation]}`;
      const lines = wrap(`${what}: ${shortList(names, verbose || keep)}`, width, `  ${sign} `, "      ");
      return [{ lines, things: own.length, keep }];
    }
    const lines = [
      `  ${sign} ${visible(nameOf(part))} ${verbs[operation]}`,
      ...fields.flatMap((field) => wrap(fieldText(field), width, "        ", "          ")),
    ];
    return [{ lines, keep }];
  });
  return firstEntries(entries, "part", verbose);
}

/** Variables and the like of which nothing but the name is to tell share a line. */
export function fieldTexts(fields: readonly FieldChange[]): string[] {
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

/** What is lost is named to the last, however long the list: somebody is about to agree to it. */
export function isLoss(operation: Operation): boolean {
  return operation === "delete" || operation === "replace" || operation === "forget";
}

function fieldText({ field, from, to }: FieldChange): string {
  if (from === null && to === null) return `${visible(field)} differs`;
  return `${visible(field)}: ${from === null ? "(not set)" : visible(from)} -> ${to === null ? "(not set)" : visible(to)}`;
}

export function painted(operation: Operation, text: string, paint: ChalkInstance): string {
  if (operation === "create" || operation === "adopt") return paint.green(text);
  return operation === "update" ? paint.yellow(text) : paint.red(text);
}
