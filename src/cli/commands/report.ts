import { createHash } from "node:crypto";
import type { FleetDocument } from "../../model/document.ts";
import { caveat, headline } from "../../report/document/words.ts";
import { visible } from "../../report/visible.ts";
import { defineCommand, value } from "../command.ts";
import { exitCodeOf, exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { lookOptions } from "../look-options.ts";
import { type DocumentOutput, documentFormats, documentOutputs } from "../report/outputs.ts";
import { look } from "../wire/look.ts";
import { writeOutputs } from "../write-outputs.ts";

export const report = defineCommand({
  name: "report",
  summary: "the audit as a document: Markdown, or one HTML page",
  description:
    "Writes what an audit sees as a document for people: the fleet by region, a map that can be filtered, flows, what is wanted and what was found, what has changed, capacity, runtimes, the score, and what was not seen. The HTML page is one file that asks nothing of any network. The document is the result, so findings do not make it fail: exit code 0 when it is written, 3 when it is written and something that was asked for could not be looked at.",
  arguments: [],
  formats: documentFormats,
  options: {
    output: value("-o, --output <file>", "where to write it; .html, .md and .json choose the format"),
    since: value("--since <file>", "compare with an earlier report or audit as JSON, or with a snapshot"),
    history: value("--history <file>", "keep the score of each report in this file, and show how it went"),
    ...lookOptions,
  },
  examples: [
    { command: "regions report -o report.html", does: "one page, to open, to send, or to print" },
    { command: "regions report --env production > report.md", does: "Markdown, for a wiki or a summary of a job" },
    {
      command: "regions report --format html=report.html --format json=report.json --since last.json",
      does: "a page that tells what has changed, and the data for the next one",
    },
    { command: "regions report --snapshot today.json -o report.html --history scores.jsonl", does: "offline" },
  ],
  run: async ({ options, global }, io) => {
    const { deployed, snapshot, discover, state } = options;
    const outputs = documentOutputs(options.output, global.outputs);
    const [{ readHistory, writeHistory }, { readMoves }] = await Promise.all([
      import("../report/score-history.ts"),
      import("../report/moves.ts"),
    ]);
    // What is wrong with a file is told before the long look.
    const kept = options.history === null ? null : readHistory(options.history, io);
    const seen = await look(
      { deployedFile: deployed, snapshotFile: snapshot, only: null, discover, state },
      global,
      io,
    );
    const [{ audit }, { documentOf }, { scoreEntry }] = await Promise.all([
      import("../../audit/audit.ts"),
      import("../../audit/document/document.ts"),
      import("../../audit/document/score.ts"),
    ]);
    const judged = audit(seen.snapshot, seen.manifest, global.today);
    const since = options.since;
    const earlier =
      since === null ? null : (await import("../report/earlier.ts")).readEarlier(since, seen.manifest, judged, io);
    const isLive = snapshot === null && deployed === null && seen.snapshot.sources.deployed !== "not asked";
    const { moves, unread } = await readMoves(seen.root, seen.manifest, isLive, io);
    const document = documentOf(judged, seen.snapshot, seen.manifest, {
      earlier,
      history: kept,
      moves,
      unread,
    });
    if (options.history !== null && Number.isNaN(Date.parse(seen.snapshot.takenAt))) {
      throw inputError("The snapshot does not say when it was taken, and a history goes by that.", "Take it again.");
    }
    await writeOutputs(outputs, io, ({ format }) => textOf(document, format, io));
    if (options.history !== null && kept !== null) {
      writeHistory(options.history, kept, scoreEntry(judged, seen.snapshot.takenAt), io);
    }
    if (!global.quiet) await io.stderr.write(sumOf(document, outputs));
    // The document is the result, whatever it tells; only what it could not see makes it less than was asked for.
    return exitCodeOf({ ...judged, findings: [] }, "error") === exitCodes.gap ? exitCodes.gap : exitCodes.clean;
  },
});

async function textOf(document: FleetDocument, format: DocumentOutput["format"], io: Io): Promise<string> {
  if (format === "json") return (await import("../../report/document/json.ts")).documentJson(document);
  if (format === "markdown") {
    return (await import("../../report/document/markdown/document.ts")).markdownDocument(document);
  }
  const { htmlPage } = await import("../../report/document/html/page.ts");
  const hash = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
  return htmlPage(document, io.version?.() ?? null, hash);
}

/** What was written, and the first line of it, for whoever sits at the terminal. */
function sumOf(document: FleetDocument, outputs: readonly DocumentOutput[]): string {
  const files = outputs.flatMap(({ file }) => file ?? []);
  const warning = caveat(document);
  const lines = [
    ...(files.length === 0 ? [] : [`Written: ${files.map(visible).join(", ")}.`]),
    headline(document),
    ...(warning === null ? [] : [warning]),
    ...document.sources.flatMap(({ source, gaps }) =>
      gaps.map(({ facet, scope, reason }) => `could not look: ${source}, ${facet} (${scope}): ${reason}`),
    ),
  ];
  return `${lines.map(visible).join("\n")}\n`;
}
