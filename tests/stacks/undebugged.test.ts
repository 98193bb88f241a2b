import { log, runtime } from "@pulumi/pulumi";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { planFleet } from "../../src/stacks/plan/plan.ts";
import { createFleet } from "../../src/stacks/program.ts";
import { withoutDebugging } from "../../src/stacks/undebugged.ts";
import { everyKindInput } from "./fleet.ts";

/** Every message of the SDK goes through this, whoever sends it. */
let messages: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  messages = vi.spyOn(log, "debug");
});
afterEach(() => {
  messages.mockRestore();
});

async function runFleet(): Promise<void> {
  const plan = planFleet(await everyKindInput());
  const mocks = { newResource: ({ name, inputs }: { name: string; inputs: object }) => ({ id: name, state: inputs }) };
  await runtime.setMocks({ ...mocks, call: () => ({}) }, "regions", plan.environment, false);
  await runtime.runInPulumiStack(async () => createFleet(plan));
  await runtime.disconnect();
}

it("keeps the SDK from sending messages and from keeping stacks, and only meanwhile", async () => {
  const limit = Error.stackTraceLimit;
  await runFleet();
  expect(messages.mock.calls.length).toBeGreaterThan(30);
  messages.mockClear();
  await withoutDebugging(async () => {
    expect(new Error("no stack").stack).toBe("Error: no stack");
    await runFleet();
  });
  expect(messages.mock.calls).toEqual([]);
  expect(log.debug).toBe(messages);
  expect(Error.stackTraceLimit).toBe(limit);
});

it("gives everything back where the run fails", async () => {
  const limit = Error.stackTraceLimit;
  const failed = withoutDebugging(async () => {
    throw new Error("the engine ended");
  });
  await expect(failed).rejects.toThrow("the engine ended");
  expect(log.debug).toBe(messages);
  expect(Error.stackTraceLimit).toBe(limit);
});
