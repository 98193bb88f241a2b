import type { Kept } from "../../model/move.ts";
import { Refused } from "../ports/world.ts";
import type { WorkOf } from "./work.ts";

/** A test event that has not shown by then is sent again, so many times in all. */
const againMs = 10 * 60_000;
const mostSent = 3;
/** Pauses in which a test event may show at once, in ms. */
const looks = [250, 1_000, 2_000, 4_000, 8_000];

/**
 * The new copy has answered a real request with success. Nothing is sent for it but in a rehearsal. Somebody may answer for
 * it where none comes for weeks; not where only a request shows that a trigger is active.
 */
export const awaitRequest: WorkOf<"await-request"> = ({ settleMs, job }, context) => {
  const { move, ports, kept, switchedAt, startedAt, accepted, doneAt } = context;
  const { function: name, to } = move;
  const heard = () => {
    const since = Math.max(switchedAt ?? startedAt, (doneAt("deploy-copy") ?? startedAt) + settleMs);
    return ports.traffic.requests(name, to, since);
  };

  async function send(): Promise<void> {
    if (ports.rehearsal == null) {
      throw new Refused(`${move.environment} is not one to rehearse in: no test event is sent there.`);
    }
    if (job === null) await ports.rehearsal.send(move);
    else await ports.jobs.run(job);
    for (const pause of looks) {
      await ports.clock.pause(pause);
      if ((await heard()).succeeded > 0) return;
    }
  }

  return {
    forward: {
      async probe() {
        const { succeeded, total } = await heard();
        if (succeeded > 0) {
          return { is: "done", evidence: `${name} in ${to} answered ${succeeded} of ${total} requests with success` };
        }
        if (accepted !== null) {
          return { is: "done", evidence: `no request to ${name} in ${to} has succeeded yet; accepted by ${accepted}` };
        }
        const told = total === 0 ? "" : `; ${total} came, and none of them succeeded`;
        if (move.rehearsal === true) {
          const sent = timesSent(kept);
          const now = await ports.clock.now();
          const isLast = sent.length >= mostSent;
          const again = (sent.at(-1) ?? Number.NEGATIVE_INFINITY) + againMs;
          const lacking = job === null ? ((await ports.rehearsal?.lacking(move)) ?? null) : null;
          if (lacking !== null) return { is: "waiting", for: `${lacking}${told}`, until: null };
          if (!isLast && again <= now) return { is: "todo", kept: { [`sent ${sent.length + 1}`]: now } };
          const times = isLast ? `; ${sent.length} were sent` : "";
          const what = `a test event to reach ${name} in ${to}, and to succeed${times}${told}`;
          return { is: "waiting", for: what, until: isLast ? null : again };
        }
        const next = job === null ? null : ((await ports.jobs.look(job))?.next ?? null);
        return {
          is: "waiting",
          for: `a first real request to ${name} in ${to} that succeeds${told}`,
          until: next === null ? null : Date.parse(next),
        };
      },
      apply: move.rehearsal === true ? send : null,
    },
    backward: null,
  };
};

/** When test events were sent, in ms, oldest first. */
function timesSent(kept: Kept): number[] {
  const times = Object.entries(kept).flatMap(([key, at]) =>
    key.startsWith("sent ") && typeof at === "number" ? [at] : [],
  );
  return times.sort((a, b) => a - b);
}
