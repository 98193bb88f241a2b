import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithEngine } from "../../engine/engine.ts";
import { openEngineMatrix } from "./engine.ts";
import { nameOf } from "./history.ts";
import { distinctPoints, faultsAt, type Matrix, upToDrain } from "./matrix.ts";

const patience = 1_800_000;

/* The program as users get it, on the real engine: killed with SIGKILL at every point that differs, a new move for each. */
describeWithEngine("the real process, on the real engine", (engine) => {
  let matrix: Matrix & { remove(): void };
  beforeAll(async () => {
    matrix = await openEngineMatrix(engine.root ?? "");
  }, patience);
  afterAll(() => matrix?.remove());

  it("moves, with a line before and after each effect", () => {
    const { calm, stages = [] } = matrix;
    expect([calm.end, calm.lost, calm.doubled, stages.map(({ lines }) => lines)]).toEqual(["moved", [], [], [0, 5]]);
    const holder = "switch-holder:stripe:we_1Qmatrix:url";
    expect(calm.records.map(nameOf)).toEqual([
      "planned",
      ...["declare-move", "deploy-copy", holder].flatMap((step) => [`begin ${step}`, `done ${step}`]),
      "wait await-request",
      "done await-request",
      "wait await-silence",
      "done await-silence",
      "done reconcile",
      ...["remove-copy", "declare-end"].flatMap((step) => [`begin ${step}`, `done ${step}`]),
      "moved",
    ]);
  });

  it("is killed and resumed: as if nothing had been", { timeout: patience }, async () => {
    const points = distinctPoints(matrix.calm.records);
    expect(points.length).toBe(23);
    expect(await faultsAt(points, "resume", matrix)).toEqual([]);
  });

  it("is killed and rolled back, up to the drain: as it was before", { timeout: patience }, async () => {
    const { records } = matrix.calm;
    const points = upToDrain(distinctPoints(records), records);
    expect(points.length).toBe(15);
    expect(await faultsAt(points, "rollback", matrix)).toEqual([]);
  });
});
