import fc from "fast-check";
import { expect, it } from "vitest";
import { Timetable } from "../../../src/sandbox/senders/timetable.ts";

it("gives ids by their times, and those of one time in the order in which they came, whatever is taken between", () => {
  const step = fc.oneof(fc.record({ at: fc.integer({ min: 0, max: 20 }) }), fc.constant("take" as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const table = new Timetable();
      const model: { id: string; at: number }[] = [];
      for (const [index, one] of steps.entries()) {
        if (one === "take") {
          table.takeFirst();
          model.shift();
        } else {
          table.add(`entry-${index}`, one.at);
          model.push({ id: `entry-${index}`, at: one.at });
          model.sort((first, second) => first.at - second.at);
        }
        const first = table.first();
        expect(first === null ? null : { id: first.id, at: first.at }).toEqual(model[0] ?? null);
      }
    }),
  );
});
