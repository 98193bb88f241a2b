import type { FunctionEntry } from "../../manifest/manifest.ts";
import type { TriggerKind } from "../../model/deployed.ts";
import type { MoveKind } from "../../model/move.ts";
import type { MoveFacts } from "./facts.ts";
import { callableSteps } from "./kinds/callable.ts";
import { eventSteps } from "./kinds/event.ts";
import { scheduledSteps } from "./kinds/scheduled.ts";
import type { StepsOfKind } from "./kinds/shape.ts";
import { taskSteps } from "./kinds/task.ts";
import { webhookSteps } from "./kinds/webhook.ts";
import { namingHolders } from "./reaching-holders.ts";

export const stepsOf: Readonly<Record<MoveKind, StepsOfKind>> = {
  webhook: webhookSteps,
  https: webhookSteps,
  callable: callableSteps,
  scheduled: scheduledSteps,
  event: eventSteps,
  task: taskSteps,
};

/** What must not be lost while it moves; null: this kind has one registration for the whole project, or is not known. */
export function kindOf(
  entry: Pick<FunctionEntry, "holders">,
  live: TriggerKind,
  facts: MoveFacts,
  from: string,
): MoveKind | null {
  switch (live) {
    case "callable":
    case "scheduled":
    case "task":
    case "event":
      return live;
    case "https": {
      const isHeld = entry.holders.length > 0 || namingHolders(facts, from).length > 0;
      return isHeld ? "webhook" : "https";
    }
    default:
      return null;
  }
}
