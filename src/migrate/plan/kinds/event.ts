import { triggerSettlesMs } from "../promises.ts";
import { begin, end, leadOver, type StepsOfKind } from "./shape.ts";

/**
 * Started by events: each copy has a subscription of its own, both get every event, and the ledger keeps one effect. A new
 * trigger takes minutes to become active, so the old copy stays until the new one is seen to get events after that, and
 * until whatever came before is through.
 */
export const eventSteps: StepsOfKind = (input) => {
  const heard = { do: "await-request", settleMs: triggerSettlesMs, job: null } as const;
  return [...begin(input), ...leadOver(input), heard, { do: "await-backlog" }, ...end];
};
