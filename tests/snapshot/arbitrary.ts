import fc from "fast-check";
import { z } from "zod";

/** Values that a schema of the snapshot file lets through as they are, whatever the schema grows to. */
export function arbitraryOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodObject) {
    const required: Record<string, fc.Arbitrary<unknown>> = {};
    const optional: Record<string, fc.Arbitrary<unknown>> = {};
    for (const [key, type] of Object.entries(schema.shape) as [string, z.ZodType][]) {
      if (type instanceof z.ZodExactOptional) optional[key] = arbitraryOf(type.unwrap() as z.ZodType);
      else required[key] = arbitraryOf(type);
    }
    return fc
      .tuple(
        fc.record(required, { noNullPrototype: true }),
        fc.record(optional, { requiredKeys: [], noNullPrototype: true }),
      )
      .map(([always, sometimes]) => ({ ...always, ...sometimes }));
  }
  if (schema instanceof z.ZodArray) return fc.array(arbitraryOf(schema.element as z.ZodType), { maxLength: 3 });
  if (schema instanceof z.ZodDefault) return arbitraryOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodNullable) return fc.option(arbitraryOf(schema.unwrap() as z.ZodType));
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodUnion) return fc.oneof(...schema.options.map((type) => arbitraryOf(type as z.ZodType)));
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values);
  if (schema instanceof z.ZodTemplateLiteral) {
    return fc.string().map((end) => schema.def.parts.map((part) => (typeof part === "string" ? part : end)).join(""));
  }
  if (schema instanceof z.ZodNumberFormat) return fc.integer({ min: 1 });
  if (schema instanceof z.ZodNumber) {
    return fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number));
  }
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodString) return fc.string({ unit: "grapheme" });
  throw new Error(`no arbitrary for ${schema.constructor.name}`);
}
