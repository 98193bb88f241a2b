import { z } from "zod";
import { manifestSchema } from "./schema.ts";

/** JSON Schema (2020-12) of regions.yaml, made from the schema that the parser itself checks with. */
export function manifestJsonSchema(): object {
  return { title: "regions.yaml", ...z.toJSONSchema(manifestSchema, { io: "input", target: "draft-2020-12" }) };
}
