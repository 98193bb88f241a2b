import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";

/** A hook stands a few shells below whoever started it. */
const mostSteps = 12;
const patienceMs = 5_000;

/**
 * Command lines of the processes above this one, the nearest first, as far as the system tells them: Linux in full,
 * other Unixes as `ps` prints them, with words split at blanks; nothing on Windows.
 */
export async function commandLinesAbove(pid: number = process.ppid): Promise<readonly (readonly string[])[]> {
  if (process.platform === "win32") return [];
  const read = process.platform === "linux" ? fromProc : fromPs;
  const lines: (readonly string[])[] = [];
  for (let at = pid, step = 0; at > 1 && step < mostSteps; step++) {
    const found = await read(at);
    if (found === null) break;
    lines.push(found.words);
    at = found.parent;
  }
  return lines;
}

interface Found {
  readonly words: readonly string[];
  readonly parent: number;
}

async function fromProc(pid: number): Promise<Found | null> {
  try {
    const [line, stat] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, "utf8"),
      readFile(`/proc/${pid}/stat`, "utf8"),
    ]);
    // The name in parentheses may hold blanks and parentheses of its own.
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    return { words: line.replace(/\0$/, "").split("\0"), parent: Number.isNaN(parent) ? 0 : parent };
  } catch {
    return null;
  }
}

function fromPs(pid: number): Promise<Found | null> {
  return new Promise((resolve) => {
    execFile("ps", ["-ww", "-o", "ppid=,args=", "-p", String(pid)], { timeout: patienceMs }, (error, stdout) => {
      const [, parent, words] = /^\s*(\d+)\s+(.*\S)\s*$/s.exec(error === null ? stdout : "") ?? [];
      resolve(
        parent === undefined || words === undefined ? null : { words: words.split(/\s+/), parent: Number(parent) },
      );
    });
  });
}
