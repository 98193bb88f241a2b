import type { GuardReport } from "../../model/guard.ts";
import { defineCommand, flag, value } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import { textLayout } from "../text-layout.ts";
import { guardDeploy } from "../wire/guard.ts";

export const guard = defineCommand({
  name: "guard",
  summary: "stops a `firebase deploy` that would delete what is still needed",
  description:
    "For the `predeploy` hook of firebase.json: says what the `firebase deploy` that is about to run would create, update and delete per region, and stops it where a copy would go that is being moved, is still called, has its URL registered somewhere, or is wanted there by regions.yaml. Changes nothing.",
  arguments: [],
  options: {
    only: value(
      "--only <targets>",
      "as given to `firebase deploy` (default: read from its command line, else everything)",
    ),
    force: flag("--force", "the deployment deletes without asking (default: read from its command line)"),
    discover: flag(
      "--discover",
      "always run the codebase's own firebase-functions discovery, too; without it, only where its source leaves something open",
    ),
  },
  examples: [
    { command: "regions guard", does: "in `predeploy`, after the build: judges the deployment that runs it" },
    { command: "regions guard --only functions:payments", does: "by hand: what such a deployment would do" },
    { command: "regions guard --format json", does: "the same as data, as a versioned contract" },
  ],
  run: async ({ options, global }, io) => {
    const report = await guardDeploy(options, global, io);
    const code = codeOf(report);
    const reporter = await import("../../report/guard.ts");
    if (global.format === "json") await io.stdout.write(reporter.guardJson(report));
    else {
      const layout = textLayout(global, io);
      const closing = reporter.guardClosing(report, code, io.stdout.columns);
      await io.stdout.write(reporter.guardText(report, layout) + closing);
    }
    return code;
  },
});

function codeOf({ status }: GuardReport): ExitCode {
  if (status === "refused") return exitCodes.findings;
  return status === "passed" ? exitCodes.clean : exitCodes.gap;
}
