import { expect, test } from "vitest";
import { failureOf, history } from "./world/history.ts";

test("2,000 drawn histories: each ends moved, rolled back, or stopped with a true explanation; lost 0, doubled 0", {
  timeout: 300_000,
}, async () => {
  const failures: string[] = [];
  const ends = new Set<string>();
  for (let seed = 1; seed <= 2_000; seed += 1) {
    const one = await history(seed);
    ends.add(one.end.is);
    const failure = failureOf(one);
    if (failure !== null) failures.push(failure);
  }
  expect(failures).toEqual([]);
  expect([...ends].sort()).toEqual(expect.arrayContaining(["moved", "rolled-back", "stopped"]));
});
