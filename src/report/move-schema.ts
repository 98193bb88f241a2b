import { z } from "zod";
import { type Action, type MovePlan, moveKinds, phases } from "../model/move.ts";

/* What `regions migrate` and `regions prune` print as JSON, and what they read again. */

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

/** One plan, as it is approved in a file. */
export const planSchema: z.ZodType<MovePlan> = z.object({
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
export const plansSchema = z.object({
  version: z.literal(1),
  batches: z.array(z.array(z.string())),
  plans: z.array(planSchema).min(1),
});

const leftOut = z.object({ function: z.string(), why: z.string() });

/** What `regions migrate plan` writes: a plan by itself, or several with their batches. */
export const planFileSchema = z.union([
  planSchema,
  z.object({ ...plansSchema.shape, leftOut: z.array(leftOut), plans: z.array(planSchema) }),
]);

const time = z.iso.datetime();
const kept = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const step = z.string().describe("Id of a step of the plan.");
const direction = z.enum(["do", "undo"]);
const line = { v: z.literal(1), n: z.int().nonnegative().describe("0 for the first line."), at: time };
const told = { ...line, step, direction };

/** One line of a journal. */
export const journalRecordSchema = z
  .discriminatedUnion("kind", [
    z.looseObject({ ...line, kind: z.literal("planned"), plan: planSchema, by: z.string() }),
    z.looseObject({ ...told, kind: z.literal("begin"), kept }).describe("An effect is about to be brought about."),
    z.looseObject({ ...told, kind: z.literal("done"), evidence: z.string(), kept }),
    z.looseObject({ ...told, kind: z.literal("wait"), for: z.string(), until: time.nullable() }),
    z.looseObject({ ...told, kind: z.literal("failed"), reason: z.string() }),
    z.looseObject({ ...told, kind: z.literal("stopped"), reason: z.string() }),
    z.looseObject({ ...line, kind: z.literal("accepted"), step, by: z.string(), reason: z.string() }),
    z.looseObject({ ...line, kind: z.literal("turned-back"), by: z.string(), abort: z.boolean(), reason: z.string() }),
    z.looseObject({ ...line, kind: z.literal("moved") }).describe("Over; of a prune, too."),
    z.looseObject({ ...line, kind: z.literal("rolled-back") }),
  ])
  .describe("Lines are only ever added.");

const state = z.string().describe('In words: "moved", "waiting for …, until …".');

/** What `regions migrate status MOVE` prints. */
export const moveStatusSchema = z.looseObject({
  version: z.literal(1),
  move: z.string(),
  state,
  records: z.array(journalRecordSchema),
});

/** What `regions migrate list` prints, and `status` without a move. */
export const moveListSchema = z.looseObject({
  version: z.literal(1),
  moves: z.array(
    z.looseObject({
      id: z.string(),
      purpose: z.enum(["move", "prune"]),
      function: z.string(),
      from: z.string(),
      to: z.string(),
      state,
    }),
  ),
});

/** How a run of a move ended: one object a line, where several were gone on with. */
export const moveEndSchema = z.looseObject({
  version: z.literal(1),
  move: z.string(),
  end: z.discriminatedUnion("is", [
    z.looseObject({ is: z.enum(["moved", "rolled-back"]) }),
    z.looseObject({ is: z.literal("paused"), after: step }).describe("As --until asked."),
    z.looseObject({ is: z.literal("waiting"), step, direction, for: z.string(), until: time.nullable() }),
    z.looseObject({ is: z.enum(["failed", "stopped"]), step, direction, reason: z.string() }),
    z.looseObject({ is: z.literal("refused"), reason: z.string() }),
  ]),
  canRollBack: z.boolean(),
});
