import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { manifestJsonSchema } from "../../src/manifest/json-schema.ts";

const validate = new Ajv2020({ allErrors: true, strict: false }).compile(manifestJsonSchema());
const fixtures = join(import.meta.dirname, "fixtures");
const read = (path: string): unknown => parse(readFileSync(join(fixtures, path), "utf8"), { uniqueKeys: false });

describe("the JSON Schema of regions.yaml", () => {
  it.each(readdirSync(join(fixtures, "ok")))("accepts %s", (name) => {
    expect(validate(read(`ok/${name}`)), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each(["unknown-keys", "wrong-types", "wrong-version", "missing-sections", "dates", "environments", "secrets"])(
    "refuses %s",
    (name) => {
      expect(validate(read(`err/${name}.yaml`))).toBe(false);
    },
  );

  it("describes what an editor shows", () => {
    const schema = manifestJsonSchema() as { properties: Record<string, { description?: string }> };
    const silent = Object.entries(schema.properties).filter(([key, value]) => key !== "$schema" && !value.description);
    expect(silent).toEqual([]);
    expect(schema.properties.functions?.description).toBe(
      "Every function of the fleet: its class, or a map where there is more to say.",
    );
  });
});
