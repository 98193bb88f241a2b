import { emptySeed, type Seed } from "./seed.ts";

export type SeedChoice = "story" | "empty" | Seed;

/** The seed of a name; the story is read only when it is wanted. */
export async function loadSeed(choice: SeedChoice): Promise<Seed> {
  if (choice === "empty") return emptySeed;
  if (choice !== "story") return choice;
  const { default: story } = await import("./seed/story.json", { with: { type: "json" } });
  // What is read from JSON has no literal types; a test holds the file against the type.
  return story as unknown as Seed;
}
