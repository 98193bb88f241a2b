import type { HolderKind } from "../../model/holders.ts";
import type { Action } from "../../model/move.ts";
import type { ReachingHolder } from "./facts.ts";
import { jobName } from "./kinds/scheduled.ts";
import { canReconcile, promiseOfSenders } from "./kinds/webhook.ts";
import {
  type Promise as Promised,
  promiseOfCallable,
  promiseOfEvent,
  promiseOfSchedule,
  promiseOfTask,
  triggerSettlesMs,
} from "./promises.ts";
import type { PruneInput } from "./prune-input.ts";
import { namingHolders, sendingHolders } from "./reaching-holders.ts";

/** The ordered steps of a prune: whoever leads there is led away, the copy falls silent, and goes. */
export function pruneSteps(input: PruneInput): readonly Action[] {
  const { name, region, kind, stays, codebase, facts } = input;
  const { jobs, queues } = facts.own;
  const sending = stays === null ? [] : sendingHolders(facts.own, region);
  const job = { region, name: jobName(name, region) };
  // One that people have paused stays as it is, also on the way back.
  const fires = jobs.some((one) => one.region === region && one.name === job.name && one.state !== "PAUSED");
  const hasQueue = kind === "task" && queues.some((one) => one.region === region && one.name === name);
  const steps: Action[] = (stays === null ? [] : namingHolders(facts.own, region)).map(({ ref }) => ({
    do: "switch-holder",
    holder: ref,
  }));
  if (kind === "scheduled" && fires) {
    const other = stays?.function === name ? { region: stays.region, name: jobName(name, stays.region) } : job;
    // Undone last: by then the job is to fire again.
    steps.push({ do: "run-if-missed", way: "back", other, job }, { do: "pause-job", job });
  }
  if (hasQueue) steps.push({ do: "drain-queue", queue: { region, name }, by: "waiting" });
  if (kind === "event") steps.push(...eventWaits(input), { do: "await-backlog" });
  else steps.push({ do: "await-silence", ...promiseOf(input) });
  if (sending.length > 0) {
    const providers = kindsOf(sending).filter(canReconcile);
    steps.push({ do: "reconcile", providers, ledger: codebase?.ledger ?? null });
  }
  return [...steps, { do: "remove-copy" }];
}

/**
 * Where a wanted copy gets every event too, one has to be seen at that, and what comes to the old one is not lost; where
 * nothing does, none may come any longer.
 */
function eventWaits(input: PruneInput): readonly Action[] {
  const { name, stays, old, other, now } = input;
  if (stays?.function !== name) return [{ do: "await-silence", ...promiseOf(input) }];
  // Google counts the requests of the generations apart, and a plan knows one of them.
  if ((other?.generation ?? 2) !== (old.generation ?? 2)) return [];
  const madeAt = other?.updateTime == null ? Number.NaN : Date.parse(other.updateTime);
  const isSettled = madeAt + triggerSettlesMs < Date.parse(now);
  return [{ do: "await-request", settleMs: isSettled ? 0 : triggerSettlesMs, job: null }];
}

function promiseOf(input: PruneInput): Promised {
  const { kind, quietForMs, entry, old, region, facts } = input;
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
        return promiseOfSenders(kindsOf(sendingHolders(facts.own, region)), entry?.holders ?? []);
      }
    }
  };
  return quietForMs === null ? usual() : { ...usual(), forMs: quietForMs };
}

function kindsOf(holders: readonly ReachingHolder[]): readonly HolderKind[] {
  return [...new Set(holders.map(({ ref }) => ref.kind))];
}
