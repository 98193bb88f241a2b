import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Figure } from "./figure.ts";
import { type Program, pairedProcesses } from "./paired.ts";
import { writeTree } from "./tree.ts";

const bundle = fileURLToPath(new URL("../dist/regions.js", import.meta.url));
const words = ["httpsCallable", "getFunctions", "cloudfunctions.net", "run.app"];
const ripgrep: Program = { command: "rg", args: ["-l", ...words.flatMap((word) => ["-e", word]), "."] };

/**
 * `regions list callers` as a whole process against ripgrep looking for the same words: on 4,000 files with 225 that
 * call (cold, with nothing changed, with one file changed), on 24,000 with 16, and per file from 4,000 to 40,000.
 * Empty where ripgrep is not installed.
 */
export async function callers(): Promise<Figure[]> {
  if (spawnSync("rg", ["--version"]).error !== undefined) {
    console.log("list callers: not measured, because ripgrep (rg) is not installed");
    return [];
  }
  const given = process.env.REGIONS_BENCH_TREE;
  const small = given ?? writeTree({ files: 4_000, hits: 225, lines: 200 });
  const large = writeTree({ files: 24_000, hits: 16, lines: 60 });
  const cache = mkdtempSync(join(tmpdir(), "regions-bench-cache-"));
  process.env.REGIONS_CACHE = cache;
  try {
    const name = given === undefined ? "4,000 files, 225 with calls" : "the tree of REGIONS_BENCH_TREE";
    const figures = [
      ...looks(small, name, 10, 2),
      ...looks(large, "24,000 files, 16 with calls", 2, 1),
      memory(large),
      ...peers(small, name),
      perFile(),
    ];
    if (given === undefined) figures.push(oneChanged(small));
    return figures;
  } finally {
    for (const folder of [large, cache, ...(given === undefined ? [small] : [])]) rmSync(folder, { recursive: true });
  }
}

function list(...options: string[]): Program {
  return {
    command: process.execPath,
    args: [bundle, "list", "callers", "--root", ".", "--format", "json", ...options],
  };
}

function looks(root: string, name: string, cold: number, warm: number): Figure[] {
  const first = pairedProcesses(9, list("--no-cache"), ripgrep, { cwd: root });
  const again = pairedProcesses(15, list(), ripgrep, { cwd: root });
  return [
    figure(`\`regions list callers\`, cold, ${name}`, "ripgrep for the same words", first, cold),
    figure(`\`regions list callers\`, nothing changed, ${name}`, "ripgrep for the same words", again, warm),
  ];
}

/** A comment is added to a file that calls nothing before every second run. */
function oneChanged(root: string): Figure {
  const folder = join(root, "src/part1/area1");
  const file = join(folder, readdirSync(folder)[0] ?? "");
  const change = (): void => appendFileSync(file, "// one more line\n");
  const run = pairedProcesses(15, { ...list(), before: change }, list(), { cwd: root });
  return figure("`regions list callers`, one file without calls changed", "the same with nothing changed", run, 1.1);
}

/** Every other tool that is installed, with a comparable job on the same tree. */
function peers(root: string, name: string): Figure[] {
  const all: { tool: string; target: number; program: Program }[] = [
    {
      tool: "ast-grep, the same calls by pattern",
      target: 0.2,
      program: { command: "ast-grep", args: ["run", "-p", "httpsCallable($$$A)", "-l", "tsx", "."] },
    },
    { tool: "knip", target: 0.15, program: { command: "knip", args: ["--no-exit-code", "--no-progress"] } },
  ];
  return all.flatMap(({ tool, target, program }) => {
    if (spawnSync(program.command, ["--version"]).error !== undefined) return [];
    const run = pairedProcesses(5, list("--no-cache"), program, { cwd: root, allowed: [0, 1, 2] });
    return [figure(`\`regions list callers\`, cold, ${name}`, tool, run, target)];
  });
}

function perFile(): Figure {
  const trees = [4_000, 40_000].map((files) => writeTree({ files, hits: files / 100, lines: 40 }));
  const [few = "", many = ""] = trees;
  try {
    const at = (root: string): Program => ({
      command: process.execPath,
      args: [bundle, "list", "callers", "--root", root, "--no-cache", "--format", "json"],
    });
    const run = pairedProcesses(5, at(many), at(few), { cwd: tmpdir() });
    return {
      ...figure("`regions list callers`, cold, per file on 40,000 files", "per file on 4,000 files", run, 1.1),
      ratio: run.ratio / 10,
    };
  } finally {
    for (const tree of trees) rmSync(tree, { recursive: true });
  }
}

/** KiB. What getrusage says of a process begins with what its parent had; the system's own page does not. */
function peak(): number {
  try {
    return Number(
      /VmHWM:\s*(\d+)/.exec(process.getBuiltinModule("node:fs").readFileSync("/proc/self/status", "utf8"))?.[1],
    );
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

/** Highest resident memory of a cold look, against 250 MiB. */
function memory(root: string): Figure {
  const script = `${peak.toString()} process.on("exit", () => process.stderr.write("rss " + peak())); process.argv.splice(1, 1, ${JSON.stringify(bundle)}); await import(${JSON.stringify(bundle)});`;
  const args = ["--input-type=module", "-e", script, "x", ...list("--no-cache").args.slice(1)];
  const { stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 });
  const mebibytes = Number(/rss (\d+)/.exec(stderr)?.[1] ?? Number.NaN) / 1024;
  return {
    what: "memory of `regions list callers`, cold, 24,000 files",
    against: "250 MiB",
    ratio: mebibytes / 250,
    target: 1,
    detail: `${mebibytes.toFixed(0)} MiB`,
  };
}

function figure(
  what: string,
  against: string,
  run: { readonly ratio: number; readonly subject: number; readonly reference: number },
  target: number,
): Figure {
  const detail = `${run.subject.toFixed(0)} ms against ${run.reference.toFixed(0)} ms`;
  return { what, against, ratio: run.ratio, target, detail };
}
