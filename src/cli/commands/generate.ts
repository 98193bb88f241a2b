import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { unifiedDiff } from "../../fix/unified-diff.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import { didYouMean } from "../../manifest/nearest.ts";
import { clientMark, optionsMark } from "../../model/generated-code.ts";
import { count } from "../../report/layout.ts";
import { visible, visibleJson } from "../../report/visible.ts";
import { defineCommand, flag, type GlobalOptions, value } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import type { Wanted } from "../wire/generate.ts";
import { findGround, type LoadedManifest, requireManifest } from "../wire/manifest.ts";
import { writeWhole } from "../write-file.ts";

const kinds = ["client", "options"] as const;

export const generate = defineCommand({
  name: "generate",
  summary: "writes typed clients and region options from the manifest",
  description:
    "`client` writes a TypeScript module for each front end whose `client` the manifest names: one function for each callable, which can only call it where it belongs. `options` keeps the region options of codebases, the regions of Hosting rewrites, and the regions in committed env files. With --check nothing is written, and what is out of date is shown. Callers of a function that is on the move stay where it comes from until --arrived names it.",
  arguments: [{ name: "what", description: "typed clients, or region options", required: true, choices: kinds }],
  options: {
    check: flag("--check", "write nothing, and exit with 1 when a file is out of date, for CI"),
    output: value("-o, --output <file>", 'one client in this file, "-" for standard output'),
    caller: value("--caller <name>", "only the files of this front end"),
    arrived: value("--arrived <names>", "functions on the move whose new copy is live, set apart by commas"),
    force: flag("--force", "replace a file that this command has not written"),
  },
  examples: [
    { command: "regions generate client", does: "writes every client that the manifest names" },
    { command: "regions generate client -o web/src/regions.ts", does: "one with every callable, whatever it names" },
    {
      command: "regions generate client --check",
      does: "fails a pull request that changed a region, and not the client",
    },
    { command: "regions generate options", does: "region options, rewrites and env values" },
  ],
  run: async ({ args, options, global }, io) => {
    const isClient = args[0] === "client";
    if (options.output !== null && !isClient)
      throw inputError("-o names the file of a client.", "Say in regions.yaml where options go.");
    if (options.output === "-" && options.check)
      throw inputError("--check compares a file, and -o - has none.", "Leave one of them out.");
    const ground = findGround(global, io);
    const loaded = await requireManifest(ground, global);
    const arrived = arrivedOf(options.arrived, loaded.manifest);
    const manifest = ofCaller(loaded.manifest, options.caller);
    const { wanted, gaps } = isClient
      ? await clients({ ...loaded, manifest }, options.output, arrived, global, io)
      : { wanted: await optionsOf(ground.root, manifest, arrived), gaps: [] };
    for (const note of new Set(wanted.flatMap(({ notes }) => notes))) await io.stderr.write(`${visible(note)}\n`);
    for (const gap of gaps)
      await io.stderr.write(`could not look: ${gap.source} (${visible(gap.scope)}): ${visible(gap.reason)}\n`);
    if (options.output === "-") {
      await io.stdout.write(wanted[0]?.text ?? "");
      return gaps.length > 0 ? exitCodes.gap : exitCodes.clean;
    }
    const files = wanted.map((one) => compared(ground.root, one, options.force));
    const stale = files.filter(({ before, text }) => before !== text);
    if (!options.check) {
      for (const { path, text, file } of stale) {
        mkdirSync(dirname(path), { recursive: true });
        writeWhole(path, text, file);
      }
    }
    const status = (one: Compared) => (one.before === one.text ? "up to date" : options.check ? "stale" : "written");
    if (global.format === "json") {
      const rows = files.map((one) => ({ file: one.file, status: status(one) }));
      await io.stdout.write(`${visibleJson(JSON.stringify({ version: 1, files: rows, gaps }, null, 2))}\n`);
    } else {
      for (const one of files) {
        await io.stdout.write(`${visible(one.file)}: ${status(one)}\n`);
        if (options.check) await io.stdout.write(diffOf(one));
      }
      if (options.check && stale.length > 0)
        await io.stdout.write(`${count(stale.length, "file")} out of date. Run \`regions generate ${args[0]}\`.\n`);
    }
    if (options.check && stale.length > 0) return exitCodes.findings;
    return gaps.length > 0 ? exitCodes.gap : exitCodes.clean;
  },
});

async function clients(
  { manifest, parsed }: LoadedManifest,
  output: string | null,
  arrived: ReadonlySet<string>,
  global: GlobalOptions,
  io: Io,
) {
  const [{ wantedClient, typedClient }, { look }] = await Promise.all([
    import("../wire/generate.ts"),
    import("../wire/look.ts"),
  ]);
  const root = findGround(global, io).root;
  const configured = [...manifest.callers.values()].flatMap((caller) =>
    caller.client === null ? [] : [{ caller, client: caller.client }],
  );
  const [first, ...others] = configured;
  const path = output === null ? null : output === "-" ? resolve(root, "regions.ts") : resolve(io.cwd, output);
  let chosen: readonly {
    caller: (typeof configured)[number]["caller"] | null;
    client: (typeof configured)[number]["client"];
  }[] = configured;
  if (path !== null) {
    const { file } = typedClient(root, path);
    const isOne = first !== undefined && others.length === 0;
    chosen = [
      isOne
        ? { caller: first.caller, client: { ...first.client, file } }
        : { caller: null, client: typedClient(root, path) },
    ];
  }
  if (chosen.length === 0) {
    throw inputError(
      "No front end of regions.yaml has a `client`.",
      "Add `client: src/regions.ts` to it, or name a file with -o.",
    );
  }
  const seen =
    manifest.codebases.size === 0
      ? null
      : await look({ deployedFile: null, snapshotFile: null, only: ["declared"] }, global, io);
  const declared = seen?.snapshot.declared ?? null;
  const wanted: Wanted[] = [];
  for (const { caller, client } of chosen)
    wanted.push(await wantedClient(root, manifest, declared, caller, client, arrived, parsed));
  return { wanted, gaps: seen?.snapshot.gaps ?? [] };
}

async function optionsOf(root: string, manifest: Manifest, arrived: ReadonlySet<string>): Promise<readonly Wanted[]> {
  const { wantedOptions } = await import("../wire/generate.ts");
  return wantedOptions(root, manifest, arrived);
}

interface Compared extends Wanted {
  readonly path: string;
  /** Null where there is no such file. */
  readonly before: string | null;
}

/** A file of somebody else's is never replaced by a generated one: an edit of it keeps what is theirs. */
function compared(root: string, wanted: Wanted, force: boolean): Compared {
  const path = resolve(root, wanted.file);
  if (!existsSync(path)) return { ...wanted, path, before: null };
  const bytes = readFileSync(path);
  const before = bytes.toString("utf8");
  const mark = [clientMark, optionsMark].find((one) => wanted.text.startsWith(one));
  if (mark !== undefined && !before.startsWith(mark) && !force)
    throw inputError(
      `${wanted.file} exists, and was not written by this command.`,
      "Name another file, or replace it with --force.",
    );
  if (mark === undefined && !Buffer.from(before, "utf8").equals(bytes))
    throw inputError(`${wanted.file} is not UTF-8, so it cannot be edited in place.`, "Save it as UTF-8 first.");
  return { ...wanted, path, before };
}

/** What would change, line by line, with nothing in it that a terminal would obey. */
function diffOf({ file, before, text }: Compared): string {
  return unifiedDiff(file, before ?? "", text)
    .split("\n")
    .map((line) => visible(line.replace(/\r$/, "")))
    .join("\n");
}

function arrivedOf(names: string | null, manifest: Manifest): ReadonlySet<string> {
  const list = (names ?? "").split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
  const moving = [...manifest.functions.values()].flatMap((entry) => (entry.moving === null ? [] : [entry.name]));
  for (const name of list) {
    if (moving.includes(name)) continue;
    throw inputError(
      `--arrived names ${name}, which the manifest does not show on the move.`,
      didYouMean(name, moving) ?? (moving.length === 0 ? "Nothing is." : `On the move: ${moving.join(", ")}.`),
    );
  }
  return new Set(list);
}

/** The manifest as it concerns one front end: no other one, and no codebase, is generated for. */
function ofCaller(manifest: Manifest, name: string | null): Manifest {
  if (name === null) return manifest;
  const caller = manifest.callers.get(name);
  if (caller === undefined) {
    const names = [...manifest.callers.keys()];
    throw inputError(
      `--caller: the manifest has no front end "${name}".`,
      didYouMean(name, names) ?? `It has ${names.join(", ")}.`,
    );
  }
  return { ...manifest, callers: new Map([[name, caller]]) };
}
