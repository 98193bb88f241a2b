import type { LocatedName } from "../../model/move.ts";
import type { Queues } from "../ports/world.ts";
import type { Doing, Probe, WorkOf } from "./work.ts";

/**
 * The old queue is empty. By override, what waits in it goes to the new copy meanwhile; the override is taken back then, as
 * the old copy's silence would otherwise not show that somebody still enqueues there.
 */
export const drainQueue: WorkOf<"drain-queue"> = ({ queue, by }, { move, ports }) => {
  const { function: name, to } = move;
  const called = queueWords(queue);
  const takenBack: Doing = {
    async probe() {
      const look = await ports.queues.look(queue);
      if (look === null) return { is: "changed", what: `${called} is gone.` };
      return look.overriddenTo === null ? { is: "done", evidence: `${called} has no override` } : { is: "todo" };
    },
    apply: () => ports.queues.override(queue, name, null),
  };

  async function probe(): Promise<Probe> {
    const holds = await queueHolds(ports.queues, queue);
    if (holds !== null && (holds.is !== "waiting" || by === "waiting")) return holds;
    const overriddenTo = (await ports.queues.look(queue))?.overriddenTo ?? null;
    if (holds === null && (by === "waiting" || overriddenTo === null)) {
      return { is: "done", evidence: `${called} is empty` };
    }
    return holds !== null && overriddenTo === to ? holds : { is: "todo" };
  }

  async function override(): Promise<void> {
    const isEmpty = (await queueHolds(ports.queues, queue)) === null;
    await ports.queues.override(queue, name, isEmpty ? null : to);
  }

  return {
    forward: { probe, apply: by === "override" ? override : null },
    backward: by === "override" ? takenBack : null,
  };
};

/** Why a queue may not go yet with the copy that it feeds; null: nothing is in it. */
export async function queueHolds(queues: Queues, queue: LocatedName): Promise<Probe | null> {
  const called = queueWords(queue);
  const look = await queues.look(queue);
  if (look === null) return { is: "changed", what: `${called} is gone, and nobody knows what was in it.` };
  if (look.state === "OTHER") return { is: "changed", what: `${called} is in a state that nobody knows.` };
  if (look.waiting === 0) return null;
  const tasks = `${look.waiting} ${look.waiting === 1 ? "task" : "tasks"}`;
  if (look.state !== "RUNNING") {
    return {
      is: "changed",
      what: `${called} is ${look.state} with ${tasks} in it: resume the queue, and then the move.`,
    };
  }
  return {
    is: "waiting",
    for: `${tasks} in ${called} to be done`,
    until: look.lastDue === null ? null : Date.parse(look.lastDue),
  };
}

function queueWords({ name, region }: LocatedName): string {
  return `the queue ${name} in ${region}`;
}
