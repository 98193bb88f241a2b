import { hasOwnCodebase } from "../../manifest/own-codebases.ts";
import type { Verification } from "../../model/verification.ts";
import { defineCommand, flag, value } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import { lookOptions } from "../look-options.ts";
import { textLayout } from "../text-layout.ts";
import { look } from "../wire/look.ts";
import { findGround, requireManifest } from "../wire/manifest.ts";
import { writeOutputs } from "../write-outputs.ts";

const usualPatience = 15;

export const verify = defineCommand({
  name: "verify",
  summary: "the release checklist: the audit, your own checks, what is under way, what is live",
  description:
    "One line for each area of the audit, for quotas, drift, operations under way and the commit that is live, and for each command that regions.yaml names under `checks`, which it runs: each with what was seen. What could not be looked at is never a pass (exit code 3); neither is what nobody asked for, which is shown as not asked.",
  arguments: [],
  formats: ["markdown"],
  options: {
    deployed: lookOptions.deployed,
    snapshot: lookOptions.snapshot,
    discover: lookOptions.discover,
    commit: value("--commit <id>", "fail unless this commit is what is live"),
    skipChecks: flag("--skip-checks", "run none of the commands under `checks`; they are shown as not asked"),
    timeout: value("--timeout <minutes>", `longest time for each of these commands (default: ${usualPatience})`),
  },
  examples: [
    { command: "regions verify --env production", does: "before a release" },
    { command: 'regions verify --env production --commit "$GITHUB_SHA"', does: "after it" },
    { command: "regions verify --format markdown=verification.md", does: "the whole as a document, beside the text" },
  ],
  run: async ({ options, global }, io) => {
    const minutes = options.timeout === null ? usualPatience : Number(options.timeout);
    if (!(minutes > 0 && minutes <= 24 * 60)) {
      throw inputError(`--timeout ${options.timeout} is no number of minutes.`, "Write it as --timeout 30.");
    }
    if (options.commit !== null && !/^[0-9a-f]{7,64}$/.test(options.commit)) {
      throw inputError(
        `--commit ${options.commit} is no commit's id.`,
        "Give 7 or more of its hex digits: `git rev-parse HEAD`.",
      );
    }
    const ground = findGround(global, io);
    const { manifest } = await requireManifest(ground, global);
    const { deployed: deployedFile, snapshot: snapshotFile, discover } = options;
    const state = snapshotFile === null && global.sources === null && hasOwnCodebase(manifest);
    const seen = await look({ deployedFile, snapshotFile, only: null, discover, state }, global, io);
    const [{ audit }, { checklist }, { commitHere }, { readDeployments }, { readOpenMoves }] = await Promise.all([
      import("../../audit/audit.ts"),
      import("../../verify/checklist.ts"),
      import("../wire/commit.ts"),
      import("../wire/verify/deployments.ts"),
      import("../wire/verify/open-moves.ts"),
    ]);
    const [commit, deployments, openMoves] = await Promise.all([
      commitHere(ground.root),
      state || options.commit !== null
        ? readDeployments(ground.root, manifest, io)
        : { unread: "deployments' state was not asked for" },
      readOpenMoves(ground.root, manifest.environment, io),
    ]);
    // Last: a build may write what is looked at.
    const commands = options.skipChecks
      ? null
      : await (await import("../wire/verify/commands.ts")).runChecks(
          ground.root,
          [...manifest.checks.values()],
          minutes * 60_000,
          global,
          io,
        );
    const verification = checklist({
      report: audit(seen.snapshot, manifest, global.today),
      snapshot: seen.snapshot,
      manifest,
      failOn: global.failOn,
      commit,
      deployments,
      wantedCommit: options.commit,
      openMoves,
      commands,
    });
    const code = codeOf(verification);
    const reporter = await import("../../report/verification.ts");
    await writeOutputs(global.outputs, io, ({ format, file }) => {
      if (format === "json") return reporter.verificationJson(verification);
      if (format === "markdown") return reporter.verificationMarkdown(verification);
      return reporter.verificationText(verification, textLayout(global, io, file), code);
    });
    return code;
  },
});

function codeOf({ status }: Verification): ExitCode {
  if (status === "failed") return exitCodes.findings;
  return status === "passed" ? exitCodes.clean : exitCodes.gap;
}
