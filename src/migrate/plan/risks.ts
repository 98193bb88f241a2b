import type { MoveKind } from "../../model/move.ts";
import type { MoveFacts } from "./facts.ts";
import type { KindInput } from "./kinds/shape.ts";
import { retriesOfEvents } from "./promises.ts";
import { sendingHolders } from "./reaching-holders.ts";

/** What a person should weigh, and nobody can see from here. */
export function risksOf(kind: MoveKind, input: KindInput & { readonly name: string }): string[] {
  const { name, facts, codebase, from, generation } = input;
  const kinds = new Set(sendingHolders(facts, from).map(({ ref }) => ref.kind));
  const risks = [`Two copies of ${name} run at once: it must take every event once, whichever copy gets it.`];
  if (codebase.ledger === null) risks.push("There is no ledger: whether an event took effect is not checked.");
  if (kinds.has("twilio")) {
    risks.push("Twilio signs the whole address: the handler must accept the addresses of both regions.");
    risks.push("A call that is under way keeps the old addresses, and reaches the old copy until it ends.");
  }
  if (kinds.has("stripe"))
    risks.push(
      "Whether Stripe's pending retries go to the old or the new address is not documented; either copy takes them.",
    );
  if (kind === "callable")
    risks.push("Pages and apps must be built and shipped by you; the old copy answers meanwhile.");
  if (kind === "event")
    risks.push(
      `Until the old copy is gone, both get every event; a failed one is tried again for ${retriesOfEvents(generation)}.`,
    );
  if (kind === "task")
    risks.push(
      input.drainBy === "waiting"
        ? "Tasks can lie in a queue for 31 days; the old copy stays until the last is done. --drain override sends them to the new copy instead."
        : "Until it is empty the old queue sends all to the new copy, whatever address a task has; whose token it sends is set with it.",
    );
  if (kind === "scheduled" && codebase.deployer === "firebase")
    risks.push(
      "The Firebase CLI makes the new job enabled: until the move has paused it, it may fire beside the old one.",
    );
  return [...risks, ...unresolvedRisk(facts)];
}

/** Calls in the source of which nobody can tell where they go. */
export function unresolvedRisk({ unresolved }: Pick<MoveFacts, "unresolved">): string[] {
  const unsure = unresolved.length;
  if (unsure === 0) return [];
  const shown = `${unresolved.slice(0, 3).join(", ")}${unsure > 3 ? ", …" : ""}`;
  return [`${unsure} calls in the source may reach it or not: ${shown}.`];
}
