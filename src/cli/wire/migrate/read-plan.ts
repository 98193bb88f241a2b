import { z } from "zod";
import { type Action, type MovePlan, moveKinds, phases } from "../../../model/move.ts";
import { inputError } from "../../input-error.ts";

const holder = z.object({
  kind: z.enum(["stripe", "twilio", "telegram", "scheduler", "task-queue", "push"]),
  id: z.string(),
  label: z.string(),
  field: z.string(),
});
const located = z.object({ region: z.string(), name: z.string() });

const action: z.ZodType<Action> = z.discriminatedUnion("do", [
  z.object({ do: z.literal("declare-move"), until: z.string(), found: z.enum(["before", "after"]) }),
  z.object({ do: z.literal("deploy-copy") }),
  z.object({ do: z.literal("hold-job"), job: located }),
  z.object({ do: z.literal("resume-job"), job: located }),
  z.object({ do: z.literal("pause-job"), job: located }),
  z.object({ do: z.literal("run-if-missed"), way: z.enum(["there", "back"]), other: located, job: located }),
  z.object({ do: z.literal("switch-holder"), holder }),
  z.object({ do: z.literal("switch-callers") }),
  z.object({ do: z.literal("await-request"), settleMs: z.number().nonnegative(), job: located.nullable() }),
  z.object({ do: z.literal("drain-queue"), queue: located, by: z.enum(["waiting", "override"]) }),
  z.object({ do: z.literal("await-silence"), forMs: z.number().nonnegative(), why: z.string() }),
  z.object({ do: z.literal("await-backlog") }),
  z.object({ do: z.literal("reconcile"), providers: z.array(holder.shape.kind), ledger: z.string().nullable() }),
  z.object({ do: z.literal("remove-copy") }),
  z.object({ do: z.literal("declare-end") }),
]);

const plan: z.ZodType<MovePlan> = z.object({
  version: z.literal(1),
  id: z.string().regex(/^[A-Za-z0-9_-]+$/),
  purpose: z.enum(["move", "prune"]),
  environment: z.string(),
  project: z.string(),
  function: z.string(),
  from: z.string(),
  to: z.string(),
  stays: z.object({ function: z.string(), region: z.string() }).nullable(),
  rehearsal: z.literal(true).optional(),
  kind: z.enum(moveKinds),
  generation: z.union([z.literal(1), z.literal(2)]),
  codebase: z.string(),
  deployer: z.enum(["pulumi", "firebase"]),
  madeAt: z.string(),
  preconditions: z.array(
    z.object({ id: z.string(), holds: z.boolean(), found: z.string(), mend: z.string().nullable() }),
  ),
  world: z.array(z.object({ what: z.string(), is: z.string() })),
  steps: z.array(
    z.object({
      id: z.string(),
      phase: z.enum(phases),
      action,
      changes: z.string(),
      verified: z.string(),
      undone: z.string().nullable(),
    }),
  ),
  abortOn: z.object({ share: z.number(), withinMinutes: z.number() }).nullable(),
  unproven: z.string().nullable(),
  risks: z.array(z.string()),
});

/** Several plans in one file: `batches` holds their ids, those that go together. */
const plans = z.object({
  version: z.literal(1),
  batches: z.array(z.array(z.string())),
  plans: z.array(plan).min(1),
});

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
  if (typeof value !== "object" || value === null || !("plans" in value)) return [[checked(plan, value, file)]];
  const read = checked(plans, value, file);
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
