import { expect, it } from "vitest";
import type { JournalRecord } from "../../../src/model/move.ts";
import { nameOf, told } from "./history.ts";
import { twilioWebhook as kind } from "./kinds/twilio.ts";
import { bundleProgram } from "./program.ts";

it("one move that is killed at each line of its journal, one after the other: as if nothing had been", {
  timeout: 1_800_000,
}, async () => {
  const program = await bundleProgram();
  try {
    const calm = await told({ kind, program, killAt: null, way: "resume" });
    const one = await told({ kind, program, killAt: "each", way: "resume" });
    expect([one.end, one.after, one.lost, one.doubled]).toEqual(["moved", calm.after, [], []]);
    // Each line once: who resumes takes an open `begin` for its own. What happens between two runs needs no wait.
    const lines = (records: readonly JournalRecord[]) => records.filter(({ kind }) => kind !== "wait").map(nameOf);
    expect(lines(one.records)).toEqual(lines(calm.records));
    expect(one.runs).toBe(2 * one.records.length + 1);
  } finally {
    program.remove();
  }
});
