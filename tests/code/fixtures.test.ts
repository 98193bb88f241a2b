import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Expected, rowsOf } from "./rows.ts";

const folder = join(import.meta.dirname, "fixtures");
const nothing = { callers: [], unresolved: [], env: [], declared: [], undeclared: [], gaps: [] };

describe("small projects, row by row", () => {
  for (const name of readdirSync(folder).sort()) {
    it(name, async () => {
      const root = join(folder, name);
      const expected = JSON.parse(readFileSync(join(root, "expected.json"), "utf8")) as Expected;
      expect(await rowsOf(root)).toEqual({ ...nothing, ...expected });
    });
  }
});
