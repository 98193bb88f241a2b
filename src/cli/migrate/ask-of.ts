import type { MovePlan } from "../../model/move.ts";
import type { PlanAsk } from "../wire/migrate/plan-batches.ts";

/** What has to be asked for so that the same plan is made again. */
export function askOf(plan: MovePlan): PlanAsk {
  let quietForMs: number | null = null;
  let drainBy: "waiting" | "override" = "waiting";
  for (const { action } of plan.steps) {
    if (action.do === "await-silence") quietForMs ??= action.forMs;
    if (action.do === "drain-queue") drainBy = action.by;
  }
  const { function: name, to, from, abortOn, unproven, rehearsal = false } = plan;
  return { function: name, to, from, abortOn, unproven, quietForMs, drainBy, rehearsal };
}
