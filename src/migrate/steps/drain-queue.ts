import type { LocatedName } from "../../model/move.ts";
import type { Queues } from "../ports/world.ts";
import type { Doing, Probe, WorkOf } from "./work.ts";

/** The old queue is empty. By override, what waits in it goes to the new copy meanwhile. */
export const drainQueue: WorkOf<"drain-queue"> = ({ queue, by }, { move, ports }) => {
  const { function: name, to } = move;
  const override: Doing = {
    async probe() {
      const look = await ports.queues.look(queue);
      if (look === null) return { is: "changed", what: `${queueWords(queue)} is gone.` };
      return look.overriddenTo === null
        ? { is: "done", evidence: `${queueWords(queue)} has no override` }
        : { is: "todo" };
    },
    apply: () => ports.queues.override(queue, name, null),
  };
  return {
    forward: {
      async probe() {
        const holds = await queueHolds(ports.queues, queue);
        if (holds === null) return { is: "done", evidence: `${queueWords(queue)} is empty` };
        if (holds.is === "waiting" && by === "override" && (await ports.queues.look(queue))?.overriddenTo !== to) {
          return { is: "todo" };
        }
        return holds;
      },
      apply: by === "override" ? () => ports.queues.override(queue, name, to) : null,
    },
    backward: by === "override" ? override : null,
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
