import { describe, expect, it } from "vitest";
import { count, displayWidth, table, wrap } from "../../src/report/layout.ts";

describe("wrap", () => {
  it("breaks at blanks and indents what follows", () => {
    expect(wrap("one two three four", 11, "- ", "  ")).toEqual(["- one two", "  three", "  four"]);
  });

  it("keeps a word that is longer than the line whole, so that paths can be copied", () => {
    const path = "examples/web/src/pages/registration/ChatterRegister.tsx:12:18";
    expect(wrap(`see ${path} there`, 20, "", "")).toEqual(["see", path, "there"]);
  });

  it("counts columns and not characters", () => {
    expect(wrap("支払い 支払い 支払い", 13, "", "")).toEqual(["支払い 支払い", "支払い"]);
  });
});

describe("displayWidth", () => {
  it.each([
    ["abc", 3],
    ["支払", 4],
    ["e\u0301", 1],
    ["🙂", 2],
  ])("of %s is %i", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

it("aligns columns by their width and leaves no blanks at the end", () => {
  expect(
    table(
      ["NAME", "REGION"],
      [
        ["支払い", "europe-west3"],
        ["a", "us-central1"],
      ],
    ),
  ).toEqual(["NAME    REGION", "支払い  europe-west3", "a       us-central1"]);
});

it("leaves out a column that has neither a heading nor a cell", () => {
  expect(table(["NAME", "", "WHERE"], [["a", "", "x.ts:1"]])).toEqual(["NAME  WHERE", "a     x.ts:1"]);
  expect(table(["NAME", "", "WHERE"], [["a", "uncertain", "x.ts:1"]])).toEqual([
    "NAME             WHERE",
    "a     uncertain  x.ts:1",
  ]);
});

it("says one and several", () => {
  expect([count(0, "gap"), count(1, "gap"), count(2, "gap")]).toEqual(["0 gaps", "1 gap", "2 gaps"]);
});
