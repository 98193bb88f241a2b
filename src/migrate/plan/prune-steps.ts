import type { HolderKind } from "../../model/holders.ts";
import type { Action } from "../../model/move.ts";
import type { ReachingHolder } from "./facts.ts";
import { jobName } from "./kinds/scheduled.ts";
import { canReconcile } from "./kinds/webhook.ts";
import {
  longest,
  type Promise as Promised,
  promiseOfCallable,
  promiseOfEvent,
  promiseOfHolder,
  promiseOfHttps,
  promiseOfSchedule,
  promiseOfTask,
} from "./promises.ts";
import { ledHolders, type PruneInput } from "./prune-input.ts";

/** The ordered steps of a prune: whoever leads there is led away, the copy falls silent, and goes. */
export function pruneSteps(input: PruneInput): readonly Action[] {
  const { name, region, kind, stays, codebase, facts } = input;
  const { jobs, queues } = facts.own;
  const led = stays === null ? [] : ledHolders(input);
  const job = { region, name: jobName(name, region) };
  const hasJob = kind === "scheduled" && jobs.some((one) => one.region === region && one.name === job.name);
  const hasQueue = kind === "task" && queues.some((one) => one.region === region && one.name === name);
  const steps: Action[] = led.map(({ ref }) => ({ do: "switch-holder", holder: ref }));
  if (hasJob) steps.push({ do: "pause-job", job });
  if (hasQueue) steps.push({ do: "drain-queue", queue: { region, name }, by: "waiting" });
  // Where the wanted copy gets every event too, the old one's are not lost; where nothing does, none may come any longer.
  if (kind !== "event" || stays?.function !== name) steps.push({ do: "await-silence", ...promiseOf(input) });
  if (kind === "event") steps.push({ do: "await-backlog" });
  if (led.length > 0) {
    const providers = kindsOf(led).filter(canReconcile);
    steps.push({ do: "reconcile", providers, ledger: codebase?.ledger ?? null });
  }
  return [...steps, { do: "remove-copy" }];
}

function promiseOf(input: PruneInput): Promised {
  const { kind, quietForMs, entry, old } = input;
  const usual = (): Promised => {
    switch (kind) {
      case "callable":
        return promiseOfCallable;
      case "scheduled":
        return promiseOfSchedule;
      case "task":
        return promiseOfTask;
      case "event":
        return promiseOfEvent(old.generation ?? 2);
      default: {
        const held = kindsOf(ledHolders(input)).map((one) => promiseOfHolder[one]);
        // Of a function that nobody has declared, nobody knows either who else calls it.
        return longest(entry === null ? [...held, promiseOfHttps] : held, promiseOfHttps);
      }
    }
  };
  return quietForMs === null ? usual() : { ...usual(), forMs: quietForMs };
}

function kindsOf(holders: readonly ReachingHolder[]): readonly HolderKind[] {
  return [...new Set(holders.map(({ ref }) => ref.kind))];
}
