import { begin, end, type StepsOfKind } from "./shape.ts";

/** Started by events: each copy has a subscription of its own, both get every event, and the ledger keeps one effect. */
export const eventSteps: StepsOfKind = (input) => {
  return [...begin(input), { do: "await-request" }, { do: "await-backlog" }, ...end];
};
