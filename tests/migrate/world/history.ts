import type { RunEnd } from "../../../src/migrate/engine/run.ts";
import { lockMs } from "../../../src/migrate/journal/lock-terms.ts";
import { Refused } from "../../../src/migrate/ports/world.ts";
import { type Drawn, drawHistory, type Trouble } from "./draw.ts";
import { createFaulty, type Suspended } from "./faults.ts";
import { settled } from "./go-on.ts";
import { secretMark } from "./holders.ts";
import { meddle, mendAsked } from "./meddle.ts";
import { createMemoryStore, Killed } from "./memory-store.ts";
import { acceptOnce, type Operator, runOnce } from "./operator.ts";
import { from, to } from "./place.ts";
import { planOf } from "./plan.ts";
import { createRandom } from "./random.ts";
import { day, type EventRecord, hour, minute } from "./receivers.ts";
import { untruth } from "./truth.ts";
import { createWorld } from "./world.ts";

export interface History {
  readonly seed: number;
  readonly drawn: Drawn;
  readonly end: RunEnd;
  readonly lost: readonly EventRecord[];
  readonly doubled: readonly EventRecord[];
  /** What is wrong with how it ended; null: nothing. */
  readonly wrong: string | null;
  readonly lines: readonly string[];
  /** What happened besides, for whoever replays it. */
  readonly log: readonly string[];
}

const patience = 250;
const prunesFrom = 1_000_000_000;

/** One history, from its seed alone. */
export async function history(seed: number): Promise<History> {
  const random = createRandom(seed);
  // By a number of its own, so that a seed tells the same move whether others are prunes or not.
  const drawn = drawHistory(random, createRandom(seed + prunesFrom).chance(0.25));
  const world = createWorld(drawn.traits, random);
  const { timeline } = world.place;
  timeline.advance(random.between(hour, day));
  const plan = planOf(drawn.traits, drawn.abortOn);
  const store = createMemoryStore(timeline);
  const faulty = createFaulty(world.ports, world.place, drawn.rates);
  const ann: Operator = { store, ports: faulty.ports, by: "ann@laptop" };
  const bob: Operator = { store, ports: world.ports, by: "bob@desk" };
  const log: string[] = [];
  const met = new Set<Trouble>();
  const waiting = [...drawn.troubles].sort((a, b) => a.after - b.after);
  let calls = 0;
  let wantsBack = false;
  const say = (what: string): void => {
    log.push(`${new Date(timeline.now()).toISOString()} line ${store.lines.length}: ${what}`);
  };

  async function byBob(back: boolean): Promise<void> {
    if (store.lines.length === 0) return;
    try {
      say(`bob: ${(await runOnce(bob, plan, back)).is}`);
    } catch (error) {
      if (!(error instanceof Killed || error instanceof Refused)) throw error;
      say(`bob: ${error.message}`);
    }
  }

  /** Bob comes while Ann is at it, and is sent away; or he takes over from her, whose machine sleeps. */
  async function bringBob(back: boolean): Promise<Suspended | null> {
    if (random.chance(0.3)) {
      await byBob(back);
      return null;
    }
    return {
      hasLanded: random.chance(0.5),
      async meanwhile() {
        say("ann's machine sleeps");
        timeline.advance(lockMs + random.between(1_000, hour));
        await byBob(back);
        timeline.advance(random.between(1_000, day));
      },
    };
  }

  async function bring(trouble: Trouble): Promise<Suspended | null> {
    say(trouble);
    met.add(trouble);
    if (trouble === "another operator resumes") return bringBob(false);
    if (trouble === "another operator rolls back") return bringBob(true);
    if (trouble === "a rollback is asked for") wantsBack = true;
    else meddle(trouble, world, store);
    return null;
  }

  faulty.onCall = async ({ named }) => {
    calls += 1;
    let suspended: Suspended | null = null;
    while (suspended === null && waiting[0] !== undefined && waiting[0].after <= calls) {
      const next = waiting.shift();
      if (next === undefined) break;
      say(`during ${named}`);
      suspended = await bring(next.trouble);
    }
    return suspended;
  };

  let end: RunEnd | null = null;
  let mended = 0;
  for (let round = 0; round < patience; round += 1) {
    try {
      const back = wantsBack;
      wantsBack = false;
      end = await runOnce(ann, plan, back);
    } catch (error) {
      if (error instanceof Killed || error instanceof Refused) {
        say(error.message);
        timeline.advance(10 * minute);
        continue;
      }
      throw error;
    }
    if (end.is === "moved" || end.is === "rolled-back" || end.is === "paused") break;
    // Networks recover.
    if (round > patience / 2) faulty.rates = null;
    if (end.is === "stopped") {
      if (end.step.action.do === "reconcile" && (await acceptOnce(ann, plan))) continue;
      if (!drawn.mends || mended === 5) break;
      mended += 1;
      say(`mended what was asked for: ${end.reason}`);
      await mendAsked(world, plan, end.direction === "undo");
      timeline.advance(hour);
    } else if (end.is === "waiting") {
      const [left, there] = end.direction === "do" ? [from, to] : [to, from];
      if (end.step.action.do === "switch-callers") world.callers.mendByHand(left, there);
      const due = end.until === null ? timeline.now() + random.between(1, 6) * hour : Date.parse(end.until);
      timeline.advance(Math.min(Math.max(due - timeline.now(), 5 * minute), 15 * day));
    } else timeline.advance(10 * minute);
  }
  if (end === null) throw new Error(`seed ${seed}: no run of the command has ended`);
  const told = [...store.lines, JSON.stringify(end), ...log].join("\n");
  const wrong = told.includes(secretMark) ? "a secret was told" : await untruth(end, world, drawn, met);
  return { seed, drawn, end, ...settled(world), wrong, lines: store.lines, log };
}

/** Why a history is a failure; null: it is none. */
export function failureOf({ seed, lost, doubled, wrong, end }: History): string | null {
  const keys = (events: readonly EventRecord[]): string =>
    events
      .slice(0, 3)
      .map(({ key, met }) => `${key} (${met.join(", ")})`)
      .join("; ");
  const reasons = [
    ...(lost.length > 0 ? [`${lost.length} events lost: ${keys(lost)}`] : []),
    ...(doubled.length > 0 ? [`${doubled.length} effects doubled: ${keys(doubled)}`] : []),
    ...(wrong === null ? [] : [wrong]),
  ];
  if (reasons.length === 0) return null;
  return `history ${seed} ended ${end.is}: ${reasons.join("; ")}. Replay: npm run soak -- --seed ${seed}`;
}
