#!/usr/bin/env node
import { readFileSync, writeSync } from "node:fs";

/** Written in by the build; undefined when run from source. */
declare const __VERSION__: string | undefined;

function version(): string {
  if (typeof __VERSION__ === "string") return __VERSION__;
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** A process stream as commands see it. A reader that has gone (EPIPE) ends the output quietly, not the command. */
function outputOf(stream: NodeJS.WriteStream) {
  let gone = false;
  let lost: string | null = null;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    gone = true;
    if (error.code !== "EPIPE") lost ??= error.code === "ENOSPC" ? "the disk is full" : (error.code ?? error.message);
  });
  return {
    /** Why the text could not be kept, where somebody wanted it: a full disk, most of all. */
    lost: () => lost,
    // The callback comes when the system has taken everything: what is awaited here cannot be cut at the exit.
    write: (text: string): Promise<void> =>
      new Promise((resolve) => {
        if (gone || text === "") resolve();
        else stream.write(text, () => resolve());
      }),
    isTerminal: stream.isTTY === true,
    columns: stream.isTTY === true ? stream.columns : null,
  };
}

/** Asks the command to end at the first signal; a second one ends the process at once. */
function signalOfTheProcess(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Error("interrupted"));
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, stop);
  return { signal: controller.signal, stop };
}

/** A working directory that somebody has removed is told as what it is, by the first command that reads there. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return process.env.PWD ?? "/";
  }
}

/** What is wrong with this Node; null where it serves. Nothing that a newer one brought may have been used by then. */
function tooOld(): string | null {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return null;
  return `regions needs Node 22.12 or later, and this is ${process.versions.node}.\n  Install a newer one, then type the same command again.\n`;
}

const filesAreGone =
  "Files of regions itself are gone, as after an update or a removal while it ran.\n  Start it again; `regions migrate status` shows moves that are not over.\n";

const argv = process.argv.slice(2);
const refusal = tooOld();
if (refusal !== null) {
  writeSync(2, refusal);
  process.exitCode = 2;
} else if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
  try {
    writeSync(1, `${version()}\n`);
  } catch {
    process.exitCode = 3;
  }
} else {
  const { signal, stop } = signalOfTheProcess();
  // Warnings of libraries would stand in the middle of a report; what matters of them becomes a gap or an error.
  if (!argv.includes("--verbose")) process.removeAllListeners("warning");
  const { enableCompileCache } = await import("node:module");
  enableCompileCache();
  const { main } = await import("../src/cli/main.ts");
  const stdout = outputOf(process.stdout);
  const stderr = outputOf(process.stderr);
  // Libraries warn their callers, in the words of code; what matters of it, commands say themselves.
  if (!argv.includes("--verbose")) process.removeAllListeners("warning");
  // Libraries throw from timers and callbacks, too, where no command can catch it.
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, async (error: unknown) => {
      // Of a program whose engine has ended: the engine's own end says why, and whoever started it tells that.
      if (error instanceof Error && error.message === "Resource monitor is terminating") return;
      try {
        const { unforeseenText } = await import("../src/cli/problems.ts");
        await stderr.write(unforeseenText(error, argv.includes("--verbose")));
      } catch {
        // Thrown from here it would come here again, without an end.
        await stderr.write(filesAreGone);
      }
      process.exit(3);
    });
  }
  const ask = async (question: string): Promise<string> => {
    const { askAt } = await import("../src/cli/ask.ts");
    return askAt({ input: process.stdin, output: process.stderr }, question, signal, stop);
  };
  let code: number = await main(argv, {
    stdout,
    stderr,
    env: process.env,
    cwd: workingDirectory(),
    signal,
    now: () => new Date(),
    version,
    ask: process.stdin.isTTY && process.stderr.isTTY ? ask : null,
  });
  const lost = stdout.lost();
  if (lost !== null) {
    await stderr.write(`The result could not be written: ${lost}.\n`);
    // What nobody can read is not clean.
    if (code === 0) code = 3;
  }
  // All output has been taken by now; what still keeps the process alive (idle sockets) is not worth waiting for.
  process.exit(code);
}
