import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editManifest, type ManifestEdit } from "../../src/manifest/edit.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import type { FunctionData } from "../../src/manifest/schema.ts";
import { type GeneratedManifest, manifestArbitrary } from "./manifest-arbitrary.ts";

interface Change {
  readonly edit: ManifestEdit;
  /** Entry that the edit is about; its lines may change, or go with a removal. */
  readonly owner: string;
  readonly removes: boolean;
}

const until = fc.constantFrom("2026-12-01", "2027-02-28");
const words = fc.constantFrom(
  "known",
  "asked: the owner",
  "it's #1",
  'said "no"',
  "yes",
  "[x",
  "é ü",
  "a\nb",
  "80%",
  "- x",
);

function changeOf(manifest: GeneratedManifest): fc.Arbitrary<Change> {
  const name = fc.constantFrom(...manifest.functions);
  const set = (
    key: "moving" | "undecided" | "class" | "cpu" | "holders",
    value: fc.Arbitrary<FunctionData[typeof key]>,
  ) =>
    fc.tuple(name, value).map(([one, given]): Change => {
      const edit = { kind: "set-function", name: one, key, value: given } as ManifestEdit;
      return { edit, owner: `function ${one}`, removes: false };
    });
  const entry: fc.Arbitrary<string | FunctionData> = fc.oneof(
    fc.constantFrom("core", "calls"),
    words.map((text) => ({ class: "payments", undecided: text })),
  );
  const ignored = manifest.lines.filter((line) => line.owner?.startsWith("ignore ")).map((line) => line.owner ?? "");
  return fc.oneof(
    set("class", fc.constantFrom("core", "payments")),
    set("cpu", fc.constantFrom(0.5, 4)),
    set("undecided", words),
    set(
      "holders",
      fc.constant(["stripe", "push"] as const).map((kinds) => [...kinds]),
    ),
    set(
      "moving",
      until.map((day) => ({ from: "us-central1", until: day })),
    ),
    name.map(
      (one): Change => ({ edit: { kind: "remove-function", name: one }, owner: `function ${one}`, removes: true }),
    ),
    fc.tuple(fc.constantFrom("added", "omega", "aaa", "yes", "0"), entry).map(
      ([one, given]): Change => ({
        edit: { kind: "add-function", name: one, entry: given },
        owner: `function ${one}`,
        removes: false,
      }),
    ),
    fc.constantFrom("core", "payments", "calls").map(
      (one): Change => ({
        edit: { kind: "set-class-region", class: one, region: "europe-west1", environment: null },
        owner: `class ${one}`,
        removes: false,
      }),
    ),
    fc.constantFrom("core", "payments", "calls").map(
      (one): Change => ({
        edit: { kind: "set-class-region", class: one, region: "europe-west1", environment: "production" },
        owner: "environment production",
        removes: false,
      }),
    ),
    words.map(
      (reason): Change => ({
        edit: { kind: "add-ignore", ignore: { rule: "undecided", reason } },
        owner: "ignore added",
        removes: false,
      }),
    ),
    ...(ignored.length > 0
      ? [
          fc.constantFrom(...ignored).map(
            (owner): Change => ({
              edit: { kind: "remove", path: ["ignore", Number(owner.slice("ignore ".length))] },
              owner,
              removes: true,
            }),
          ),
        ]
      : []),
  );
}

const scene = manifestArbitrary.chain((manifest) => fc.tuple(fc.constant(manifest), changeOf(manifest)));
const notesIn = (text: string) =>
  (text.match(/note-\d+|# \w+ of the file|# where customers are|# homes|# every one/g) ?? []).sort();

describe("any edit of any manifest", () => {
  it("leaves every other line as it is, in its order", () => {
    fc.assert(
      fc.property(scene, ([manifest, change]) => {
        const after = editManifest(manifest.text, "regions.yaml", [change.edit]).split(manifest.eol);
        const others = manifest.lines.filter((line) => line.owner !== change.owner).map((line) => line.text);
        // An emptied section says so on its own line.
        const emptied = new Set(["functions:   # every one", "ignore:"]);
        let at = 0;
        for (const line of others) {
          const found = after.findIndex((text, index) => {
            return (
              index >= at &&
              (text === line || (emptied.has(line) && /^(functions: \{\} {3}# every one|ignore: \[\])$/.test(text)))
            );
          });
          expect(found, `${JSON.stringify(line)} after line ${at} of:\n${after.join("\n")}`).toBeGreaterThanOrEqual(at);
          at = found + 1;
        }
        const own = manifest.lines.length - others.length;
        const section = change.edit.kind === "add-ignore" ? 2 : 1;
        expect(after.length).toBeLessThanOrEqual(others.length + own + section + 1);
      }),
      { numRuns: 400 },
    );
  });

  it("keeps every comment that does not stand on the lines of what is removed", () => {
    fc.assert(
      fc.property(scene, ([manifest, change]) => {
        const after = editManifest(manifest.text, "regions.yaml", [change.edit]);
        const kept = change.removes ? manifest.lines.filter((line) => line.owner !== change.owner) : manifest.lines;
        const before = notesIn(kept.map((line) => line.text).join("\n"));
        // A comment inside a block that is replaced by one value would be lost: such an edit is refused, not done.
        expect(notesIn(after)).toEqual(before);
      }),
      { numRuns: 400 },
    );
  });

  it("can be read again, and says what was asked for", () => {
    fc.assert(
      fc.property(scene, ([manifest, { edit }]) => {
        const after = parseManifest(editManifest(manifest.text, "regions.yaml", [edit]), "regions.yaml");
        const before = parseManifest(manifest.text, "regions.yaml");
        const entryNamed = (name: string) => after.functions.get(name)?.value;
        if (edit.kind === "add-function") {
          expect(entryNamed(edit.name)).toEqual(typeof edit.entry === "string" ? { class: edit.entry } : edit.entry);
        } else if (edit.kind === "remove-function") expect(after.functions.has(edit.name)).toBe(false);
        else if (edit.kind === "set-function") {
          expect(entryNamed(edit.name)).toEqual({ ...before.functions.get(edit.name)?.value, [edit.key]: edit.value });
        } else if (edit.kind === "add-ignore") expect(after.ignores.at(-1)?.value).toEqual(edit.ignore);
        else if (edit.kind === "remove") expect(after.ignores.length).toBe(before.ignores.length - 1);
        const touched = "name" in edit ? edit.name : null;
        for (const [name, entry] of before.functions) {
          if (name !== touched) expect(entryNamed(name)).toEqual(entry.value);
        }
      }),
      { numRuns: 400 },
    );
  });
});
