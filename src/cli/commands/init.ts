import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Doubt } from "../../generate/doubts.ts";
import type { SourceName } from "../../model/gap.ts";
import { count, wrap } from "../../report/layout.ts";
import { visible, visibleJson } from "../../report/visible.ts";
import { choice, defineCommand, flag, type GlobalOptions, value } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import { type Io, widthOf } from "../io.ts";
import { type Look, look } from "../wire/look.ts";
import { writeWhole } from "../write-file.ts";

const origins = ["deployed", "declared", "both"] as const;

export const init = defineCommand({
  name: "init",
  summary: "writes a first regions.yaml from what is deployed and declared",
  description:
    "Writes a first regions.yaml: one line per function, in the region where it is live, else where its source puts it. What looks like an accident (a function live in two regions, one apart from its kin) is printed as a decision to take, and stays a finding of the audit until it is taken.",
  arguments: [],
  options: {
    from: choice("--from <origin>", "what to go by (default: the listing, the code under --root, or both)", origins),
    deployed: value("--deployed <file>", "a listing instead of asking Google"),
    project: value("--project <id>", "Google project id (default: the listing's or .firebaserc's)"),
    output: value("-o, --output <file>", 'where to write it, "-" for standard output (default: regions.yaml)'),
    force: flag("--force", "replace the file if it exists"),
  },
  examples: [
    { command: "regions init --deployed listing.txt", does: "from `firebase functions:list > listing.txt`" },
    { command: "regions init --root ../shop -o -", does: "from the source alone, printed" },
    { command: "regions init --root . --deployed listing.txt", does: "from both: what differs becomes a decision" },
    { command: "regions init --from deployed --project acme-prod", does: "from Google, with your own credentials" },
  ],
  run: async ({ options, global }, io) => {
    const from = options.from ?? defaultOrigin(options.deployed !== null, global.root !== null);
    if (from === "declared" && options.deployed !== null) {
      throw inputError("--from declared leaves out the listing that --deployed gives.", "Leave one of them away.");
    }
    const only: SourceName[] = from === "both" ? ["declared", "deployed"] : [from];
    // A listing may be of any fleet: the code around it counts only when it is pointed at.
    const code = from !== "deployed" || global.root !== null;
    const seen = await look(
      { deployedFile: options.deployed, snapshotFile: null, only, draft: { project: options.project, code } },
      global,
      io,
    );
    const target = targetOf(options.output, seen.root, io);
    if (target !== null && existsSync(target.path) && !options.force) {
      throw inputError(`${target.shown} exists already.`, "Name another file with -o, or replace it with --force.");
    }
    const { deployed, declared, gaps } = seen.snapshot;
    for (const gap of gaps) {
      await io.stderr.write(
        `could not look: ${gap.source}, ${gap.facet} (${visible(gap.scope)}): ${visible(gap.reason)}\n`,
      );
    }
    if (deployed === null && declared === null) return exitCodes.gap;

    const { draftManifest } = await import("../../generate/init.ts");
    const folder = target === null ? seen.root : dirname(target.path);
    const draft = draftManifest({
      deployed,
      declared,
      gaps,
      project: options.project ?? seen.snapshot.project,
      codebases: (seen.layout?.codebases ?? []).map((one) => ({
        name: one.name,
        source: seenFrom(folder, seen.root, one.source),
      })),
      callers: (seen.layout?.webRoots ?? []).map((one) => ({
        name: one.name,
        root: seenFrom(folder, seen.root, one.folder),
      })),
    });
    if (draft.functions === 0) {
      throw inputError("Not one function was found, so there is nothing to write a manifest from.", null);
    }
    if (target === null) {
      await io.stdout.write(draft.text);
      await io.stderr.write(decisionsText(draft.doubts, widthOf(io)));
    } else {
      writeWhole(target.path, draft.text, target.shown);
      const next = nextText(target, seen, options.deployed, io);
      await io.stdout.write(resultText(target.shown, draft, seen, next, global, io));
    }
    return gaps.length > 0 ? exitCodes.gap : exitCodes.clean;
  },
});

/** A listing alone says nothing of the code at hand, unless somebody points at it. */
function defaultOrigin(listing: boolean, root: boolean): (typeof origins)[number] {
  if (!listing) return "declared";
  return root ? "both" : "deployed";
}

function targetOf(output: string | null, root: string, io: Io): { path: string; shown: string } | null {
  if (output === "-") return null;
  if (output !== null) return { path: resolve(io.cwd, output), shown: output };
  const path = join(root, "regions.yaml");
  return { path, shown: relative(io.cwd, path) };
}

/** A folder of the checkout as the manifest's own folder sees it. */
function seenFrom(folder: string, root: string, path: string): string {
  const seen = relative(folder, resolve(root, path)).split(sep).join("/");
  return seen === "" ? "." : seen;
}

/** The audit that has all it needs at once: of what was read here, without credentials that nobody has shown yet. */
function nextText(target: { path: string; shown: string }, seen: Look, listing: string | null, io: Io): string {
  const manifest = target.path === join(io.cwd, "regions.yaml") ? "" : ` -m ${target.shown}`;
  if (listing !== null) return `regions audit${manifest} --deployed ${listing}`;
  return `regions audit${manifest}${seen.snapshot.deployed === null ? " --sources declared,callers" : ""}`;
}

function resultText(
  shown: string,
  draft: { readonly doubts: readonly Doubt[]; readonly functions: number },
  seen: Look,
  next: string,
  global: GlobalOptions,
  io: Io,
): string {
  if (global.format === "json") {
    const { doubts, functions } = draft;
    return `${visibleJson(JSON.stringify({ version: 1, file: shown, functions, doubts, notes: seen.notes }, null, 2))}\n`;
  }
  const notes = seen.notes.map((note) => `${visible(note)}\n`).join("");
  return `${shown} declares ${count(draft.functions, "function")}.\n${notes}${decisionsText(draft.doubts, widthOf(io))}Next: read it, then \`${next}\`.\n`;
}

function decisionsText(doubts: readonly Doubt[], width: number): string {
  if (doubts.length === 0) return "";
  const lines = doubts.flatMap((doubt) => wrap(visible(doubt.message), width, "  - ", "    "));
  return `\n${count(doubts.length, "decision")} to take:\n${lines.join("\n")}\n\n`;
}
