import { resolve } from "node:path";
import { visible, visibleJson } from "../../report/visible.ts";
import { defineCommand, flag, value } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { look } from "../wire/look.ts";
import { writeWhole } from "../write-file.ts";

export const snapshot = defineCommand({
  name: "snapshot",
  summary: "records a look as a file, for later and for elsewhere",
  description:
    "Reads all sources that are asked for and writes the facts, with their gaps, to a file that every reading command takes with --snapshot. No secrets enter it.",
  arguments: [],
  options: {
    output: value("-o, --output <file>", "where to write it (default: standard output)"),
    deployed: value("--deployed <file>", "a listing instead of asking Google"),
    state: flag(
      "--state",
      "also what deployments remember, compared with what is there: what was changed or deleted by hand",
    ),
    discover: flag(
      "--discover",
      "also run each codebase's own firebase-functions discovery, confined, and compare (executes its code)",
    ),
  },
  examples: [
    { command: "regions snapshot --env production -o today.json", does: "records what is there now" },
    { command: "regions audit --snapshot today.json", does: "judges it later, without credentials" },
  ],
  run: async ({ options, global }, io) => {
    const { deployed, discover, state } = options;
    const seen = await look({ deployedFile: deployed, snapshotFile: null, only: null, discover, state }, global, io);
    const { formatSnapshot } = await import("../../sources/snapshot-file.ts");
    const text = visibleJson(formatSnapshot(seen.snapshot));
    if (options.output === null || options.output === "-") await io.stdout.write(text);
    else writeWhole(resolve(io.cwd, options.output), text, options.output);
    if (!global.quiet) {
      for (const note of seen.notes) await io.stderr.write(`${visible(note)}\n`);
      for (const gap of seen.snapshot.gaps) {
        await io.stderr.write(
          `could not look: ${gap.source}, ${gap.facet} (${visible(gap.scope)}): ${visible(gap.reason)}\n`,
        );
      }
    }
    return seen.snapshot.gaps.length > 0 ? exitCodes.gap : exitCodes.clean;
  },
});
