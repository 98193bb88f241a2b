import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { FileEdit } from "../../manifest/remove-function.ts";
import type { SourceName } from "../../model/gap.ts";
import { count } from "../../report/layout.ts";
import { visible, visibleJson } from "../../report/visible.ts";
import { defineCommand, flag, value } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import { look } from "../wire/look.ts";
import { findGround, requireManifest } from "../wire/manifest.ts";
import { writeWhole } from "../write-file.ts";

export const sync = defineCommand({
  name: "sync",
  summary: "proposes manifest lines for new and vanished functions",
  description:
    "Compares regions.yaml with what is deployed and declared, and prints the lines to add (+), the functions to remove (-) and what a person has to see to (?). Nothing is written without --write. A function counts as gone only where the look was whole.",
  arguments: [],
  options: {
    check: flag("--check", "exit with 1 when there is something to propose, for CI"),
    write: flag("--write", "apply the proposal; comments and order stay"),
    deployed: value("--deployed <file>", "a listing instead of asking Google"),
    snapshot: value("--snapshot <file>", "work from a recorded look, offline"),
  },
  examples: [
    { command: "regions sync", does: "shows what regions.yaml lacks, and what it names in vain" },
    {
      command: "regions sync --sources declared --check",
      does: "fails a pull request that exports a function unknown to it",
    },
    { command: "regions sync --write", does: "applies the proposal" },
  ],
  run: async ({ options, global }, io) => {
    if (options.check && options.write)
      throw inputError("--check writes nothing, and --write does.", "Give one of them.");
    const { parsed } = await requireManifest(findGround(global, io), global);
    // A manifest without codebases says that no source is at hand: it is not asked, which is no gap.
    const usual: readonly SourceName[] = parsed.codebases.size > 0 ? ["declared", "deployed"] : ["deployed"];
    const only = global.sources ?? usual;
    const seen = await look(
      {
        deployedFile: options.deployed,
        snapshotFile: options.snapshot,
        only: only.filter((name) => name === "declared" || name === "deployed"),
      },
      global,
      io,
    );
    const { deployed, declared, gaps } = seen.snapshot;
    const { proposeSync } = await import("../../generate/sync.ts");
    const proposal = proposeSync({ parsed, environment: global.environment, deployed, declared, gaps });
    if (options.write) await write(proposal.edits, seen.root);
    if (global.format === "json") {
      await io.stdout.write(`${visibleJson(JSON.stringify({ version: 1, lines: proposal.lines, gaps }, null, 2))}\n`);
    } else {
      await io.stdout.write(proposalText(proposal.lines, options.write));
      for (const gap of gaps) {
        await io.stderr.write(
          `could not look: ${gap.source}, ${gap.facet} (${visible(gap.scope)}): ${visible(gap.reason)}\n`,
        );
      }
    }
    if (options.check && proposal.lines.length > 0) return exitCodes.findings;
    return gaps.length > 0 ? exitCodes.gap : exitCodes.clean;
  },
});

function proposalText(lines: readonly string[], written: boolean): string {
  if (lines.length === 0) return "regions.yaml agrees with what was seen.\n";
  const closing = written
    ? "Written. Lines with ? are left to you."
    : `${count(lines.length, "line")}. Apply them with \`regions sync --write\`.`;
  return `${lines.map(visible).join("\n")}\n\n${closing}\n`;
}

/** All files are edited in memory before the first one is written: an edit that is refused leaves all as they are. */
async function write(edits: readonly FileEdit[], root: string): Promise<void> {
  const { editManifest } = await import("../../manifest/edit.ts");
  const files = Map.groupBy(edits, (edit) => edit.file);
  const texts = [...files].map(([file, own]) => {
    const path = resolve(root, file);
    const text = editManifest(
      textOf(path, file),
      file,
      own.map(({ edit }) => edit),
    );
    return { path, file, text };
  });
  for (const { path, file, text } of texts) writeWhole(path, text, file);
}

/** Text that becomes the same bytes again; a file in another encoding would be changed all over by an edit. */
function textOf(path: string, file: string): string {
  const bytes = readFileSync(path);
  const text = bytes.toString("utf8");
  if (Buffer.from(text, "utf8").equals(bytes)) return text;
  throw inputError(`${file} is not UTF-8, so it cannot be edited in place.`, "Save it as UTF-8 first.");
}
