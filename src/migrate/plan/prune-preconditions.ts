import type { DeployedFunction } from "../../model/deployed.ts";
import type { HolderKind } from "../../model/holders.ts";
import type { Precondition } from "../../model/move.ts";
import { holds, plainCondition, proofCondition, telegramCondition } from "./preconditions.ts";
import { isWanted, type PruneInput } from "./prune-input.ts";
import { namingHolders, sendingHolders } from "./reaching-holders.ts";

const mostNamed = 5;

/** What has to hold before a copy is pruned, each with what was found. */
export function prunePreconditions(input: PruneInput): Precondition[] {
  const { name, region, old, entry, stays, codebase, facts, unproven } = input;
  const led = sendingHolders(facts.own, region);
  const calling = facts.own.callers.filter((caller) => caller.region === region).map(({ at }) => at);
  const [open] = [...facts.own.openMoves, ...(facts.standIn?.openMoves ?? [])];
  const gaps = [...new Set([...facts.own.gaps, ...(facts.standIn?.gaps ?? [])])];
  const busy = old.state === "DEPLOYING" || old.state === "DELETING";
  const unread = unreadHolders(input);
  const bot = led.find(({ ref }) => ref.kind === "telegram");
  const unwanted = unwantedBecause(input);
  return [
    holds("seen", gaps.length === 0, "everything that the plan rests on could be looked at", () => ({
      found: `could not be looked at: ${gaps.join("; ")}`,
      mend: "`regions doctor` says which access is missing. A copy is not pruned on half of the facts.",
    })),
    holds("unwanted", unwanted.holds, unwanted.found, () => ({ found: unwanted.found, mend: unwanted.mend })),
    holds("copy", !busy, `${name} in ${region} is ${old.state ?? "live"}`, () => ({
      found: `${name} in ${region} is ${old.state}`,
      mend: "Wait until what is under way there has ended.",
    })),
    ...(stays === null ? [] : staysConditions(input)),
    holds("senders", unread.length === 0, `what leads to ${name} in ${region} was looked for`, () => ({
      found: `${unread.join(" and ")} may hold its address, and nobody could look there`,
      mend: "`regions doctor` says which access is missing.",
    })),
    holds(
      "holders",
      led.length === 0 || stays !== null,
      led.length === 0 ? `no holder leads to ${name} in ${region}` : `${named(led.map(holderText))} can be led away`,
      () => ({
        found: `${named(led.map(holderText))} ${led.length === 1 ? "leads" : "lead"} to ${name} in ${region}, and nothing stays that could answer instead`,
        mend: "--replace-by FUNCTION leads them to another function first.",
      }),
    ),
    ...(stays === null ? [] : [plainCondition(namingHolders(facts.own, region))]),
    telegramCondition(name, region, bot?.ref.label ?? null, facts.own.telegramSecret),
    holds("callers", calling.length === 0, `no source calls ${name} in ${region}`, () => ({
      found: `${named(calling)} ${calling.length === 1 ? "calls" : "call"} ${name} in ${region}`,
      mend:
        entry === null
          ? "Take these calls out of the source, or declare the function; ship that first."
          : "`regions fix` points them at the wanted copy; ship that first.",
    })),
    holds("no-other-move", open === undefined, `${name} is in no move`, () => ({
      found: `${open} is not over`,
      mend: `\`regions migrate resume ${open}\` or \`regions migrate rollback ${open}\` first.`,
    })),
    ...(led.length === 0 || stays === null
      ? []
      : [proofCondition(codebase ?? { name: "that it belongs to", ledger: null }, unproven)]),
  ];
}

interface Unwanted {
  readonly holds: boolean;
  readonly found: string;
  readonly mend: string;
}

function unwantedBecause({ manifest, name, region, entry }: PruneInput): Unwanted {
  const { file } = manifest;
  if (entry === null) {
    const found = manifest.excepted.has(name)
      ? `${file} leaves ${name} out of ${manifest.environment.name}`
      : `${file} does not declare ${name}`;
    return { holds: true, found, mend: "" };
  }
  if (isWanted(entry, region)) {
    const mend = `Take ${region} out of the regions of ${name} in ${file} first.`;
    return { holds: false, found: `${file} wants ${name} in ${region}`, mend };
  }
  if (entry.moving?.from === region) {
    const mend = `\`regions migrate resume ${name}\` ends that move, and takes the copy away; without one, take \`moving\` out.`;
    return { holds: false, found: `${file} says that ${name} is moving from ${region}`, mend };
  }
  return { holds: true, found: `${file} wants ${name} in ${entry.regions.join(" and ")} alone`, mend: "" };
}

/** A stand-in is there, is well, and is started in the same way. */
function staysConditions({ name, region, old, entry, stays, other }: PruneInput): Precondition[] {
  if (stays === null) return [];
  const called = `${stays.function} in ${stays.region}`;
  const isWell = other?.state === "ACTIVE" || (other !== null && other.state === null);
  const wanted = entry === null || stays.function !== name ? [] : entry.regions;
  return [
    holds("stays", isWell, `${called} is ACTIVE, and answers in its place`, () => ({
      found: other === null ? `${called} is not live` : `${called} is ${other.state}`,
      mend: wanted.includes(stays.region)
        ? `The copy in ${region} may be the only one that answers: \`regions migrate ${name} --to ${stays.region}\` moves it, \`regions deploy --function ${name}\` deploys a second one.`
        : `\`regions deploy --function ${stays.function}\` deploys it.`,
    })),
    ...(other === null || !isWell ? [] : [sameKindCondition(old, other, called)]),
  ];
}

function sameKindCondition(old: DeployedFunction, other: DeployedFunction, called: string): Precondition {
  return holds("same-kind", sameKind(old, other), `both are started in the same way (${old.trigger})`, () => ({
    found: `${old.name} in ${old.region} is started by ${startText(old)}, and ${called} by ${startText(other)}`,
    mend: "It does not answer the same callers: name a function of the same kind with --replace-by.",
  }));
}

type Started = Pick<DeployedFunction, "trigger" | "eventTrigger">;

function sameKind(one: Started, other: Started): boolean {
  const of = ({ eventTrigger }: Started): string => eventTrigger?.eventType ?? "";
  // A listing that does not show the type of an event says nothing against it.
  const sameEvent = of(one) === of(other) || of(one) === "" || of(other) === "";
  return one.trigger === other.trigger && (one.trigger !== "event" || sameEvent);
}

function startText({ trigger, eventTrigger }: Started): string {
  return trigger === "event" ? (eventTrigger?.eventType ?? "event") : trigger;
}

/** Providers that may hold the address, and were not read: of the function's own, or of anybody where nobody has said. */
function unreadHolders({ manifest, entry, old, facts }: PruneInput): HolderKind[] {
  if (old.trigger !== "https") return [];
  const said = entry === null ? [...manifest.functions.values()].flatMap(({ holders }) => holders) : entry.holders;
  return [...new Set(said)].filter((kind) => !facts.own.readHolders.has(kind)).sort();
}

function holderText({
  ref: { kind, label, field },
}: {
  readonly ref: { readonly kind: string; readonly label: string; readonly field: string };
}): string {
  return `${kind} ${label} (${field})`;
}

/** "a", "a and b", "a, b, c, d, e and 7 more". */
function named(all: readonly string[]): string {
  const shown = all.slice(0, mostNamed);
  const more = all.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  return shown.length < 2 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
