import { afterAll, beforeAll, expect, it } from "vitest";
import { type Chapter, chaptersOf, type Length } from "./tale.ts";
import type { Town } from "./town.ts";

const titles = [
  "begins with the faults of a real day",
  "is taken into the deployment's state as it is, and takes events",
  "has stripeWebhook in both regions, and Stripe led to the new copy",
  "has createSubscriptionCheckout in both regions, and SubscriptionPage rewritten",
  "has its other pages and its variable mended",
  "has what nobody wants on its way out, and its holders led away",
  "loses the old copy of stripeWebhook after three days of silence",
  "loses all other copies that nobody wants after fourteen",
  "is clean, and scores 10",
  "ends with every event taken, and none of them twice",
] as const;
export type Title = (typeof titles)[number];

/**
 * The chapters as tests, in their order; once one went another way, the others are not told.
 * @param besides what else is so at the end of a chapter
 */
export function told(
  open: () => Promise<Town>,
  length: Length,
  besides: Readonly<Partial<Record<Title, (town: Town) => void>>> = {},
): void {
  let town: Town;
  let chapters: readonly Chapter[] = [];
  beforeAll(async () => {
    process.env.METADATA_SERVER_DETECTION = "none";
    town = await open();
    chapters = await chaptersOf(town, length);
  }, 300_000);
  afterAll(() => town?.close());

  let broken = false;
  it.each(titles.map((title, index) => [title, index] as const))(
    "%s",
    async (title, index) => {
      expect(broken, "a chapter before this one went another way").toBe(false);
      broken = true;
      expect(chapters[index]?.title).toBe(title);
      await chapters[index]?.tell();
      besides[title]?.(town);
      broken = false;
    },
    600_000,
  );

  it("has no other chapters", () => expect(chapters).toHaveLength(titles.length));
}
