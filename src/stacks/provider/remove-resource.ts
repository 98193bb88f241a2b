import { isMissing } from "./api-error.ts";
import type { Context } from "./resource-type.ts";

/** Deletes something that one request deletes at once; what is gone already is no error. */
export async function removeResource(context: Context, path: string): Promise<void> {
  try {
    await context.rest.send({ method: "DELETE", path, repeat: "always", waitForOthers: true });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
