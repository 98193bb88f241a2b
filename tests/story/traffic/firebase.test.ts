import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { deployByFirebase, firebaseSurroundings } from "./by-firebase.ts";
import { told } from "./told.ts";
import { openTown, type Town } from "./town.ts";

/** What the source of the fleet says by now, in the module that `migrate` keeps up to date. */
const sourceNames = (name: string, regions: string) => (town: Town) => {
  const module = readFileSync(join(town.folder, "src/functions/src/regions.ts"), "utf8");
  expect(new RegExp(`${name}: \\{ region: ([^}]*) \\}`).exec(module)?.[1]).toBe(regions);
};

/* The same story where the real Firebase CLI deploys. */
describe("the story by the Firebase CLI, under a hundred events a second", () => {
  told(
    () => openTown(firebaseSurroundings, false, deployByFirebase),
    { seconds: 1, byFirebase: true },
    {
      "begins with the faults of a real day": sourceNames("stripeWebhook", '"europe-west1"'),
      "has stripeWebhook in both regions, and Stripe led to the new copy": sourceNames(
        "stripeWebhook",
        '["europe-west1", "europe-west3"]',
      ),
      "has createSubscriptionCheckout in both regions, and SubscriptionPage rewritten": sourceNames(
        "createSubscriptionCheckout",
        '["europe-west1", "europe-west3"]',
      ),
      "loses the old copy of stripeWebhook after three days of silence": sourceNames("stripeWebhook", '"europe-west3"'),
      "loses all other copies that nobody wants after fourteen": sourceNames(
        "createSubscriptionCheckout",
        '"europe-west3"',
      ),
    },
  );
});
