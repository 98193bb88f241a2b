import { expect, it } from "vitest";
import type { Io, Output } from "../../src/cli/io.ts";
import { watchUnderWay } from "../../src/cli/under-way.ts";
import { nameOf } from "../../src/report/part-name.ts";

/** What is told when somebody presses Ctrl-C while six functions are under way. */
function told(columns: number | null): string {
  let text = "";
  const out: Output = {
    write: async (more) => {
      text += more;
    },
    isTerminal: columns !== null,
    columns,
  };
  const control = new AbortController();
  const io: Io = { stdout: out, stderr: out, env: {}, cwd: "/", signal: control.signal, now: () => new Date() };
  const { hear } = watchUnderWay(io, nameOf, "regions deploy");
  for (const name of ["adminBanChatter", "adminAdjustChatterBalance", "pay", "charge", "refund", "capture"]) {
    const part = { kind: "function", function: name, region: "europe-west1", class: null, detail: null } as const;
    hear({ kind: "begun", change: { part, operation: "create", fields: [] } });
  }
  control.abort();
  return text;
}

it("wraps what Ctrl-C waits for between words on a terminal", () => {
  expect(told(80)).toBe(`Stopping: nothing more is begun, and what is under way may end (up to 5
  minutes): adminBanChatter in europe-west1, adminAdjustChatterBalance in
  europe-west1, pay in europe-west1, charge in europe-west1 and 2 more.
Ctrl-C again ends at once; the next \`regions deploy\` then looks what became of
  it.
`);
});

it("leaves its lines whole in a log", () => {
  expect(told(null).split("\n")).toHaveLength(3);
});
