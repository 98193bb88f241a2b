import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { schema } from "../../src/cli/commands/schema.ts";
import type { Io } from "../../src/cli/io.ts";
import { readPlans } from "../../src/cli/wire/migrate/read-plan.ts";
import type { JournalRecord } from "../../src/model/move.ts";
import { cases } from "./world/cases.ts";
import { history } from "./world/history.ts";
import { planOf } from "./world/plan.ts";

/* The published schemas against what moves really write; the output of the process is checked in tests/cli/migrate-shared. */

async function validator(name: string) {
  let text = "";
  const write = async (more: string): Promise<void> => {
    text += more;
  };
  const stdout = { write, isTerminal: false, columns: null };
  const io: Io = {
    stdout,
    stderr: stdout,
    env: {},
    cwd: "/",
    signal: new AbortController().signal,
    now: () => new Date(),
  };
  await schema.run({ args: [name] } as unknown as Parameters<typeof schema.run>[0], io);
  return new Ajv2020({ strict: false, logger: false }).compile(JSON.parse(text) as object);
}

it("know every line of a journal, whatever has happened to the move", { timeout: 120_000 }, async () => {
  const validate = await validator("journal");
  const kinds = new Set<string>();
  for (let seed = 1; seed <= 120; seed += 1) {
    const { lines } = await history(seed);
    for (const line of lines) {
      const record = JSON.parse(line) as JournalRecord;
      kinds.add(record.kind);
      expect([record.kind, validate(record), validate.errors]).toEqual([record.kind, true, null]);
    }
  }
  expect([...kinds].sort()).toEqual([
    "accepted",
    "begin",
    "done",
    "failed",
    "moved",
    "planned",
    "rolled-back",
    "stopped",
    "turned-back",
    "wait",
  ]);
  const record = {
    v: 1,
    n: 3,
    at: "2026-11-28T09:00:00.000Z",
    kind: "begin",
    step: "deploy-copy",
    direction: "do",
    kept: {},
  };
  expect(validate(record)).toBe(true);
  for (const wrong of [
    { v: 2 },
    { n: -1 },
    { at: "yesterday" },
    { kind: "ended" },
    { direction: "back" },
    { kept: { a: [] } },
  ]) {
    expect([wrong, validate({ ...record, ...wrong })]).toEqual([wrong, false]);
  }
});

it("know every plan, alone and in batches, and so does what reads them", async () => {
  const validate = await validator("migrate-plan");
  const plans = [...cases.values()].map((traits) => planOf(traits, { share: 0.01, withinMinutes: 15 }));
  for (const plan of plans) {
    expect([plan.kind, validate(plan), validate.errors]).toEqual([plan.kind, true, null]);
    expect(readPlans(JSON.stringify(plan), "move.json")).toEqual([[plan]]);
    expect(validate({ ...plan, steps: plan.steps.map(({ action: _, ...step }) => step) })).toBe(false);
  }
  const [first, second] = plans.map((plan, index) => ({ ...plan, id: `move-${index}` }));
  const leftOut = [{ function: "nightly", why: "it is there already" }];
  const both = { version: 1, batches: [["move-0"], ["move-1"]], leftOut, plans: [first, second] };
  expect([validate(both), validate.errors]).toEqual([true, null]);
  expect(validate({ ...both, batches: [["move-0", 1]] })).toBe(false);
});
