import type { PruneInput } from "./prune-input.ts";
import { namingHolders, sendingHolders } from "./reaching-holders.ts";
import { unresolvedRisk } from "./risks.ts";

/** What a person should weigh, and nobody can see from here. */
export function pruneRisks(input: PruneInput): string[] {
  const { manifest, name, region, kind, old, entry, stays, other, codebase, facts } = input;
  const led = stays === null ? [] : sendingHolders(facts.own, region);
  const kinds = new Set(led.map(({ ref }) => ref.kind));
  const risks = [`There is no way back once ${name} in ${region} is deleted but to deploy it again.`];
  if (stays === null) risks.push("Nothing answers in its place: whoever comes back later finds nobody.");
  if (stays === null)
    risks.push(
      ...namingHolders(facts.own, region).map(
        ({ ref: { kind, label, field } }) =>
          `${kind} ${label} (${field}) is switched off and names it: switched on again, it finds nobody.`,
      ),
    );
  if (led.length > 0 && stays !== null && stays.function !== name)
    risks.push(`${stays.function} must understand what was sent to ${name}: nobody can see that from here.`);
  if (led.length > 0 && codebase?.ledger == null)
    risks.push("There is no ledger: whether an event took effect is not checked.");
  if (kinds.has("twilio")) {
    risks.push("Twilio signs the whole address: the handler must accept the address that it is called at.");
    risks.push("A call that is under way keeps the old addresses, and reaches the old copy until it ends.");
  }
  if (kind === "callable") risks.push("Pages and apps in the field that keep the old region fail once it is gone.");
  if (kind === "scheduled" && stays === null) risks.push("What its job did is done by nobody from then on.");
  if (kind === "task") risks.push("Its queue stays, empty: who enqueues there later is answered by nobody.");
  if (kind === "event" && stays?.function === name && (other?.generation ?? 2) !== (old.generation ?? 2))
    risks.push(
      `Whether events reach ${stays.function} in ${stays.region} is not checked: it is of another generation.`,
    );
  if (entry === null && facts.own.exportedAt.length > 0)
    risks.push(
      `${facts.own.exportedAt[0]} exports it: a \`firebase deploy\` makes it anew. Take it out of the source too.`,
    );
  if (manifest.excepted.has(name))
    risks.push(`${manifest.file} declares it, and leaves it out of ${manifest.environment.name}.`);
  return [...risks, ...unresolvedRisk(facts.own)];
}
