import type { Manifest } from "../../../manifest/manifest.ts";
import type { TelegramSecret } from "../../../migrate/outside/provider-adapters.ts";
import type { Snapshot } from "../../../model/snapshot.ts";
import type { GlobalOptions } from "../../command.ts";
import type { Io } from "../../io.ts";
import { telegramSecret } from "../holder-access.ts";
import { look } from "../look.ts";
import { findGround, requireManifest } from "../manifest.ts";
import { readingClock } from "./clock.ts";
import { allJournals } from "./find-move.ts";
import { openStore } from "./store.ts";

/** Nobody knows where the function is live: there is nothing to plan with, and nothing wrong with what was asked. */
export class NotSeen extends Error {
  readonly gaps: readonly string[];
  constructor(gaps: readonly string[]) {
    super(gaps.join("\n"));
    this.gaps = gaps;
  }
}

/** What plans are made from: one look at everything, and the moves that are not over. */
export interface PlanGround {
  readonly manifest: Manifest;
  readonly snapshot: Snapshot;
  /** Ids of moves and prunes of the function that are not over. */
  readonly openOf: (name: string) => readonly string[];
  /** Those, and prunes of other functions whose holders are being led to it. */
  readonly openAround: (name: string) => readonly string[];
  /** The id as it is, or with a number behind it where there is one of that name. */
  readonly unused: (id: string) => string;
  /** The secret token of the Telegram bot's webhook; null: nobody says. */
  readonly telegram: TelegramSecret | null;
  /** RFC 3339. */
  readonly now: string;
}

/** Why copies of functions may be somewhere and were not seen. */
export function unseen({ gaps }: Snapshot): string[] {
  const own = gaps.filter(({ source, facet }) => source === "deployed" && facet === "functions");
  return own.map(({ scope, reason }) => `${scope}: ${reason}`);
}

/** Throws InputError where there is no manifest, or one that is wrong. */
export async function lookForPlans(global: GlobalOptions, io: Io): Promise<PlanGround> {
  const ground = findGround(global, io);
  const { manifest } = await requireManifest(ground, global);
  const store = openStore(ground.root, manifest.environment, io);
  const journals = await allJournals(store, readingClock(io)).finally(() => store.close());
  const ids = new Set(journals.map(({ id }) => id));
  const standings = journals.map((journal) => journal.standing());
  const open = standings.flatMap(({ plan, ended }) => (ended === null ? [plan] : []));
  const only = ["declared", "callers", "deployed", "holders"] as const;
  const { snapshot } = await look({ deployedFile: null, snapshotFile: null, only }, { ...global, sources: null }, io);
  return {
    manifest,
    snapshot,
    openOf: (name) => open.flatMap((plan) => (plan.function === name ? [plan.id] : [])),
    openAround: (name) =>
      open.flatMap((plan) => (plan.function === name || plan.stays?.function === name ? [plan.id] : [])),
    unused: (id) => unused(id, ids),
    telegram: telegramSecret(manifest.environment, io.env),
    now: io.now().toISOString(),
  };
}

/** A move that was rolled back a moment ago has the same name: minutes are all that an id tells. */
function unused(id: string, ids: ReadonlySet<string>): string {
  if (!ids.has(id)) return id;
  let number = 2;
  while (ids.has(`${id}-${number}`)) number += 1;
  return `${id}-${number}`;
}
