import { promiseOfTask } from "../promises.ts";
import { begin, end, leadOver, type StepsOfKind, silence } from "./shape.ts";

/** Started by its own queue: who enqueues is mended, and what waits in the old queue goes out before it ends. */
export const taskSteps: StepsOfKind = (input) => {
  const { entry, from, drainBy } = input;
  return [
    ...begin(input),
    ...leadOver(input),
    { do: "switch-callers" },
    { do: "await-request", settleMs: 0, job: null },
    { do: "drain-queue", queue: { region: from, name: entry.name }, by: drainBy },
    silence(input, promiseOfTask),
    ...end,
  ];
};
