// `npm run story`: the story under traffic with all functions of the reference fleet, as long as one likes; see tale.ts.
// `--seconds` for each state that the moves wait in; `--cut` leaves out the functions that only stand by.
import { homedir } from "node:os";
import { parseArgs } from "node:util";
import { findEngine } from "../../../src/stacks/engine/find.ts";
import { build } from "../../../tools/build.mjs";
import { chaptersOf } from "./tale.ts";
import { openTown } from "./town.ts";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, cut: { type: "boolean", default: false } },
});
const seconds = Number(values.seconds);
if (!(seconds > 0 && seconds <= 3_600)) throw new Error("--seconds must be a number up to 3600");
const { engine, text } = await findEngine({ env: process.env, platform: process.platform, home: homedir() });
if (engine === null) throw new Error(text);
await build();
process.env.METADATA_SERVER_DETECTION = "none";
const town = await openTown(() => ({ REGIONS_PULUMI_ROOT: engine.root ?? "" }), !values.cut);
try {
  for (const { title, tell } of await chaptersOf(town, { seconds })) {
    const began = performance.now();
    await tell();
    process.stdout.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${title}\n`);
  }
} finally {
  await town.close();
}
