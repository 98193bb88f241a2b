import type { WorkOf } from "./work.ts";

/**
 * The new copy has answered a real request with success. Nothing is sent for it. Somebody may answer for it where none
 * comes for weeks; not where only a request shows that a trigger is active.
 */
export const awaitRequest: WorkOf<"await-request"> = ({ settleMs, job }, context) => {
  const { move, ports, switchedAt, startedAt, accepted, doneAt } = context;
  const { function: name, to } = move;
  return {
    forward: {
      async probe() {
        const since = Math.max(switchedAt ?? startedAt, (doneAt("deploy-copy") ?? startedAt) + settleMs);
        const { succeeded, total } = await ports.traffic.requests(name, to, since);
        if (succeeded > 0) {
          return { is: "done", evidence: `${name} in ${to} answered ${succeeded} of ${total} requests with success` };
        }
        if (accepted !== null) {
          return { is: "done", evidence: `no request to ${name} in ${to} has succeeded yet; accepted by ${accepted}` };
        }
        const heard = total === 0 ? "" : `; ${total} came, and none of them succeeded`;
        const next = job === null ? null : ((await ports.jobs.look(job))?.next ?? null);
        return {
          is: "waiting",
          for: `a first real request to ${name} in ${to} that succeeds${heard}`,
          until: next === null ? null : Date.parse(next),
        };
      },
      apply: null,
    },
    backward: null,
  };
};
