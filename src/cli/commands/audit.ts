import { ciFormats, tellAudit } from "../audit-text.ts";
import { chosenBaseline } from "../chosen-baseline.ts";
import { defineCommand, value } from "../command.ts";
import { exitCodeOf } from "../exit.ts";
import { lookOptions } from "../look-options.ts";
import { withFixable } from "../wire/fixable.ts";
import { look } from "../wire/look.ts";
import { findGround } from "../wire/manifest.ts";

export const audit = defineCommand({
  name: "audit",
  summary: "one look, all rules, one report",
  description:
    "Compares regions.yaml with what is deployed, what the source declares, what calls it and what holds its URLs. Without a manifest it compares callers with what the source declares. What was asked for and could not be read is a gap (exit code 3), never a pass.",
  arguments: [],
  formats: ciFormats,
  options: {
    baseline: value("--baseline <file>", "leave out the findings that this file of `regions baseline write` holds"),
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
      command: "regions audit --format github --format sarif=out.sarif",
      does: "annotations on standard output, and a file for code scanning",
    },
    { command: "regions audit --state", does: "with drift: the state of `regions deploy`, the cloud and the manifest" },
    {
      command: "regions audit --root ../shop --deployed listing.txt",
      does: "a first look at a fleet without a manifest",
    },
  ],
  run: async ({ options, global }, io) => {
    const { deployed, snapshot, discover, state } = options;
    const { root } = findGround(global, io);
    const baseline = await chosenBaseline(options.baseline, root, io);
    const seen = await look(
      { deployedFile: deployed, snapshotFile: snapshot, only: null, discover, state },
      global,
      io,
    );
    const { audit: judge } = await import("../../audit/audit.ts");
    const judged = judge(seen.snapshot, seen.manifest, global.today, baseline);
    // Only data tells what can be fixed, and only source that was just read can say it.
    const hasJson = global.outputs.some(({ format }) => format === "json");
    const isExact = hasJson && options.snapshot === null;
    const report = isExact ? await withFixable(judged, seen, global, io) : judged;
    const code = exitCodeOf(report, global.failOn);
    await tellAudit(report, code, seen, global, io);
    return code;
  },
});
