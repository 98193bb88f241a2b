import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Change } from "../../src/model/deployment.ts";
import { ActionError } from "../../src/model/problem.ts";
import { refuseAllButImports } from "../../src/stacks/import.ts";
import { planFleet } from "../../src/stacks/plan/plan.ts";
import type { OpenStack, RunResult } from "../../src/stacks/run.ts";
import { ensureSkeleton } from "../../src/stacks/settle.ts";
import { readState } from "../../src/stacks/state.ts";
import { urnsOf } from "../../src/stacks/urns.ts";
import { describeWithEngine } from "../engine/engine.ts";
import { everyKindInput } from "../stacks/fleet.ts";
import { everyKindSeed, openRoom, type Room } from "../stacks/room.ts";

const { signal } = new AbortController();
const googleProvider = "urn:pulumi:sandbox::regions::pulumi:providers:gcp::google";

describeWithEngine("the guard of an adoption, on the engine", (engine) => {
  let room: Room;
  beforeEach(async () => {
    room = await openRoom(engine, everyKindSeed);
  });
  afterEach(() => room.close());

  const order = (name: string) => [
    {
      type: "gcp:cloudfunctionsv2/function:Function",
      name: `${name}@europe-west1`,
      id: `projects/demo-regions/locations/europe-west1/functions/${name}`,
      provider: "provider",
    },
  ];
  const names = { provider: googleProvider };

  it("refuses an import that would make something beside, and leaves state and cloud as they are", async () => {
    await room.create("stray");
    room.writes();
    // No skeleton: the engine would make a provider of its own, for whatever project the machine is set to.
    const refused = room.stack.adopt(order("stray"), names, { signal });
    await expect(refused).rejects.toThrow(ActionError);
    await expect(refused).rejects.toThrow(
      "Adopting would not only import: the engine plans to create google (pulumi:providers:gcp).",
    );
    expect(readState(await room.stack.readState()).resources.filter(({ id }) => id !== "")).toEqual([]);
    expect(room.writes()).toEqual([]);
  });

  it("lets pass what only imports, and tells of what is gone by then without importing the rest", async () => {
    await room.create("stray");
    const plan = planFleet(await everyKindInput());
    const bare = { ...plan, environment: "sandbox", project: "demo-regions", resources: [] };
    await ensureSkeleton(room.stack, bare, urnsOf(bare, "regions"), { signal });
    room.writes();
    const half = await room.stack.adopt([...order("stray"), ...order("gone")], names, { signal });
    expect([half.complete, half.failures.map(({ message }) => message)]).toEqual([
      false,
      [expect.stringContaining("does not exist")],
    ]);
    const known = async () => readState(await room.stack.readState()).resources.map(({ name }) => name);
    expect(await known()).not.toContain("stray@europe-west1");
    const whole = await room.stack.adopt(order("stray"), names, { signal });
    expect([whole.complete, whole.failures]).toEqual([true, []]);
    expect(await known()).toContain("stray@europe-west1");
    expect(room.writes()).toEqual([]);
  });
});

describe("the guard of an adoption, on its own", () => {
  const step = (op: string, urn: string) => ({
    sequence: 1,
    timestamp: 1,
    resourcePreEvent: { metadata: { op, urn, type: "", provider: "", keys: [] }, planning: true },
  });
  const of = "urn:pulumi:sandbox::regions::regions:fleet:Class$gcp:cloudfunctionsv2/function:Function::";

  it("names every step that is no import", () => {
    const events = [
      step("same", googleProvider),
      step("import", `${of}pay@europe-west3`),
      step("update", `${of}pay@europe-west3`),
      step("import-replacement", `${of}webhook@europe-west3`),
      step("delete", `${of}old@europe-west1`),
    ] as unknown as Parameters<typeof refuseAllButImports>[0];
    expect(() => refuseAllButImports(events.slice(0, 2))).not.toThrow();
    expect(() => refuseAllButImports(events)).toThrow(
      [
        "Adopting would not only import: the engine plans to update pay@europe-west3 (gcp:cloudfunctionsv2/function:Function).",
        "Adopting would not only import: the engine plans to import-replacement webhook@europe-west3 (gcp:cloudfunctionsv2/function:Function).",
        "Adopting would not only import: the engine plans to delete old@europe-west1 (gcp:cloudfunctionsv2/function:Function).",
      ].join("\n"),
    );
  });

  it("keeps the skeleton from touching a part of the fleet", async () => {
    const plan = planFleet(await everyKindInput());
    const part = { kind: "function", function: "pay", region: "europe-west3", class: null, detail: null } as const;
    const ran: string[] = [];
    const result = (changes: readonly Change[]): RunResult => {
      return { changes, failures: [], warnings: [], unchanged: 0, drifts: [], compared: [], complete: true };
    };
    const stack = (changes: readonly Change[]) =>
      ({
        readState: async () => ({ version: 3, deployment: {} }),
        preview: async () => result(changes),
        up: async () => {
          ran.push("up");
          return result([]);
        },
      }) as unknown as OpenStack;
    const urns = urnsOf(plan, "regions");
    const touched = ensureSkeleton(stack([{ part, operation: "delete", fields: [] }]), plan, urns, { signal });
    await expect(touched).rejects.toThrow(
      "Only components were to be added to the state, and the engine plans to delete function pay in europe-west3.",
    );
    expect(ran).toEqual([]);
    await ensureSkeleton(stack([]), plan, urns, { signal });
    expect(ran).toEqual(["up"]);
  });
});
