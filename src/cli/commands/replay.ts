import { defineCommand, value } from "../command.ts";
import { createCounter } from "../counter.ts";
import { exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import { textLayout } from "../text-layout.ts";
import { findGround, loadManifest } from "../wire/manifest.ts";
import { writeOutputs } from "../write-outputs.ts";

export const replay = defineCommand({
  name: "replay",
  summary: "what the gate for pull requests would have stopped in the past",
  description:
    "Audits the commits of a range along their first parents, each against the one before it, as `regions audit --changed-since REF` does: which would have been stopped and for what, which of those findings were mended by hand later and by which commit, and which look like noise. Code, regions.yaml and env files are read as each commit has them; nothing of them is run, and nothing is written into the repository. A commit that could not be read is told, and never counted as clean (exit code 3). What was stopped in the past is no finding of today: the exit code is 0.",
  arguments: [],
  formats: ["markdown"],
  options: {
    since: value("--since <when>", "first day, as YYYY-MM-DD in UTC, or the commit before the first one"),
    until: value("--until <when>", "last day, or last commit (default: HEAD)"),
    baseline: value("--baseline <file>", "the baseline, as each commit has it"),
  },
  examples: [
    { command: "regions replay --since 2026-01-01", does: "this year so far" },
    { command: "regions replay --since v1.2.0 --until v1.3.0", does: "what went into a release" },
    { command: "regions replay --since 2026-01-01 --format markdown=replay.md", does: "the same as a page" },
  ],
  run: async ({ options, global }, io) => {
    const { since, until, baseline } = options;
    if (since === null) {
      throw inputError("`regions replay` needs to know where to begin.", "Say --since 2026-01-01, or --since COMMIT.");
    }
    const ground = findGround(global, io);
    const [{ replayHistory }, reporter] = await Promise.all([
      import("../wire/replay.ts"),
      import("../../report/replay.ts"),
    ]);
    // Findings are told apart by the project, too: one that was renamed must not make them all new.
    const project = (await loadManifest(ground, global))?.manifest.environment.project ?? null;
    const counter = createCounter(io, global, "commits");
    const report = await replayHistory({ ...ground, since, until, baseline, project }, global, io, (done, all) =>
      counter.tell(done, all),
    ).finally(() => counter.clear());
    const code = report.unread.length > 0 || report.cut !== null ? exitCodes.gap : exitCodes.clean;
    await writeOutputs(global.outputs, io, ({ format, file }) => {
      if (format === "json") return reporter.replayJson(report);
      if (format === "markdown") return reporter.replayMarkdown(report);
      return reporter.replayText(report, textLayout(global, io, file), code);
    });
    return code;
  },
});
