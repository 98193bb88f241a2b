import { readFileSync } from "node:fs";
import { openStack } from "../../src/stacks/run.ts";

/* Deploys a plan in a process of its own, which its parent may kill, and counts aloud what is done. */

const { site, plan } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
// A function does not travel as text.
const stack = await openStack({ ...site, parallel: () => 8 });
let done = 0;
await stack.up(plan, {
  signal: new AbortController().signal,
  onEvent: ({ kind }) => {
    if (kind === "done") process.send?.(++done);
  },
});
process.disconnect();
