import { Chalk, type ChalkInstance } from "chalk";
import { visible } from "./visible.ts";

/** Unified diffs for a terminal, one after the other. */
export function diffText(files: readonly { readonly diff: string }[], color: boolean): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const lines = files.flatMap(({ diff }) => diff.replace(/\n$/, "").split("\n"));
  return lines.map((line) => `${painted(shown(line), paint)}\n`).join("");
}

/** A line of source as it is: tabs and the carriage return at its end stay, everything hostile is written out. */
function shown(line: string): string {
  const end = line.endsWith("\r") ? "\r" : "";
  return (
    line
      .slice(0, line.length - end.length)
      .split("\t")
      .map(visible)
      .join("\t") + end
  );
}

function painted(line: string, paint: ChalkInstance): string {
  if (line.startsWith("+++") || line.startsWith("---")) return paint.bold(line);
  if (line.startsWith("@@")) return paint.cyan(line);
  if (line.startsWith("+")) return paint.green(line);
  return line.startsWith("-") ? paint.red(line) : line;
}
