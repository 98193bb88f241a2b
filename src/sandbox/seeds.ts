import { createHash } from "node:crypto";
import { emptySeed, type Seed } from "./seed.ts";
import { expandSeed } from "./state/expand.ts";
import type { State } from "./state/state.ts";

export type SeedChoice = "story" | "empty" | Seed;

/** The seed of a name; the story is read only when it is wanted. */
export async function loadSeed(choice: SeedChoice): Promise<Seed> {
  if (choice === "empty") return emptySeed;
  if (choice !== "story") return choice;
  const { default: story } = await import("./seed/story.json", { with: { type: "json" } });
  // What is read from JSON has no literal types; a test holds the file against the type.
  return story as unknown as Seed;
}

/** The state that a sandbox starts with. */
export async function seededState(choice: SeedChoice): Promise<State> {
  const seed = await loadSeed(choice);
  return { ...expandSeed(seed), story: choice === "story" ? digestOf(seed) : null };
}

/** The kept state is a story that nobody has changed and that this program tells otherwise by now. */
export async function isOutdatedStory(kept: State): Promise<boolean> {
  return typeof kept.story === "string" && kept.story !== digestOf(await loadSeed("story"));
}

function digestOf(seed: Seed): string {
  return createHash("sha256").update(JSON.stringify(seed)).digest("hex");
}
