import type { CodebaseEntry, FunctionEntry, Manifest } from "../../manifest/manifest.ts";
import type { DeployedFunction } from "../../model/deployed.ts";
import type { Precondition } from "../../model/move.ts";
import type { MoveFacts, ReachingHolder } from "./facts.ts";
import { jobName } from "./kinds/scheduled.ts";
import { namingHolders } from "./reaching-holders.ts";

interface Asked {
  readonly from: string;
  readonly to: string;
  readonly old: DeployedFunction;
  readonly unproven: string | null;
}

/** What has to hold before anything is changed, each with what was found. */
export function preconditionsOf(
  manifest: Manifest,
  entry: FunctionEntry,
  codebase: CodebaseEntry,
  facts: MoveFacts,
  { from, to, old, unproven }: Asked,
): Precondition[] {
  const { name } = entry;
  const home = manifest.classes.get(entry.class);
  const allowed = home === undefined ? [] : [home.region, ...home.allow];
  const made = facts.copies.find(({ region }) => region === to) ?? null;
  const offered = facts.locations?.find(({ region }) => region === to)?.generations ?? null;
  const generation = old.generation ?? 2;
  const lacking = lackingIn(entry, old, facts, from);
  const neighbours = neighboursIn(manifest, entry, to);
  const bot = facts.holders.find(({ ref, region }) => ref.kind === "telegram" && region === from);
  const [gap] = facts.gaps;
  const [open] = facts.openMoves;
  return [
    holds("seen", gap === undefined, "everything that the plan rests on could be looked at", () => ({
      found: `could not be looked at: ${facts.gaps.join("; ")}`,
      mend: "`regions doctor` says which access is missing. A move is not begun on half of the facts.",
    })),
    holds("old-copy", old.state === "ACTIVE" || old.state === null, `${name} is ACTIVE in ${from}`, () => ({
      found: `${name} is ${old.state} in ${from}`,
      mend: "Mend it there first: a move carries over what works.",
    })),
    holds(
      "new-copy",
      made === null || made.state === "ACTIVE",
      made === null ? `${to} has no copy yet` : `a copy is ACTIVE in ${to} already`,
      () => ({
        found: `the copy in ${to} is ${made?.state}`,
        mend: "Wait until what is under way there has ended, or delete that copy by hand first.",
      }),
    ),
    holds("senders", lacking === null, `what sends to ${name} in ${from} was found`, () => ({
      found: lacking?.found ?? "",
      mend: lacking?.mend ?? "",
    })),
    plainCondition(namingHolders(facts, from)),
    telegramCondition(name, from, bot?.ref.label ?? null, facts.telegramSecret),
    holds("class", allowed.includes(to), `class ${entry.class} may be in ${to}`, () => ({
      found: `class ${entry.class} belongs in ${allowed.join(" or ")}`,
      mend: `Give ${name} another class, or add ${to} to \`classes.${entry.class}.allow\`.`,
    })),
    holds("isolation", neighbours.length === 0, `${to} holds no class that ${entry.class} is kept apart from`, () => ({
      found: `${to} holds ${neighbours.join(", ")}, which ${entry.class} is kept apart from`,
      mend: "Choose another region, or change `isolatedFrom`.",
    })),
    holds(
      "offered",
      offered === null || offered.includes(generation),
      offered === null
        ? `nobody says whether ${to} offers generation ${generation}; the deployment will`
        : `${to} offers generation ${generation}`,
      () => ({
        found: `${to} does not offer generation ${generation}`,
        mend: "Choose another region.",
      }),
    ),
    holds("no-other-move", open === undefined, `${name} is in no other move`, () => ({
      found: `${open} is not over`,
      mend: `\`regions migrate resume ${open}\` or \`regions migrate rollback ${open}\` first.`,
    })),
    proofCondition(codebase, unproven),
  ];
}

/** Whether an event took effect is on record, or somebody answers for it. */
export function proofCondition(
  { name, ledger }: Pick<CodebaseEntry, "name" | "ledger">,
  unproven: string | null,
): Precondition {
  const isProven = ledger !== null;
  const found = isProven ? `effects are on record in ${ledger}` : `effects are not checked: ${unproven}`;
  return holds("proof", isProven || unproven !== null, found, () => ({
    found: `codebase ${name} declares no ledger, so that nobody can tell whether an event took effect`,
    mend: 'Declare `ledger: { firestore: COLLECTION }`, or give --accept-unproven "reason", which the journal keeps.',
  }));
}

export function holds(
  id: string,
  holds: boolean,
  found: string,
  otherwise: () => { readonly found: string; readonly mend: string },
): Precondition {
  return holds ? { id, holds, found, mend: null } : { id, holds, ...otherwise() };
}

/** What should send to the old copy, and was not found; null: nothing is lacking. */
function lackingIn(
  { name, holders }: FunctionEntry,
  old: DeployedFunction,
  facts: MoveFacts,
  from: string,
): { readonly found: string; readonly mend: string } | null {
  const unread = holders.filter((kind) => !facts.readHolders.has(kind));
  if (unread.length > 0) {
    return {
      found: `regions.yaml says that ${unread.join(" and ")} may hold its address, and nobody could look there`,
      mend: "`regions doctor` says which access is missing.",
    };
  }
  if (
    old.trigger === "scheduled" &&
    !facts.jobs.some((job) => job.region === from && job.name === jobName(name, from))
  ) {
    return {
      found: `Cloud Scheduler has no job ${jobName(name, from)} in ${from}`,
      mend: `Deploy it there again: \`regions deploy --function ${name}\`.`,
    };
  }
  if (old.trigger === "task" && !facts.queues.some((queue) => queue.region === from && queue.name === name)) {
    return {
      found: `Cloud Tasks has no queue ${name} in ${from}`,
      mend: `Deploy it there again: \`regions deploy --function ${name}\`.`,
    };
  }
  return null;
}

/** Classes with functions in the region that the function's class must not share one with. */
function neighboursIn(manifest: Manifest, entry: FunctionEntry, to: string): string[] {
  const own = manifest.classes.get(entry.class);
  const apart = (other: string): boolean =>
    own?.isolatedFrom.includes(other) === true ||
    manifest.classes.get(other)?.isolatedFrom.includes(entry.class) === true;
  const there = new Set<string>();
  for (const one of manifest.functions.values()) {
    if (one.name !== entry.name && one.regions.includes(to) && apart(one.class)) there.add(one.class);
  }
  return [...there].sort();
}

/** What holds the address of a tagged revision cannot be led over: another copy has none of that tag. */
export function plainCondition(holders: readonly ReachingHolder[]): Precondition {
  const odd = holders.filter(({ plain }) => !plain).map(({ ref }) => `${ref.kind} ${ref.label} (${ref.field})`);
  const found = holders.length === 0 ? "nothing holds its address" : "whatever holds its address can be led over";
  return holds("addresses", odd.length === 0, found, () => ({
    found: `${odd.join(" and ")} ${odd.length === 1 ? "holds" : "hold"} an address that no other copy has the like of`,
    mend: "Give it the plain address of the function by hand, without the tag of a revision; then plan anew.",
  }));
}

/**
 * A webhook that is set anew without its secret token loses it, and the handler then refuses every update. `bot`: the one
 * that is to be led over; null: there is none.
 */
export function telegramCondition(
  name: string,
  region: string,
  bot: string | null,
  secret: MoveFacts["telegramSecret"],
): Precondition {
  const led = secret === "none" ? "its webhook has no secret token" : "the secret token of its webhook is at hand";
  const found = bot === null ? "no Telegram bot leads there" : `Telegram's ${bot} can be led over: ${led}`;
  return holds("telegram", bot === null || secret !== undefined, found, () => ({
    found: `Telegram's ${bot} leads to ${name} in ${region}, and the secret token of its webhook cannot be read back`,
    mend: "Say with `telegram: { secret: env:NAME }` which variable holds it and set that, or `secret: none` where the webhook has none.",
  }));
}
