import { afterAll, beforeAll } from "vitest";
import { providerFunctions, registeringProvider, registeringProviderInAStorm } from "./journeys/provider.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(providerFunctions);
}, 180_000);
afterAll(() => stage?.close());

registeringProvider(() => stage);
registeringProviderInAStorm(() => stage);
