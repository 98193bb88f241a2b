import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { AddedAs } from "../../audit/baseline-draft.ts";
import { visible } from "../../report/visible.ts";
import { defineCommand, flag, value } from "../command.ts";
import { readDay } from "../day.ts";
import { exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import { widthOf } from "../io.ts";
import { lookOptions } from "../look-options.ts";
import { readInput, shownPath } from "../wire/files.ts";
import { look } from "../wire/look.ts";
import { findGround } from "../wire/manifest.ts";
import { writeWhole } from "../write-file.ts";

const usualName = "regions-baseline.json";

export const baseline = defineCommand({
  name: "baseline",
  summary: "findings that you live with for now, so that an audit stops at new ones",
  description:
    "`write` records the open findings of a look in a file, which `regions audit --baseline FILE` then suppresses. A finding is told by its fingerprint: a moved line is the same one, another finding in its place is new. Where the file is there already, entries whose findings are gone are taken out, and nothing is added without --add: a baseline shrinks by itself and grows only on purpose.",
  arguments: [{ name: "what", description: "what to do", required: true, choices: ["write"] }],
  options: {
    baseline: value("--baseline <file>", `the file (default: ${usualName} beside the manifest)`),
    add: flag("--add", "also take in what is open and not in the file"),
    owner: value("--owner <name>", "who answers for the entries that are added"),
    reason: value("--reason <text>", "why they are lived with (default: that they were known today)"),
    until: value("--until <day>", "last day they hold, as YYYY-MM-DD; with --add also of entries that have expired"),
    ...lookOptions,
  },
  examples: [
    {
      command: "regions baseline write --sources declared,callers --reason legacy --until 2027-03-31",
      does: "records what the gate for pull requests finds today",
    },
    {
      command: "regions audit --sources declared,callers --baseline regions-baseline.json",
      does: "that gate, for new findings",
    },
    { command: "regions baseline write --sources declared,callers", does: "takes out what has been mended" },
  ],
  run: async ({ options, global }, io) => {
    const { deployed, snapshot, discover, state } = options;
    const until = options.until === null ? null : readDay("--until", options.until);
    if (until !== null && until < global.today)
      throw inputError(`--until ${until} has passed.`, "Name a day to come, or leave it away.");
    const given: AddedAs = { owner: options.owner, reason: options.reason, until };
    const { root } = findGround(global, io);
    const path = options.baseline === null ? join(root, usualName) : resolve(io.cwd, options.baseline);
    const shown = options.baseline ?? usualName;
    const isFirst = !existsSync(path);
    const wantsMore = isFirst || options.add;
    if (!wantsMore && Object.values(given).some((word) => word !== null))
      throw inputError(
        `${shown} is there, and --owner, --reason and --until are for entries that are added.`,
        "Say --add.",
      );
    const [{ audit }, { draftBaseline }, { formatBaseline, parseBaseline }, reporter] = await Promise.all([
      import("../../audit/audit.ts"),
      import("../../audit/baseline-draft.ts"),
      import("../baseline-file.ts"),
      import("../../report/baseline.ts"),
    ]);
    const before = isFirst ? null : readInput(path, shown).text;
    const known = before === null ? [] : parseBaseline(before, shownPath(root, path));
    const seen = await look(
      { deployedFile: deployed, snapshotFile: snapshot, only: null, discover, state },
      global,
      io,
    );
    const report = audit(seen.snapshot, seen.manifest, global.today);
    const draft = draftBaseline(known, report, wantsMore ? given : null);
    const text = formatBaseline(draft.entries);
    if (text !== before) writeWhole(path, text, shown);
    const { added, renewed, leftOut, verdict } = draft;
    const told = {
      file: shown,
      status: text === before ? ("unchanged" as const) : ("written" as const),
      entries: draft.entries.length,
      added,
      renewed,
      removed: verdict.gone,
      expired: verdict.expired.filter((entry) => !renewed.includes(entry)),
      unjudged: verdict.unjudged,
      leftOut,
    };
    const isJson = global.format === "json";
    await io.stdout.write(
      isJson ? reporter.baselineJson(told) : reporter.baselineText(told, widthOf(io), global.verbose),
    );
    for (const gap of report.gaps) {
      await io.stderr.write(
        `could not look: ${gap.source}, ${gap.facet} (${visible(gap.scope)}): ${visible(gap.reason)}\n`,
      );
    }
    return report.gaps.length > 0 ? exitCodes.gap : exitCodes.clean;
  },
});
