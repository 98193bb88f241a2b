import type { RunEnd } from "../../../src/migrate/engine/run.ts";
import type { MovePlan } from "../../../src/model/move.ts";
import { Killed } from "./memory-store.ts";
import { acceptOnce, type Operator, runOnce } from "./operator.ts";
import { from, name, to } from "./place.ts";
import { day, hour, type Losses, lossesOf, minute } from "./receivers.ts";
import type { World } from "./world.ts";

export interface GoOnOptions {
  /** How many runs of the command people have patience for. */
  readonly rounds: number;
  /** The first run is `rollback`. */
  readonly back: boolean;
  /** Gives up after a run where this is so. */
  readonly until?: () => boolean;
  /** What people do between two runs. */
  readonly between?: (end: RunEnd) => void;
}

/** People who resume when it is time, mend what they are asked to mend, and start the command again where it was killed. */
export async function goOn(
  world: World,
  operator: Operator,
  plan: MovePlan,
  { rounds, back, until, between }: GoOnOptions,
): Promise<RunEnd | null> {
  const { timeline } = world.place;
  let isAsked = back;
  let end: RunEnd | null = null;
  for (let round = 0; round < rounds; round += 1) {
    try {
      end = await runOnce(operator, plan, isAsked);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      timeline.advance(10 * minute);
      if (until?.()) return null;
      continue;
    }
    isAsked = false;
    if (end.is === "moved" || end.is === "rolled-back" || end.is === "paused") return end;
    if (end.is === "stopped") {
      if (end.step.action.do !== "reconcile" || !(await acceptOnce(operator, plan))) return end;
    } else if (end.is === "waiting") {
      if (end.step.action.do === "switch-callers") {
        const [left, there] = end.direction === "do" ? [from, to] : [to, from];
        world.callers.mendByHand(left, there);
      }
      const due = end.until === null ? timeline.now() + 3 * hour : Date.parse(end.until);
      timeline.advance(Math.min(Math.max(due - timeline.now(), 5 * minute), 15 * day));
    } else {
      timeline.advance(10 * minute);
    }
    between?.(end);
  }
  return end;
}

/** Sends on for half a day, then lets everything that is under way arrive or be given up, and counts. */
export function settled(world: World): Losses {
  const { place } = world;
  place.timeline.advance(day / 2);
  place.sends = false;
  const until = place.timeline.now();
  place.timeline.advance(8 * day);
  excuseLate(world);
  world.jobs.excusePiled();
  return lossesOf(place.receivers, until);
}

/** A move looks at what leads to a copy right before it deletes it: from that look to the end of that call. */
const lateMs = 52_000;

/** How the keys of what a holder sends begin. */
const sentBy: Readonly<Record<string, string>> = {
  stripe: "evt_",
  twilio: "CA",
  telegram: "update_",
  push: "message_",
};

/**
 * What somebody leads to a copy in the very moment in which it goes, or to one that is gone, no look can see before; what
 * that holder sends is for whoever led it there, and nothing else is.
 */
function excuseLate({ place, holders }: World): void {
  const { receivers } = place;
  for (const { ref, ledByHand } of holders.all.values()) {
    const region = ledByHand?.to ?? "";
    const droppedAt = receivers.droppedAt(region);
    if (ledByHand === null || droppedAt === null || ledByHand.at <= droppedAt - lateMs) continue;
    for (const record of receivers.events.values()) {
      if (!record.key.startsWith(sentBy[ref.kind] ?? " ") || record.blame !== `no copy in ${region}`) continue;
      record.blame = null;
      receivers.excuse(record.key, "somebody led it there as the copy went");
    }
  }
}

/** What a move leaves behind, or must leave as it was. */
export async function stateOf(world: World): Promise<object> {
  const { place, holders, jobs, queues, callers, manifest } = world;
  const inRegion = async (region: string) => ({
    copy: place.receivers.copies.get(region)?.state ?? null,
    job: jobs.stateOf(region),
    queue: (await queues.look({ region, name }))?.overriddenTo,
    callers: await callers.naming(name, region),
  });
  return {
    manifest: manifest.standing,
    holders: [...holders.all].map(([id, { region, others }]) => ({ id, region, others })),
    [from]: await inRegion(from),
    [to]: await inRegion(to),
  };
}
