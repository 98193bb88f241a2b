import { hasDrained, type Standing } from "../journal/standing.ts";
import { type Ports, Unseen } from "../ports/world.ts";

/** One failed request of a few is no reason to turn back. */
const leastErrors = 2;

/**
 * Why the move turns back by its own rule (`abortOn`); null: it does not. Only while there is a way back, and only once
 * something leads to the new copy. Where the counters cannot be read the rule says nothing: the steps that need them wait.
 */
export async function abortReason(standing: Standing, { clock, traffic }: Ports): Promise<string | null> {
  const { plan, direction, ledSince } = standing;
  const rule = plan.abortOn;
  if (rule === null || direction === "undo" || ledSince === null || hasDrained(standing)) return null;
  const since = Math.max(ledSince, (await clock.now()) - rule.withinMinutes * 60_000);
  try {
    const { total, serverErrors } = await traffic.requests(plan.function, plan.to, since);
    if (serverErrors < leastErrors || serverErrors / total < rule.share) return null;
    const share = Math.round((serverErrors / total) * 1000) / 10;
    return `${serverErrors} of ${total} requests (${share} %) to ${plan.function} in ${plan.to} ended in a server error.`;
  } catch (error) {
    if (error instanceof Unseen) return null;
    throw error;
  }
}
