import { build } from "../tools/build.mjs";

/** Tests of the real process run dist/regions.js, which is what users get. */
export async function setup(): Promise<void> {
  await build();
}
