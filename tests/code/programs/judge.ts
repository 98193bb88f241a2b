import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CallerFacts } from "../../../src/model/callers.ts";
import type { Program } from "./program.ts";
import { allGiven, compiled, run } from "./run.ts";

/** Everything a program can do, by running it. */
export interface Truth {
  /** What it reaches where no variable is set that no file sets. */
  readonly plain: ReadonlySet<string>;
  /** What it reaches in any run. */
  readonly all: ReadonlySet<string>;
  /** Every run came to its end, so what it reaches is known. */
  readonly whole: boolean;
}

export function truthOf(program: Program): Truth | null {
  const scripts = compiled(program);
  if (scripts === null) return null;
  const plain = new Set<string>();
  const all = new Set<string>();
  let whole = true;
  const open = program.inputs.env.filter(({ committed }) => committed === null);
  for (const given of allGiven(program)) {
    const { reached, failed } = run(scripts, given);
    if (failed) whole = false;
    const isPlain = open.every(({ name }) => given.env[name] === undefined);
    for (const target of reached) {
      all.add(target);
      if (isPlain) plain.add(target);
    }
  }
  return { plain, all, whole };
}

/** Writes a program's files, and the env file that is committed with it. */
export function write(root: string, program: Program): void {
  for (const [file, text] of program.files) put(join(root, file), text);
  const lines = program.inputs.env.filter(({ committed }) => committed !== null);
  if (lines.length > 0) {
    put(join(root, ".env"), lines.map(({ name, committed }) => `${name}=${JSON.stringify(committed)}\n`).join(""));
  }
  put(join(root, "package.json"), "{}\n");
}

function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** What is wrong in how the program in a folder was read; null where nothing is. */
export function wrongIn(facts: CallerFacts, folder: string, program: Program, truth: Truth): string | null {
  const inside = ({ file }: { readonly file: string }): boolean => file.startsWith(folder);
  const rows = facts.callers.filter(inside);
  const unresolved = facts.unresolved.filter(inside);
  const said = new Set(rows.flatMap(({ targets }) => targets.map((target) => `${target.function}@${target.region}`)));
  const certain = rows.every((row) => row.certain) && unresolved.length === 0;
  const lost = [...(certain ? truth.all : truth.plain)].filter((target) => !said.has(target));
  if (lost.length > 0 && unresolved.length === 0) {
    return `${certain ? "certain" : "likely"}, yet it reaches ${lost.join(", ")}; read: ${[...said].join(", ")}`;
  }
  if (!certain || !truth.whole || isOpen(program)) return null;
  const never = [...said].filter((target) => !truth.all.has(target));
  if (never.length === 0 || truth.all.size === 0) return null;
  return `certain, yet it never reaches ${never.join(", ")}, only ${[...truth.all].join(", ")}`;
}

/**
 * Ways in which a careful reader too may name more than ever happens: what is tried may fail, a list that is changed
 * may hold anything, a wrapper's condition is not asked call by call, and a variable of the build has any value.
 */
function isOpen({ files, inputs }: Program): boolean {
  const doubtful = /\bcatch\b|\.(?:push|pop|reverse)\(.*\);$|\[0\] = |\bwrap\(/m;
  return (
    inputs.env.some(({ committed }) => committed === null) || [...files.values()].some((text) => doubtful.test(text))
  );
}
