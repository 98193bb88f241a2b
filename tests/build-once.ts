import { build } from "../tools/build.mjs";
import { comparisonLeftOut, officialJar } from "./sandbox/official-firestore.ts";

/** Says what is left out of the run. Tests of the real process run dist/regions.js, which is what users get. */
export async function setup(): Promise<void> {
  if (officialJar() === null) process.stderr.write(comparisonLeftOut);
  await build();
}
