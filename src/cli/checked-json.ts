import type { z } from "zod";
import { InputError } from "../model/problem.ts";
import { type JsonStep, pathText, placesOf } from "../sources/json-text.ts";

const problemsShown = 20;

/** A parsed file as its schema has it. Throws InputError with every problem and its place in `text`. */
export function checked<S extends z.ZodType>(
  schema: S,
  value: unknown,
  text: string,
  file: string,
  mend: string,
): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, problemsShown);
  const paths = issues.map(({ path }) => path.filter((step): step is JsonStep => typeof step !== "symbol"));
  const places = placesOf(text, file, paths);
  throw new InputError(
    issues.map((issue, index) => ({
      place: places[index] ?? null,
      message: `${pathText(paths[index] ?? [])}: ${issue.message}.`,
      mend,
      excerpt: null,
    })),
  );
}
