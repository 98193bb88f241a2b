import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Point, type Told, told } from "./history.ts";
import { distinctPoints, faultsAt, upToDrain } from "./matrix.ts";
import { bundleProgram, type Program } from "./program.ts";
import type { Kind } from "./scene.ts";

/**
 * The real process of one kind of move, killed with SIGKILL at every second (`every`) of the points that differ and
 * resumed, and rolled back. `npm run soak -- --killed` does all of it.
 */
export function describeMatrix(title: string, kind: Kind, every = 2): void {
  describe(`the real process, ${title}`, () => {
    let program: Program;
    let calm: Told;
    let points: readonly Point[];
    beforeAll(async () => {
      program = await bundleProgram();
      calm = await told({ kind, program, killAt: null, way: "resume" });
      points = distinctPoints(calm.records);
    }, 120_000);
    afterAll(() => program?.remove());

    it("moves, with a line for each step of its plan", () => {
      const [first] = calm.records;
      const steps = first?.kind === "planned" ? first.plan.steps.map(({ id }) => id) : [];
      const done = calm.records.flatMap((record) => (record.kind === "done" ? [record.step] : []));
      expect([done, calm.end, calm.lost, calm.doubled]).toEqual([steps, "moved", [], []]);
    });

    it("is killed and resumed: as if nothing had been", { timeout: 1_800_000 }, async () => {
      const some = points.filter((_, index) => index % every === 0);
      expect(some.length).toBeGreaterThan(14 / every);
      expect(await faultsAt(some, "resume", { kind, program, calm })).toEqual([]);
    });

    it("is killed and rolled back, up to the drain: as it was before", { timeout: 1_800_000 }, async () => {
      const some = upToDrain(points, calm.records).filter((_, index) => index % every === 0);
      expect(some.length).toBeGreaterThan(8 / every);
      expect(await faultsAt(some, "rollback", { kind, program, calm })).toEqual([]);
    });
  });
}
