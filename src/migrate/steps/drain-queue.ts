import type { WorkOf } from "./work.ts";

/** The old queue is empty. By override, what waits in it goes to the new copy; a queue that is gone holds nothing. */
export const drainQueue: WorkOf<"drain-queue"> = ({ queue, by }, { move, ports }) => {
  const { function: name, to } = move;
  const called = `the queue ${queue.name} in ${queue.region}`;
  return {
    forward: {
      async probe() {
        const look = await ports.queues.look(queue);
        if (look === null) return { is: "changed", what: `${called} is gone, and nobody knows what was in it.` };
        if (look.state === "OTHER") return { is: "changed", what: `${called} is in a state that nobody knows.` };
        if (look.waiting === 0) return { is: "done", evidence: `${called} is empty` };
        if (look.state !== "RUNNING") {
          return {
            is: "changed",
            what: `${called} is ${look.state} with ${look.waiting} tasks in it: resume the queue, and then the move.`,
          };
        }
        if (by === "override" && look.overriddenTo !== to) return { is: "todo" };
        const until = look.lastDue === null ? null : Date.parse(look.lastDue);
        return {
          is: "waiting",
          for: `${look.waiting} ${look.waiting === 1 ? "task" : "tasks"} in ${called} to be done`,
          until,
        };
      },
      apply: by === "override" ? () => ports.queues.override(queue, name, to) : null,
    },
    backward:
      by === "waiting"
        ? null
        : {
            async probe() {
              const look = await ports.queues.look(queue);
              if (look === null) return { is: "changed", what: `${called} is gone.` };
              return look.overriddenTo === null
                ? { is: "done", evidence: `${called} has no override` }
                : { is: "todo" };
            },
            apply: () => ports.queues.override(queue, name, null),
          },
  };
};
