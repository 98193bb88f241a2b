import { expect, it } from "vitest";
import { failureOf, history } from "./world/history.ts";

/** `npm run soak` goes on to 10,000; `npm run soak -- --seed N` tells one of them in full. */
const count = 2_000;

it(`ends every one of ${count} histories moved, rolled back, or stopped with a true reason, with nothing lost or doubled`, async () => {
  const failures: string[] = [];
  const ends = new Set<string>();
  for (let seed = 1; seed <= count; seed += 1) {
    const one = await history(seed);
    ends.add(one.end.is);
    const failure = failureOf(one);
    if (failure !== null) failures.push(failure);
  }
  expect(failures).toEqual([]);
  expect([...ends].sort()).toEqual(["moved", "rolled-back", "stopped"]);
}, 120_000);
