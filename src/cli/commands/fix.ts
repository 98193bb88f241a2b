import { existsSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { Selection } from "../../fix/sort-findings.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import { didYouMean } from "../../manifest/nearest.ts";
import type { Gap } from "../../model/gap.ts";
import type { FixReport, FixStatus } from "../../report/fix.ts";
import { defineCommand, flag, value } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import { wantsColor, widthOf } from "../io.ts";
import { look } from "../wire/look.ts";
import { findGround, requireManifest } from "../wire/manifest.ts";

export const fix = defineCommand({
  name: "fix",
  summary: "points callers at where their functions are live and belong",
  description:
    "Rewrites what surely can be: the client that a call uses, a region written as text, a committed env value, a Hosting rewrite, a task queue's name. Shows the diff first, asks, writes, and audits again; what the audit then says otherwise is put back. Callers of a function that is on the move follow once its new copy is live. A caller is never pointed at a copy that is not live: where that is not known, nothing is done without --assume-live.",
  arguments: [
    { name: "path", description: "a file or folder to keep to (default: everything)", required: false, choices: null },
  ],
  options: {
    dryRun: flag("--dry-run", "show the diff, and write nothing"),
    yes: flag("-y, --yes", "write without asking"),
    functions: value("--function <names>", "only callers of these functions, set apart by commas"),
    rules: value("--rule <names>", "only findings of these rules, set apart by commas"),
    assumeLive: flag("--assume-live", "take every wanted copy for live where that was not looked at"),
    deployed: value("--deployed <file>", "a listing instead of asking Google"),
  },
  examples: [
    { command: "regions fix --dry-run", does: "shows what it would change" },
    { command: "regions fix --env production", does: "shows the diff and asks before it writes" },
    { command: "regions fix web/src --function registerChatter --yes", does: "one function's callers in one folder" },
    {
      command: "regions fix --sources declared,callers --assume-live",
      does: "without a look at what is deployed: you vouch for it",
    },
  ],
  run: async ({ args, options, global }, io) => {
    if (options.dryRun && options.yes)
      throw inputError("--dry-run writes nothing, and --yes does.", "Give one of them.");
    if (global.sources !== null && !global.sources.includes("callers"))
      throw inputError("--sources leaves out callers, which is what there is to fix.", "Add callers to it.");
    const ground = findGround(global, io);
    const { parsed, manifest: written } = await requireManifest(ground, global);
    const selection = await selectionOf(
      args[0] ?? null,
      options.functions,
      options.rules,
      written,
      ground.root,
      io.cwd,
    );
    const seen = await look({ deployedFile: options.deployed, snapshotFile: null, only: null }, global, io);
    const [{ audit }, { planFixes }, { fixInput, withArrivedMoves }, { unifiedDiff }, reporter] = await Promise.all([
      import("../../audit/audit.ts"),
      import("../../fix/plan.ts"),
      import("../wire/fix.ts"),
      import("../../fix/unified-diff.ts"),
      import("../../report/fix.ts"),
    ]);
    const manifest = withArrivedMoves(written, seen.snapshot);
    const audited = audit(seen.snapshot, manifest, global.today);
    const { today } = global;
    const { assumeLive } = options;
    const input = await fixInput(seen, manifest, parsed, audited, { today, selection, assumeLive });
    const plan = await planFixes(input);
    const base = {
      project: audited.project,
      environment: audited.environment,
      mended: plan.mended.map(({ task, what }) => ({ finding: task.finding, region: task.region, what })),
      refused: plan.refused,
      files: [...plan.changed].map(([file, text]) => ({
        file,
        diff: unifiedDiff(file, plan.original.get(file) ?? "", text),
      })),
      gaps: audited.gaps.filter(touchesFix),
    };
    const layout = { width: widthOf(io), color: wantsColor(io, global.color) };
    const isText = global.format === "text";
    const draft: FixReport = { ...base, status: "shown" };
    if (isText && base.files.length > 0) await io.stdout.write(`${reporter.fixDiff(draft, layout)}\n`);
    const status = await settle();
    const report: FixReport = { ...base, status };
    const code = exitCodeOf(report);
    if (!isText) await io.stdout.write(reporter.fixJson(report));
    else await io.stdout.write(reporter.fixSummary(report, layout) + reporter.fixClosing(report, code));
    return code;

    async function settle(): Promise<FixStatus> {
      if (base.files.length === 0) return "nothing to do";
      if (options.dryRun) return "shown";
      if (!options.yes) {
        const ask = isText ? (io.ask ?? null) : null;
        if (ask === null) return "needs consent";
        const files = base.files.length === 1 ? "this file" : `these ${base.files.length} files`;
        const answer = await ask(`Write ${files}? [y/N] `);
        if (!/^\s*y(es)?\s*$/i.test(answer)) return "declined";
      }
      const { writeFixes } = await import("../wire/write-fixes.ts");
      return (await writeFixes(plan, seen.root, input)) ? "written" : "put back";
    }
  },
});

/** What could not be looked at and bears on callers. */
function touchesFix(gap: Gap): boolean {
  return gap.source !== "holders" && (gap.source !== "deployed" || gap.facet === "functions");
}

/** 0: no caller is left to mend; 1: some are; 2: consent is missing; 3: something was not read; 4: put back, or not written. */
function exitCodeOf({ status, refused, gaps, mended }: FixReport): ExitCode {
  if (status === "put back") return exitCodes.failed;
  if (status === "needs consent") return exitCodes.usage;
  const isLeft = refused.length > 0 || (status !== "written" && mended.length > 0);
  if (isLeft) return exitCodes.findings;
  return gaps.length > 0 ? exitCodes.gap : exitCodes.clean;
}

async function selectionOf(
  path: string | null,
  functions: string | null,
  rules: string | null,
  manifest: Manifest,
  root: string,
  cwd: string,
): Promise<Selection> {
  const { mendedRules } = await import("../../fix/sort-findings.ts");
  const named = rules === null ? null : listOf(rules);
  const strange = named?.find((rule) => !mendedRules.has(rule));
  for (const name of functions === null ? [] : listOf(functions)) {
    if (manifest.functions.has(name)) continue;
    const mend = didYouMean(name, manifest.functions.keys()) ?? "See `regions list declared` for the names.";
    throw inputError(`--function names ${name}, which regions.yaml does not list.`, mend);
  }
  if (strange !== undefined) {
    const mend = didYouMean(strange, mendedRules) ?? `The rules are ${[...mendedRules].join(", ")}.`;
    throw inputError(`--rule names ${strange}, which is no rule that can be fixed.`, mend);
  }
  return {
    rules: named === null ? null : new Set(named),
    functions: functions === null ? null : new Set(listOf(functions)),
    paths: path === null ? null : [below(path, root, cwd)],
  };
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function below(path: string, root: string, cwd: string): string {
  const inside = relative(root, resolve(cwd, path));
  if (inside === ".." || inside.startsWith(`..${sep}`))
    throw inputError(`${path} lies outside the folder of the manifest.`, "Name a file or folder in it.");
  if (!existsSync(join(root, inside)))
    throw inputError(`${path} does not exist.`, "Name a file or folder of the tree.");
  return inside.split(sep).join("/");
}
