import { describe, expect, test } from "vitest";
import type { JournalRecord } from "../../src/model/move.ts";
import { cases } from "./world/cases.ts";
import { goOn, settled, stateOf } from "./world/go-on.ts";
import { secretMark } from "./world/holders.ts";
import { createMemoryStore, type Kill } from "./world/memory-store.ts";
import type { Traits } from "./world/place.ts";
import { planOf } from "./world/plan.ts";
import { createRandom } from "./world/random.ts";
import { day } from "./world/receivers.ts";
import { createWorld } from "./world/world.ts";

/* Each record of an undisturbed run is a place to be killed at: enumerated from the run, not by hand. */

interface Story {
  readonly traits: Traits;
  /** First run. */
  readonly kill: Kill | null;
  /** Run from where it was killed on. */
  readonly back: boolean;
  /** Killed once more, on the way back. */
  readonly killBack?: Kill;
}

async function told({ traits, kill, back, killBack }: Story) {
  const world = createWorld(traits, createRandom(11));
  world.place.timeline.advance(day);
  const plan = planOf(traits);
  const store = createMemoryStore();
  const operator = { store, ports: world.ports, by: "ann@laptop" };
  const before = await stateOf(world);
  store.kill = kill;
  const rounds = 400;
  if (back) {
    // The last run that goes forward is the one that is killed.
    await goOn(world, operator, plan, { rounds, back: false, until: () => store.kill === null });
    store.kill = killBack ?? null;
  }
  const end = await goOn(world, operator, plan, { rounds, back });
  const after = await stateOf(world);
  const { lost, doubled } = settled(world);
  const records = store.lines.map((line) => JSON.parse(line) as JournalRecord);
  expect(store.lines.join("\n")).not.toContain(secretMark);
  return { end, before, after, lost, doubled, records };
}

function everywhere(records: readonly JournalRecord[], first: number): Kill[] {
  return records.flatMap((_, at) =>
    at < first ? [] : [{ at, when: "before" } as const, { at, when: "after" } as const],
  );
}

/** Steps that whoever resumed has begun once more although their line stood there, and nothing after it. */
function begunInARow(records: readonly JournalRecord[]): string[] {
  return records.flatMap((record, index) => {
    const before = records[index - 1];
    return record.kind === "begin" && before?.kind === "begin" && before.step === record.step ? [record.step] : [];
  });
}

describe.each([...cases])("%s", (_name, traits) => {
  test("killed at each record, and resumed: as if nothing had been", { timeout: 240_000 }, async () => {
    const calm = await told({ traits, kill: null, back: false });
    expect({ end: calm.end, lost: calm.lost, doubled: calm.doubled }).toEqual({
      end: { is: "moved" },
      lost: [],
      doubled: [],
    });
    for (const kill of everywhere(calm.records, 0)) {
      const { end, after, lost, doubled, records } = await told({ traits, kill, back: false });
      expect({ kill, end, after, lost, doubled, again: begunInARow(records) }).toEqual({
        kill,
        end: { is: "moved" },
        after: calm.after,
        lost: [],
        doubled: [],
        again: [],
      });
    }
  });

  test("turned back from each record up to the drain: as it was before", { timeout: 240_000 }, async () => {
    const calm = await told({ traits, kill: null, back: false });
    const drain = calm.records.findIndex((record) => record.kind === "begin" && record.step === "remove-copy");
    expect(drain).toBeGreaterThan(traits.prunes ? 1 : 4);
    const kills = everywhere(calm.records.slice(0, drain + 1), 1).slice(0, -1);
    for (const kill of kills) {
      const { end, before, after, lost, doubled } = await told({ traits, kill, back: true });
      expect({ kill, end, after, lost, doubled }).toEqual({
        kill,
        end: { is: "rolled-back" },
        after: before,
        lost: [],
        doubled: [],
      });
    }
  });

  test("killed at each record of the way back: as it was before", { timeout: 240_000 }, async () => {
    const calm = await told({ traits, kill: null, back: false });
    const drain = calm.records.findIndex((record) => record.kind === "begin" && record.step === "remove-copy");
    const kill = { at: drain, when: "before" } as const;
    const way = await told({ traits, kill, back: true });
    expect(way.end).toEqual({ is: "rolled-back" });
    for (const killBack of everywhere(way.records, drain)) {
      const { end, before, after, lost, doubled, records } = await told({ traits, kill, back: true, killBack });
      expect({ killBack, end, after, lost, doubled, again: begunInARow(records) }).toEqual({
        killBack,
        end: { is: "rolled-back" },
        after: before,
        lost: [],
        doubled: [],
        again: [],
      });
    }
  });

  test("after the drain it is too late to turn back, and the move goes on", async () => {
    const calm = await told({ traits, kill: null, back: false });
    const drain = calm.records.findIndex((record) => record.kind === "begin" && record.step === "remove-copy");
    for (const kill of everywhere(calm.records, drain).slice(1)) {
      const { end, after } = await told({ traits, kill, back: true });
      expect({ kill, end, after }).toEqual({ kill, end: { is: "moved" }, after: calm.after });
    }
  });
});
