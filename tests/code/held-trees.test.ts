import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { readCallers } from "../../src/sources/callers/read.ts";
import { LanguageProject } from "../../src/sources/code/grammar/language-project.ts";

const { module: load } = LanguageProject.prototype;
const root = mkdtempSync(join(tmpdir(), "regions-held-"));
afterEach(() => {
  LanguageProject.prototype.module = load;
  rmSync(root, { recursive: true });
});

it("keeps trees of other languages a hundred files at a time, and finds the same as with all", async () => {
  const count = 250;
  mkdirSync(join(root, "lib"));
  for (let index = 0; index < count; index++) {
    const text = `import 'package:cloud_functions/cloud_functions.dart';

final functions${index} = FirebaseFunctions.instanceFor(region: 'europe-west1');
Future<void> save${index}() => functions${index}.httpsCallable('save${index}').call();
const address${index} = 'https://europe-west3-demo-regions.cloudfunctions.net/pay${index}';
`;
    writeFileSync(join(root, `lib/screen${index}.dart`), text);
  }
  let most = 0;
  const seen = new Set<string>();
  LanguageProject.prototype.module = function (file) {
    const module = load.call(this, file);
    seen.add(file);
    most = Math.max(most, this.held);
    return module;
  };
  const { facts, gaps } = await readCallers({ root, projectId: "demo-regions", owners: [] });
  expect(gaps).toEqual([]);
  expect(seen.size).toBe(count);
  expect(most).toBe(100);
  const found = facts.callers.flatMap(({ targets }) =>
    targets.map(({ function: name, region }) => `${name}@${region}`),
  );
  const expected = Array.from({ length: count }, (_, index) => [
    `save${index}@europe-west1`,
    `pay${index}@europe-west3`,
  ]);
  expect(found.sort()).toEqual(expected.flat().sort());
});
