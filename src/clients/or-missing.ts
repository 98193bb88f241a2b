import { GoogleError } from "./google-error.ts";

/** What a read gives; null where Google says that there is no such thing. Rejects with every other error. */
export async function orMissing<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof GoogleError && thrown.kind === "not-found") return null;
    throw thrown;
  }
}
