import type { WorkOf } from "./work.ts";

/** The new copy has answered a real request with success. Nothing is sent for it. */
export const awaitRequest: WorkOf<"await-request"> = (_action, { move, ports, switchedAt, startedAt }) => {
  const { function: name, to } = move;
  return {
    forward: {
      async probe() {
        const since = switchedAt ?? startedAt;
        const { succeeded, total } = await ports.traffic.requests(name, to, since);
        if (succeeded > 0) {
          return { is: "done", evidence: `${name} in ${to} answered ${succeeded} of ${total} requests with success` };
        }
        const heard = total === 0 ? "" : `; ${total} came, and none of them succeeded`;
        return { is: "waiting", for: `a first real request to ${name} in ${to} that succeeds${heard}`, until: null };
      },
      apply: null,
    },
    backward: null,
  };
};
