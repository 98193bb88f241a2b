import { describeWithEngine } from "../../engine/engine.ts";
import { told } from "./told.ts";
import { openTown } from "./town.ts";

/* The real process, the real engine and the functions that take part; `npm run story` tells it with all of the fleet. */
describeWithEngine("the story under a hundred events a second", (engine) => {
  told(() => openTown(() => ({ REGIONS_PULUMI_ROOT: engine.root ?? "" }), false), { seconds: 1 });
});
