import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeOptions } from "../../src/cli/wire/migrate/write-options.ts";
import type { Manifest } from "../../src/manifest/manifest.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";
import { optionsMark } from "../../src/model/generated-code.ts";

const manifestOf = (codebase: string, moving: string): Manifest =>
  resolveManifest(
    parseManifest(
      `version: 1
environments: { production: { project: acme-prod } }
regions: { europe-west1: {}, europe-west3: {} }
classes: { payments: { region: europe-west3 } }
codebases: { default: { source: functions, ${codebase} } }
functions:
  pay: { class: payments, trigger: https${moving} }
`,
      "regions.yaml",
    ),
    null,
  );
const moving = ", moving: { from: europe-west1, until: 2099-12-01 }";
const firebase = "deployer: firebase, options: regions.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "regions-options-"));
  mkdirSync(join(root, "functions"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const file = () => join(root, "functions/regions.ts");
const written = () => /pay: \{ region: (.*) \}/.exec(readFileSync(file(), "utf8"))?.[1];

it("names both regions while a function moves, and one again for a manifest without the other", async () => {
  writeFileSync(file(), `${optionsMark} from regions.yaml.\n`);
  await writeOptions(root, manifestOf(firebase, moving), "pay");
  expect(written()).toBe('["europe-west1", "europe-west3"]');
  await writeOptions(root, manifestOf(firebase, ""), "pay");
  expect(written()).toBe('"europe-west3"');
});

it.each([
  ["somebody else has written", firebase, "export const mine = 1;\n"],
  ["belongs to a codebase that Pulumi deploys", "deployer: pulumi, options: regions.ts", `${optionsMark}.\n`],
])("leaves a module alone that %s", async (_, codebase, text) => {
  writeFileSync(file(), text);
  await writeOptions(root, manifestOf(codebase, moving), "pay");
  expect(readFileSync(file(), "utf8")).toBe(text);
});

it("makes none where there is none, and knows of functions that no line declares", async () => {
  await writeOptions(root, manifestOf(firebase, moving), "pay");
  await writeOptions(root, manifestOf(firebase, moving), "gone");
  expect(() => readFileSync(file())).toThrow(/ENOENT/);
});
