import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { manifestJsonSchema } from "../../src/manifest/json-schema.ts";
import { parseManifest } from "../../src/manifest/parse.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/manifest.md"), "utf8");
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
const [whole = "", ...fragments] = blocks;

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** Names of all keys below a part of the schema. */
function keysBelow(schema: Schema): string[] {
  const inner = [schema.additionalProperties, schema.items, ...(schema.anyOf ?? [])];
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, value]) => [key, ...keysBelow(value)]),
    ...inner.flatMap((one) => (typeof one === "object" ? keysBelow(one) : [])),
  ];
}

/** The file that a fragment stands in: the whole one, with the fragment's sections instead of its own. */
function around(fragment: string): string {
  const own = Object.keys(parse(fragment) as object);
  const sections = whole.split(/^(?=\w+:)/m).filter((section) => !own.some((key) => section.startsWith(`${key}:`)));
  return sections.join("") + fragment;
}

describe("the page about regions.yaml", () => {
  const sections = Object.entries((manifestJsonSchema() as Schema).properties ?? {}).filter(
    ([key]) => key !== "$schema",
  );

  it.each(sections)("explains %s and every key below it", (key, schema) => {
    const section = page.split(/^## /m).find((text) => text.startsWith(`\`${key}\`\n`));
    const missing = keysBelow(schema).filter((name) => section?.includes(`\`${name}\``) !== true);
    expect({ found: section !== undefined, missing }).toEqual({ found: true, missing: [] });
  });

  it("has no section for a key that does not exist", () => {
    const named = [...page.matchAll(/^## `(\w+)`$/gm)].map((match) => match[1]);
    expect(named.sort()).toEqual(sections.map(([key]) => key).sort());
  });

  it("begins with a whole file that holds", () => {
    expect(parseManifest(whole, "regions.yaml").functions.size).toBe(5);
  });

  it.each(fragments.map((fragment) => [fragment.split("\n")[0], fragment]))(
    "shows %s as it may be written",
    (_, text) => {
      expect(() => parseManifest(around(text ?? ""), "regions.yaml")).not.toThrow();
    },
  );
});
