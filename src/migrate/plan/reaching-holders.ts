import type { MoveFacts, ReachingHolder } from "./facts.ts";

/** Fields of outside holders that name the copy in the region; its own job, queue and subscription go with it. */
export function namingHolders({ holders }: Pick<MoveFacts, "holders">, region: string): readonly ReachingHolder[] {
  return holders.filter((holder) => holder.region === region && !holder.own);
}

/** Those of them that send. */
export function sendingHolders(facts: Pick<MoveFacts, "holders">, region: string): readonly ReachingHolder[] {
  return namingHolders(facts, region).filter(({ active }) => active);
}
