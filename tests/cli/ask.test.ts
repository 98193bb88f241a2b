import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { askAt } from "../../src/cli/ask.ts";

function terminal() {
  const input = new PassThrough();
  const output = new PassThrough();
  const stop = new AbortController();
  const answer = askAt({ input, output }, "Write? [y/N] ", stop.signal, () => stop.abort(new Error("interrupted")));
  return { input, output, answer, shown: () => String(output.read()) };
}

it("gives the line that is typed", async () => {
  const { input, answer } = terminal();
  input.write("yes\r");
  expect(await answer).toBe("yes");
});

it("takes the end of input for no answer, and ends the question's line", async () => {
  const { input, answer, shown } = terminal();
  input.write("\u0004");
  expect(await answer).toBe("");
  expect(shown()).toMatch(/Write\? \[y\/N\] .*\n$/);
});

it("takes Ctrl-C for an interrupt, not for a no", async () => {
  const { input, answer, shown } = terminal();
  input.write("\u0003");
  await expect(answer).rejects.toThrow();
  expect(shown()).toMatch(/\n$/);
});
