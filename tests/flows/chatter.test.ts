import { afterAll, beforeAll } from "vitest";
import { chatterFunctions, registeringChatter, registeringChatterInAStorm } from "./journeys/chatter.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(chatterFunctions);
}, 180_000);
afterAll(() => stage?.close());

registeringChatter(() => stage);
registeringChatterInAStorm(() => stage);
