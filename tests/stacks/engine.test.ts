import { afterEach, beforeEach, expect, it } from "vitest";
import { emptySeed } from "../../src/sandbox/seed.ts";
import { describeWithEngine } from "../engine/engine.ts";
import { everyKindInput, everyKindManifest } from "./fleet.ts";
import { openRoom, type Room } from "./room.ts";

const seed = {
  ...emptySeed,
  secrets: ["STRIPE_KEY"],
  databases: [{ id: "(default)", location: "eur3" }],
  buckets: [{ name: "acme-photos", location: "EUROPE-WEST1" }],
};
const text = everyKindManifest
  .replace("project: acme-prod", "project: demo-regions")
  .replaceAll("nodejs20", "nodejs22")
  .replace("  partner: core\n", "")
  .replace("    - { from: partner, to: oldCharge, via: task }\n", "");

describeWithEngine("a fleet with one function of every kind, on the engine", (engine) => {
  let room: Room;
  beforeEach(async () => {
    room = await openRoom(engine, seed);
  });
  afterEach(() => room.close());

  it("is created whole, and then stays as it is", async () => {
    const { stack, signal } = room;
    const plan = room.plan(await everyKindInput(text));
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
