import { z } from "zod";
import type { Path } from "./yaml-file.ts";

export interface SchemaSpot {
  /** Keys that a map may have here; empty for anything else. */
  readonly keys: readonly string[];
  readonly description: string | undefined;
  readonly schema: z.ZodType;
}

/** What the schema says of the place that a path leads to; null where the path leaves the schema. */
export function lookInto(schema: z.ZodType, path: Path): SchemaSpot | null {
  let spot: unknown = schema;
  for (const part of path) {
    const inner = mapOf(spot);
    if (inner instanceof z.ZodObject) spot = inner.shape[String(part)];
    else if (inner instanceof z.ZodRecord) spot = inner.valueType;
    else if (inner instanceof z.ZodArray) spot = inner.element;
    else return null;
    if (spot === undefined) return null;
  }
  if (!(spot instanceof z.ZodType)) return null;
  const inner = mapOf(spot);
  const description = spot.description ?? bare(spot).description;
  return { keys: inner instanceof z.ZodObject ? Object.keys(inner.shape) : [], description, schema: spot };
}

function bare(schema: unknown): z.ZodType {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable) inner = inner.unwrap();
  return inner as z.ZodType;
}

/** The branch of a union that has keys, else the schema itself without optional and nullable. */
function mapOf(schema: unknown): z.ZodType {
  const inner = bare(schema);
  if (!(inner instanceof z.ZodUnion)) return inner;
  const branches = inner.options.map(bare);
  return branches.find((branch) => branch instanceof z.ZodObject) ?? inner;
}
