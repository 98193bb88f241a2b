import { promiseOfCallable } from "../promises.ts";
import { begin, end, leadOver, type StepsOfKind, silence } from "./shape.ts";

/** Called by pages and apps: those are mended and shipped by people, and the old copy stays until none comes any longer. */
export const callableSteps: StepsOfKind = (input) => {
  return [
    ...begin(input),
    ...leadOver(input),
    { do: "switch-callers" },
    { do: "await-request", settleMs: 0, job: null },
    silence(input, promiseOfCallable),
    ...end,
  ];
};
