import type { z } from "zod";
import type { MovePlan } from "../../../model/move.ts";
import { planSchema, plansSchema } from "../../../report/move-schema.ts";
import { inputError } from "../../input-error.ts";

/** The content of a plan's file: one plan by itself, several with their batches. */
export function fileOf(
  batches: readonly (readonly MovePlan[])[],
  leftOut: readonly { readonly function: string; readonly why: string }[] = [],
): object {
  const all = batches.flat();
  const [first] = all;
  if (first !== undefined && all.length === 1 && leftOut.length === 0) return first;
  return {
    version: 1,
    batches: batches.map((batch) => batch.map(({ id }) => id)),
    leftOut: leftOut.map(({ function: name, why }) => ({ function: name, why })),
    plans: all,
  };
}

/** Plans as `regions migrate plan -o` wrote them, in their batches. Throws InputError. */
export function readPlans(text: string, file: string): readonly (readonly MovePlan[])[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw inputError(
      `${file} is no JSON.`,
      "Give the file that `regions migrate plan -o FILE` or `regions prune FUNCTION -o FILE` wrote.",
    );
  }
  if (typeof value !== "object" || value === null || !("plans" in value)) return [[checked(planSchema, value, file)]];
  const read = checked(plansSchema, value, file);
  const byId = new Map(read.plans.map((one) => [one.id, one]));
  const named = read.batches.flat();
  const isWhole =
    named.length === read.plans.length && new Set(named).size === byId.size && named.every((id) => byId.has(id));
  if (read.plans.some(({ purpose }) => purpose === "prune")) {
    throw inputError(`${file} joins a prune with other plans.`, "Apply it by itself, as `regions prune` wrote it.");
  }
  if (!isWhole || new Set(read.plans.map((one) => one.function)).size !== named.length) {
    throw inputError(`The batches of ${file} do not name each of its plans once, each of another function.`, again);
  }
  return read.batches.map((batch) => batch.flatMap((id) => byId.get(id) ?? []));
}

const again = "Plan anew: `regions migrate plan FUNCTION --to REGION -o FILE`, or `regions prune FUNCTION -o FILE`.";

function checked<T>(schema: z.ZodType<T>, value: unknown, file: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  throw inputError(`${file} is no plan of a move${where}: ${issue?.message ?? ""}.`, again);
}
