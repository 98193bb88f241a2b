import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { ScoreEntry } from "../../model/document-history.ts";
import { InputError } from "../../model/problem.ts";
import { scoreEntrySchema } from "../../report/document/schema.ts";
import { visibleJson } from "../../report/visible.ts";
import type { Io } from "../io.ts";
import { readInput } from "../wire/files.ts";
import { writeWithFolder } from "../write-file.ts";

/** The scores that a file keeps, a JSON object on each line; none where it is not there yet. Throws InputError. */
export function readHistory(file: string, io: Io): readonly ScoreEntry[] {
  const path = resolve(io.cwd, file);
  if (!existsSync(path)) return [];
  const entries: ScoreEntry[] = [];
  const problems: InputError["problems"][number][] = [];
  for (const [index, line] of readInput(path, file).text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const result = scoreEntrySchema.safeParse(parsed(line));
    if (result.success) entries.push(result.data);
    else {
      problems.push({
        place: { file, line: index + 1 },
        message: "This line is no score of `regions report`.",
        mend: "Take the line out, or name another file with --history.",
        excerpt: null,
      });
    }
  }
  if (problems.length > 0) throw new InputError(problems.slice(0, 20));
  return entries;
}

/** Adds a line, in place of one of the same look; lines of other fleets stay. */
export function writeHistory(file: string, kept: readonly ScoreEntry[], now: ScoreEntry, io: Io): void {
  const key = ({ takenAt, project, environment }: ScoreEntry) => JSON.stringify([takenAt, project, environment]);
  const lines = [...kept.filter((entry) => key(entry) !== key(now)), now].map((entry) => JSON.stringify(entry));
  writeWithFolder(resolve(io.cwd, file), `${lines.map(visibleJson).join("\n")}\n`, file);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
