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

/** A plan as `regions migrate plan -o` wrote it. Throws InputError. */
export function readPlan(text: string, file: string): MovePlan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw inputError(
      `${file} is no JSON.`,
      "Give the file that `regions migrate plan -o FILE` or `regions prune FUNCTION -o FILE` wrote.",
    );
  }
  const read = plan.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  throw inputError(
    `${file} is no plan of a move${where}: ${issue?.message ?? ""}.`,
    "Plan anew: `regions migrate plan FUNCTION --to REGION -o FILE`, or `regions prune FUNCTION -o FILE`.",
  );
}
