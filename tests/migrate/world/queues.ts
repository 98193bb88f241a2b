import type { Queues } from "../../../src/migrate/ports/world.ts";
import { Refused } from "../../../src/migrate/ports/world.ts";
import { name, type Place } from "./place.ts";
import { minute, type Remover } from "./receivers.ts";

interface Queue {
  readonly region: string;
  readonly tasks: Map<string, number>;
  overriddenTo: string | null;
}

export interface QueueWorld extends Queues {
  make(region: string): void;
  /** With everything that is in it. */
  drop(region: string, by: Remover): void;
  enqueue(region: string, key: string, due: number): void;
}

/** Cloud Tasks: what is due goes to the copy of the queue's region, or where an override says, until it is taken. */
export function createQueues(place: Place): QueueWorld {
  const { timeline, receivers } = place;
  const queues = new Map<string, Queue>();
  const strangers = new Set<string>();

  function dispatch(queue: Queue, key: string, wait: number): void {
    if (queues.get(queue.region) !== queue || !queue.tasks.has(key)) return;
    if (receivers.handle(queue.overriddenTo ?? queue.region, key, true) === "taken") {
      queue.tasks.delete(key);
      return;
    }
    timeline.after(wait, () => dispatch(queue, key, Math.min(wait * 2, 60 * minute)));
  }

  return {
    make(region) {
      if (!queues.has(region)) queues.set(region, { region, tasks: new Map(), overriddenTo: null });
      strangers.delete(region);
    },
    drop(region, by) {
      const queue = queues.get(region);
      queues.delete(region);
      if (by !== "stranger") return;
      strangers.add(region);
      for (const key of queue?.tasks.keys() ?? []) receivers.excuse(key, "a stranger had deleted its queue");
    },
    enqueue(region, key, due) {
      receivers.event(key);
      const queue = queues.get(region);
      if (queue === undefined) {
        receivers.event(key).met.push(`no queue in ${region}`);
        if (strangers.has(region)) receivers.excuse(key, "a stranger had deleted the queue");
        else receivers.blame(key, `no queue in ${region}`);
        return;
      }
      queue.tasks.set(key, due);
      timeline.at(due, () => dispatch(queue, key, minute));
    },
    async look({ region }) {
      const queue = queues.get(region);
      if (queue === undefined) return null;
      const dues = [...queue.tasks.values()];
      return {
        state: "RUNNING",
        waiting: dues.length,
        lastDue: dues.length === 0 ? null : new Date(Math.max(...dues)).toISOString(),
        overriddenTo: queue.overriddenTo,
      };
    },
    async override({ region }, _name, to) {
      const queue = queues.get(region);
      if (queue === undefined) throw new Refused(`Cloud Tasks knows no queue ${name} in ${region}.`);
      queue.overriddenTo = to;
    },
  };
}
