import { afterEach, beforeEach, expect, it } from "vitest";
import { describeWithEngine } from "../engine/engine.ts";
import { everyKindInput } from "./fleet.ts";
import { everyKindSeed, everyKindText, openRoom, type Room } from "./room.ts";

describeWithEngine("a fleet with one function of every kind, on the engine", (engine) => {
  let room: Room;
  beforeEach(async () => {
    room = await openRoom(engine, everyKindSeed);
  });
  afterEach(() => room.close());

  it("is created whole, and then stays as it is", async () => {
    const { stack, signal } = room;
    const plan = room.plan(await everyKindInput(everyKindText));
    const up = await stack.up(plan, { signal });
    expect(up.failures).toEqual([]);
    expect(up.warnings).toEqual([]);
    expect(up.changes.length).toBe(plan.resources.length);
    room.writes();
    const again = await stack.up(plan, { signal, refresh: true });
    expect(again).toMatchObject({ complete: true, changes: [], failures: [], unchanged: plan.resources.length });
    expect(room.writes()).toEqual([]);
  });
});
