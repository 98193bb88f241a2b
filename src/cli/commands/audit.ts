import { ciFormats, tellAudit } from "../audit-text.ts";
import { chosenBaseline } from "../chosen-baseline.ts";
import { defineCommand, value } from "../command.ts";
import { exitCodeOf } from "../exit.ts";
import { inputError } from "../input-error.ts";
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
    changedSince: value(
      "--changed-since <ref>",
      "only findings that were brought or touched since this branch left REF; both sides are audited",
    ),
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
      command: "regions audit --sources declared,callers --changed-since origin/main",
      does: "that gate, for what this branch brings or touches",
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
    const { changedSince } = options;
    const { root } = findGround(global, io);
    if (changedSince !== null) refuseWithoutCode(snapshot, discover);
    const baseline = await chosenBaseline(options.baseline, root, io);
    const base =
      changedSince === null ? null : await (await import("../wire/change.ts")).findBase(changedSince, root, io);
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
    const exact = isExact ? await withFixable(judged, seen, global, io) : judged;
    const report =
      base === null
        ? exact
        : await (await import("../wire/change.ts")).judgeChange(exact, seen, base, options.baseline, global, io);
    const code = exitCodeOf(report, global.failOn);
    await tellAudit(report, code, seen, global, io);
    return code;
  },
});

/** Throws InputError where there is no code to compare, or code of an earlier commit would have to be run. */
function refuseWithoutCode(snapshot: string | null, discover: boolean): void {
  if (snapshot !== null) {
    throw inputError(
      "--changed-since compares the code that is here with an earlier commit, and --snapshot works from a file.",
      "Give one of them.",
    );
  }
  if (discover) {
    throw inputError(
      "--discover runs code, and code of an earlier commit is never run.",
      "Leave it away, or leave --changed-since away.",
    );
  }
}
