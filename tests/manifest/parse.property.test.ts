import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editManifest } from "../../src/manifest/edit.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { InputError } from "../../src/model/problem.ts";
import { manifestArbitrary } from "./manifest-arbitrary.ts";

/** True when the text was read or refused with places and words; anything else is thrown on. */
function isAnswered(text: string): boolean {
  try {
    return parseManifest(text, "regions.yaml", () => null).functions.size >= 0;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    for (const { place, message, excerpt } of error.problems) {
      expect(message).toMatch(/\S/);
      expect(place?.file).toBe("regions.yaml");
      expect(place?.line).toBeGreaterThanOrEqual(1);
      expect(place?.line).toBeLessThanOrEqual(text.split("\n").length);
      if (excerpt !== null) expect(excerpt.split("\n")).toHaveLength(2);
    }
    return true;
  }
}

/** Pieces that YAML gives a meaning to, and words of the manifest. */
const pieces = fc.constantFrom(
  ..."- ,? ,: ,\n,\r\n,\n  ,\t,{,},[,],&a ,*a,!x ,!!str ,|\n,>-\n,\",',#,---\n,...\n,%YAML 1.1\n,<<,\0,\uFEFF,\uD800,\u2028".split(
    ",",
  ),
  ",",
  ..."version,1,environments,regions,europe-west1,classes,core,functions,__proto__,constructor,null,0x1f,1e999,include,ignore,until,2026-13-45".split(
    ",",
  ),
);

describe("parseManifest never throws anything but InputError", () => {
  it("for any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), isAnswered), { numRuns: 500 });
  });

  it("for any bytes taken for text", () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((data) => Buffer.from(data).toString("utf8"));
    fc.assert(fc.property(bytes, isAnswered), { numRuns: 300 });
  });

  it("for any heap of YAML's own signs", () => {
    const heap = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(""));
    fc.assert(fc.property(heap, isAnswered), { numRuns: 2000 });
  });

  it("for any manifest with a piece cut out, put in or doubled", () => {
    const mutated = fc
      .tuple(
        manifestArbitrary,
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12), pieces), {
          minLength: 1,
          maxLength: 4,
        }),
      )
      .map(([{ text }, wounds]) =>
        wounds.reduce((wounded, [share, length, piece]) => {
          const at = Math.floor(share * wounded.length);
          return wounded.slice(0, at) + piece + wounded.slice(at + length);
        }, text),
      );
    fc.assert(fc.property(mutated, isAnswered), { numRuns: 500 });
  });

  it("for any value in the place of any part", () => {
    const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value));
    const section = fc.constantFrom(
      "version",
      "environments",
      "regions",
      "classes",
      "functions",
      "flows",
      "ignore",
      "include",
      "checks",
      "callers",
    );
    fc.assert(
      fc.property(section, json, (name, value) => isAnswered(`${name}: ${value}\n`)),
      { numRuns: 500 },
    );
  });
});

describe("editManifest never throws anything but InputError", () => {
  it("for any heap of YAML's own signs", () => {
    const heap = fc.array(pieces, { maxLength: 25 }).map((parts) => `functions:\n  a: core\n  ${parts.join("")}`);
    fc.assert(
      fc.property(heap, (text) => {
        try {
          const after = editManifest(text, "regions.yaml", [
            { kind: "add-function", name: "added", entry: "core" },
            { kind: "set-function", name: "a", key: "cpu", value: 1 },
          ]);
          expect(after).toContain("added");
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
