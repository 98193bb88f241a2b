import { afterAll, beforeAll } from "vitest";
import { subscribing, subscribingInAStorm, subscriptionFunctions } from "./journeys/subscription.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(subscriptionFunctions);
}, 180_000);
afterAll(() => stage?.close());

subscribing(() => stage);
subscribingInAStorm(() => stage);
