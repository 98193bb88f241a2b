import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseManifest } from "../../src/manifest/parse.ts";
import { textOfProblems } from "./text-of-problems.ts";

const folder = join(import.meta.dirname, "fixtures/err");
const cases = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

describe("what is said of a bad manifest", () => {
  it("has an expected text for each case", () => {
    const expected = readdirSync(folder).filter((name) => name.endsWith(".out"));
    expect(expected.map((name) => name.replace(/\.out$/, ".yaml"))).toEqual(cases);
    expect(cases.length).toBeGreaterThan(20);
  });

  it.each(cases)("%s", (name) => {
    const text = readFileSync(join(folder, name), "utf8");
    const expected = readFileSync(join(folder, name.replace(/\.yaml$/, ".out")), "utf8");
    expect(textOfProblems(() => parseManifest(text, name, () => null))).toBe(expected);
  });
});
