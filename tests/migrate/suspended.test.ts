import { describe, expect, test } from "vitest";
import { lockMs } from "../../src/migrate/journal/lock-terms.ts";
import { Refused } from "../../src/migrate/ports/world.ts";
import { cases } from "./world/cases.ts";
import { createFaulty } from "./world/faults.ts";
import { goOn, settled, stateOf } from "./world/go-on.ts";
import { createMemoryStore } from "./world/memory-store.ts";
import { runOnce } from "./world/operator.ts";
import { from, name, type Traits, to } from "./world/place.ts";
import { planOf } from "./world/plan.ts";
import { createRandom } from "./world/random.ts";
import { day, hour } from "./world/receivers.ts";
import { createWorld } from "./world/world.ts";

/*
 * The machine of an operator sleeps in the middle of a call, for each call that changes something, enumerated from an
 * undisturbed run; another operator takes over and ends the move, one way or the other; then the first machine wakes up.
 * Histories 5292 and 6474 of the soak were of these: a job was paused by a call that came after everything was over.
 */

interface Asleep {
  /** Of the calls that change something, the one in which the machine sleeps; null: it never does. */
  readonly at: number | null;
  /** What had been sent had arrived; else it never does. */
  readonly hasLanded: boolean;
  /** What bob does: puts everything back, or goes on. */
  readonly back: boolean;
  /** The call goes out after all, once everything is over: what the fence is there to prevent. */
  readonly unfenced?: boolean;
}

async function told(traits: Traits, { at, hasLanded, back, unfenced = false }: Asleep) {
  const world = createWorld(traits, createRandom(11));
  const { timeline } = world.place;
  timeline.advance(day);
  const plan = planOf(traits);
  const store = createMemoryStore(timeline);
  const before = await stateOf(world);
  const faulty = createFaulty(world.ports, world.place, null);
  const calls: string[] = [];
  let end: unknown = null;
  const bob = { store, ports: world.ports, by: "bob@desk" };
  faulty.onCall = async ({ named, changes }) => {
    if (!changes) return null;
    calls.push(named);
    if (calls.length - 1 !== at) return null;
    return {
      hasLanded,
      sendsLate: unfenced,
      async meanwhile() {
        timeline.advance(lockMs / 2);
        await expect(runOnce(bob, plan)).rejects.toThrow("Its lock holds until");
        timeline.advance(lockMs);
        end = await goOn(world, bob, plan, { rounds: 400, back });
        timeline.advance(hour);
      },
    };
  };
  try {
    const ann = { store, ports: faulty.ports, by: "ann@laptop" };
    const own = await goOn(world, ann, plan, { rounds: 400, back: false });
    end ??= own;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    expect(error.message).toBe("Somebody else has taken over the move. Nothing more is done here.");
  }
  const after = await stateOf(world);
  return { end, before, after, calls, ...settled(world) };
}

describe.each([...cases])("%s", (_name, traits) => {
  test("ends well whichever call the machine sleeps in", { timeout: 120_000 }, async () => {
    const calm = await told(traits, { at: null, hasLanded: false, back: false });
    expect(calm.calls.length).toBeGreaterThan(1);
    for (const [at, call] of calm.calls.entries()) {
      for (const hasLanded of [true, false]) {
        for (const back of [true, false]) {
          const { end, before, after, lost, doubled } = await told(traits, { at, hasLanded, back });
          // Once the old copy is being taken away there is no way back.
          const isBack = back && call !== "copies.remove";
          expect({ call, hasLanded, back, end, after, lost, doubled }).toEqual({
            ...{ call, hasLanded, back },
            end: { is: isBack ? "rolled-back" : "moved" },
            after: isBack ? before : calm.after,
            ...{ lost: [], doubled: [] },
          });
        }
      }
    }
  });
});

test("would lose runs if a call came after everything was over, and the count shows it", async () => {
  const traits = cases.get("scheduled by an interval");
  if (traits === undefined) throw new Error("no such case");
  const { calls } = await told(traits, { at: null, hasLanded: false, back: false });
  const at = calls.lastIndexOf("jobs.pause");
  const late = await told(traits, { at, hasLanded: false, back: true, unfenced: true });
  expect(late.end).toEqual({ is: "rolled-back" });
  expect(late.after).toMatchObject({ [from]: { job: "PAUSED" } });
  expect(late.lost.length).toBeGreaterThan(5);
});

/* History 11181 of the soak: people mend callers as the plan says, before the step that waits for it. */
test("puts callers back that people mended before the move had come to them", async () => {
  const traits = cases.get("https");
  if (traits === undefined) throw new Error("no such case");
  const world = createWorld(traits, createRandom(11));
  world.place.timeline.advance(day);
  const plan = planOf(traits);
  const faulty = createFaulty(world.ports, world.place, null);
  const store = createMemoryStore(world.place.timeline);
  const ann = { store, ports: faulty.ports, by: "ann@laptop" };
  const before = await stateOf(world);
  faulty.onCall = async ({ named }) => {
    if (named === "callers.naming") throw new Refused("The source cannot be read.");
    return null;
  };
  expect(await runOnce(ann, plan)).toMatchObject({ is: "failed", step: { id: "switch-callers" } });
  expect(store.lines.filter((line) => line.includes('"begin","step":"switch-callers"'))).toEqual([]);
  world.callers.mendByHand(from, to);
  world.place.timeline.advance(7 * day);
  faulty.onCall = null;
  expect(await goOn(world, ann, plan, { rounds: 400, back: true })).toEqual({ is: "rolled-back" });
  expect([await stateOf(world), await world.callers.naming(name, to)]).toEqual([before, []]);
  expect(settled(world)).toEqual({ lost: [], doubled: [] });
});
