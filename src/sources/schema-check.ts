import { z } from "zod";

/** Says whether a value is already exactly what the schema would return: nothing missing, nothing unknown. */
export type Check = (value: unknown) => boolean;

/**
 * Turns a schema into a check that looks at a value in place. A parse by zod copies what it reads, which for 30,000
 * deployed functions costs more than JSON.parse itself; this check costs about a tenth. "No" is no verdict: the schema
 * then decides, with its defaults and its messages. Kinds of schema not named here are asked directly.
 */
export function checkOf(schema: z.ZodType): Check {
  if (schema instanceof z.ZodObject) return checkOfObject(schema);
  if (schema instanceof z.ZodArray) {
    const item = checkOf(schema.element as z.ZodType);
    return (value) => {
      if (!Array.isArray(value)) return false;
      for (const entry of value) if (!item(entry)) return false;
      return true;
    };
  }
  if (schema instanceof z.ZodDefault) return checkOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodNullable) {
    const inner = checkOf(schema.unwrap() as z.ZodType);
    return (value) => value === null || inner(value);
  }
  if (schema instanceof z.ZodEnum) {
    const options = new Set<unknown>(schema.options);
    return (value) => options.has(value);
  }
  if (schema instanceof z.ZodUnion) {
    const options = schema.options.map((option) => checkOf(option as z.ZodType));
    return (value) => options.some((option) => option(value));
  }
  if (schema instanceof z.ZodString && schema.def.checks === undefined) return (value) => typeof value === "string";
  if (schema instanceof z.ZodNumber && !(schema instanceof z.ZodNumberFormat) && schema.def.checks === undefined) {
    return (value) => typeof value === "number" && Number.isFinite(value);
  }
  if (schema instanceof z.ZodLiteral) {
    const values = schema.values;
    return (value) => values.has(value as z.core.util.Literal);
  }
  if (schema instanceof z.ZodBoolean) return (value) => typeof value === "boolean";
  return (value) => schema.safeParse(value).success;
}

function checkOfObject(schema: z.ZodObject): Check {
  const keys: string[] = [];
  const checks: Check[] = [];
  const optional: { key: string; check: Check }[] = [];
  for (const [key, type] of Object.entries(schema.shape) as [string, z.ZodType][]) {
    if (type instanceof z.ZodExactOptional) optional.push({ key, check: checkOf(type.unwrap() as z.ZodType) });
    else {
      keys.push(key);
      checks.push(checkOf(type));
    }
  }
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    const record = value as Record<string, unknown>;
    for (let index = 0; index < keys.length; index += 1) {
      // A key that is missing reads as undefined, which no check of a snapshot lets through.
      if (!checks[index]?.(record[keys[index] as string])) return false;
    }
    let expected = keys.length;
    for (const { key, check } of optional) {
      if (!Object.hasOwn(record, key)) continue;
      if (!check(record[key])) return false;
      expected += 1;
    }
    for (const _ in record) expected -= 1;
    return expected === 0;
  };
}
