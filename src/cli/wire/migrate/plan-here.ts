import { type MoveRequest, planMove } from "../../../migrate/plan/plan.ts";
import type { MovePlan } from "../../../model/move.ts";
import type { GlobalOptions } from "../../command.ts";
import type { Io } from "../../io.ts";
import { look } from "../look.ts";
import { findGround, requireManifest } from "../manifest.ts";
import { moveFacts } from "./facts.ts";
import { openJournals } from "./find-move.ts";
import { openStore } from "./store.ts";

export type PlanAsk = Omit<MoveRequest, "now">;

/** Nobody knows where the function is live: there is nothing to plan with, and nothing wrong with what was asked. */
export class NotSeen extends Error {
  readonly gaps: readonly string[];
  constructor(gaps: readonly string[]) {
    super(gaps.join("\n"));
    this.gaps = gaps;
  }
}

/**
 * Plans moves from one look at everything. Throws InputError with what is wrong with what was asked, and NotSeen where
 * nothing can be said of where the function is live.
 */
export async function planHere(asks: readonly PlanAsk[], global: GlobalOptions, io: Io): Promise<readonly MovePlan[]> {
  const ground = findGround(global, io);
  const { manifest } = await requireManifest(ground, global);
  const store = openStore(ground.root, manifest.environment, io);
  const clock = { now: async () => io.now().getTime(), pause: async () => {} };
  const read = async () => ({
    ids: new Set(await store.list()),
    open: (await openJournals(store, clock)).map((journal) => journal.standing().plan),
  });
  const { ids, open } = await read().finally(() => store.close());
  const only = ["declared", "callers", "deployed", "holders"] as const;
  const { snapshot } = await look({ deployedFile: null, snapshotFile: null, only }, { ...global, sources: null }, io);
  const now = io.now().toISOString();
  return asks.map((ask) => {
    const own = open.flatMap((plan) => (plan.function === ask.function ? [plan.id] : []));
    const facts = moveFacts(snapshot, manifest, ask.function, ask.to, own);
    // "Live nowhere" would be said of what was only not seen.
    const gaps = snapshot.gaps.filter(({ source, facet }) => source === "deployed" && facet === "functions");
    const isFound = facts.copies.some(({ region }) => region === (ask.from ?? region) && region !== ask.to);
    if (manifest.functions.has(ask.function) && !isFound && gaps.length > 0) {
      throw new NotSeen(gaps.map(({ scope, reason }) => `${scope}: ${reason}`));
    }
    const plan = planMove(manifest, facts, { ...ask, now });
    return { ...plan, id: unused(plan.id, ids) };
  });
}

/** A move that was rolled back a moment ago has the same name: minutes are all that an id tells. */
function unused(id: string, ids: ReadonlySet<string>): string {
  if (!ids.has(id)) return id;
  let number = 2;
  while (ids.has(`${id}-${number}`)) number += 1;
  return `${id}-${number}`;
}
