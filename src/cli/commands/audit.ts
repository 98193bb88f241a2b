import { groupings } from "../../report/group-by.ts";
import { auditReport } from "../audit-report.ts";
import { ciFormats, tellAudit } from "../audit-text.ts";
import { choice, defineCommand, flag, value } from "../command.ts";
import { exitCodeOf } from "../exit.ts";
import { lookOptions } from "../look-options.ts";

export const audit = defineCommand({
  name: "audit",
  summary: "one look, all rules, one report",
  description:
    "Compares regions.yaml with what is deployed, what the source declares, what calls it and what holds its URLs. Without a manifest it compares callers with what the source declares. What was asked for and could not be read is a gap (exit code 3), never a pass.",
  arguments: [],
  formats: ciFormats,
  options: {
    changedSince: value(
      "--changed-since <ref>",
      "only findings that were brought or touched since this branch left REF; both sides are audited",
    ),
    baseline: value("--baseline <file>", "leave out the findings that this file of `regions baseline write` holds"),
    all: flag("--all", "in text: every finding, also where there are too many for a screen"),
    groupBy: choice(
      "--group-by <what>",
      "in text: put findings together by it, not by when customers notice",
      groupings,
    ),
    ...lookOptions,
  },
  examples: [
    { command: "regions audit", does: "the default environment of the nearest regions.yaml" },
    { command: "regions audit --env production --format json", does: "the same for CI, as a versioned contract" },
    {
      command: "regions audit --sources declared,callers",
      does: "the gate for pull requests: no credentials, no network",
    },
    {
      command: "regions audit --sources declared,callers --changed-since origin/main",
      does: "that gate, for what this branch brings or touches",
    },
    {
      command: "regions audit --format github --format sarif=out.sarif",
      does: "annotations on standard output, and a file for code scanning",
    },
    { command: "regions audit --all --group-by file", does: "every finding, file by file" },
    { command: "regions audit --state", does: "with drift: the state of `regions deploy`, the cloud and the manifest" },
    {
      command: "regions audit --root ../shop --deployed listing.txt",
      does: "a first look at a fleet without a manifest",
    },
  ],
  run: async ({ options, global }, io) => {
    // Only data tells what can be fixed.
    const exact = global.outputs.some(({ format }) => format === "json");
    const { report, seen } = await auditReport({ ...options, exact }, global, io);
    const code = exitCodeOf(report, global.failOn);
    await tellAudit(report, code, seen, options, global, io);
    return code;
  },
});
