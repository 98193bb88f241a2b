import type { Gap, SourceName } from "../../model/gap.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { visible } from "../../report/visible.ts";
import { defineCommand, flag, value, values } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import { look } from "../wire/look.ts";

const kinds = ["deployed", "declared", "callers", "holders"] as const satisfies readonly SourceName[];

export const list = defineCommand({
  name: "list",
  summary: "the facts alone: deployed, declared, callers or holders",
  description:
    "Prints the facts of one source, unjudged: copies that are deployed, functions that the source declares, places that call a function, outside systems that hold its URL.",
  arguments: [{ name: "source", description: "which facts", required: true, choices: kinds }],
  options: {
    deployed: value("--deployed <file>", "a listing instead of asking Google"),
    snapshot: value("--snapshot <file>", "work from a recorded look, offline"),
    source: values("--source <folder>", "declared: a codebase to read, in place of those that are known; repeatable"),
    discover: flag(
      "--discover",
      "declared: also run each codebase's own firebase-functions discovery, confined, and compare (executes its code)",
    ),
  },
  examples: [
    { command: "regions list callers", does: "every place that reaches a function, with its region" },
    {
      command: "regions list callers --format json > web-callers.json",
      does: "facts for a manifest in another repository",
    },
    {
      command: "regions list declared --root ../shop --source functions --discover",
      does: "what the source says, beside what the SDK makes of it",
    },
    { command: "regions list deployed --deployed listing.txt", does: "what a listing says, as the audit reads it" },
  ],
  run: async ({ args, options, global }, io) => {
    const kind = kinds.find((one) => one === args[0]) ?? "callers";
    if (global.sources !== null && !global.sources.includes(kind)) {
      throw inputError(`--sources leaves out ${kind}, which is what is to be listed.`, "Leave --sources away.");
    }
    const deployedFile = kind === "deployed" ? options.deployed : null;
    if (options.deployed !== null && deployedFile === null) {
      throw inputError(`--deployed says nothing about ${kind}.`, "Leave it away, or list deployed.");
    }
    for (const [name, given] of [
      ["--source", options.source.length > 0],
      ["--discover", options.discover],
    ] as const) {
      if (given && kind !== "declared")
        throw inputError(`${name} says nothing about ${kind}.`, "Leave it away, or list declared.");
    }
    const { snapshot: snapshotFile, discover, source: codebases } = options;
    const seen = await look({ deployedFile, snapshotFile, only: [kind], discover, codebases }, global, io);
    const { snapshot } = seen;
    const gaps = snapshot.gaps.filter((gap) => gap.source === kind);
    const text = await render(kind, snapshot, gaps, global.format);
    if (text !== null) await io.stdout.write(text);
    else
      for (const gap of gaps)
        await io.stderr.write(`could not look: ${gap.facet} (${visible(gap.scope)}): ${visible(gap.reason)}\n`);
    return gaps.length > 0 || snapshot.sources[kind] !== "read" ? exitCodes.gap : exitCodes.clean;
  },
});

/** Null where there are no facts at all: an empty list would say that there is nothing. */
async function render(
  kind: (typeof kinds)[number],
  snapshot: Snapshot,
  gaps: readonly Gap[],
  format: "text" | "json",
): Promise<string | null> {
  const facts = snapshot;
  if (format === "json") {
    const json = await import("../../report/json.ts");
    if (kind === "deployed") return facts.deployed && json.deployedJson(snapshot.project, facts.deployed, gaps);
    if (kind === "declared") return facts.declared && json.declaredJson(facts.declared, gaps);
    if (kind === "callers") return facts.callers && json.callersJson(facts.callers, gaps);
    return facts.holders && json.holdersJson(facts.holders, gaps);
  }
  const tables = await import("../../report/listing.ts");
  if (kind === "deployed") return facts.deployed && tables.deployedTable(facts.deployed, gaps);
  if (kind === "declared") return facts.declared && tables.declaredTable(facts.declared, gaps);
  if (kind === "callers") return facts.callers && tables.callersTable(facts.callers, gaps);
  return facts.holders && tables.holdersTable(facts.holders, gaps);
}
