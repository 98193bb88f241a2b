import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readCallers } from "../../src/sources/callers/read.ts";
import { truthOf, write, wrongIn } from "./programs/judge.ts";
import { programOf } from "./programs/program.ts";

/** More of them, and of other kinds, where somebody looks for errors: `FUZZ_RUNS=20000 FUZZ_SEED=7 npx vitest …`. */
const numRuns = Number(process.env.FUZZ_RUNS ?? 150);
const seed = Number(process.env.FUZZ_SEED ?? 20261122);

it("reads out of any small program what running it reaches, and no more where it is certain", async () => {
  let certain = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(999), { minLength: 20, maxLength: 400, size: "max" }), async (row) => {
      const program = programOf(row);
      const truth = truthOf(program);
      if (truth === null) throw new Error("the grammar made what is no program");
      const root = mkdtempSync(join(tmpdir(), "regions-fuzz-"));
      try {
        write(root, program);
        const { facts, gaps } = await readCallers({ root, projectId: null, owners: [] });
        expect(gaps).toEqual([]);
        const wrong = wrongIn(facts, "", program, truth);
        if (wrong !== null) throw new Error(`${wrong}\n${[...program.files].flat().join("\n")}`);
        if (facts.callers.some((row) => row.certain)) certain++;
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    }),
    { numRuns, seed },
  );
  // A reader that is never certain would pass as well.
  expect(certain).toBeGreaterThan(numRuns / 3);
}, 3_600_000);
