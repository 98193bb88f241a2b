import type { Step } from "../../model/move.ts";
import type { Journal } from "../journal/journal.ts";
import { standingOfStep } from "../journal/standing.ts";

export type AcceptAnswer =
  | { readonly is: "accepted"; readonly step: Step }
  /** No step that the move has come to waits for a proof that somebody could answer for. */
  | { readonly is: "refused"; readonly why: string };

/**
 * Somebody answers for the proof that the move waits for: a request that is made once a month, a delivery that the provider
 * will not repeat. Never for silence, an empty queue or a backlog, where what is there would be lost, and not for the
 * request that shows a new trigger to be active.
 */
export async function accept(journal: Journal, by: string, reason: string): Promise<AcceptAnswer> {
  const standing = journal.standing();
  const step = standing.plan.steps.find((one) => !standingOfStep(standing, one).done);
  if (standing.direction === "undo" || standing.ended !== null || step === undefined) {
    return { is: "refused", why: "The move does not go forward: it waits for no proof." };
  }
  const { action } = step;
  if (action.do === "await-request" && action.settleMs > 0) {
    const why = `Only a real event shows that the trigger in ${standing.plan.to} is active: bring one about as its users do (write a document, upload a file).`;
    return { is: "refused", why };
  }
  if (action.do !== "await-request" && action.do !== "reconcile") {
    return { is: "refused", why: `${step.id} is not for anybody to answer for: ${step.verified}.` };
  }
  await journal.write({ kind: "accepted", step: step.id, by, reason });
  return { is: "accepted", step };
}
