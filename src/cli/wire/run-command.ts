import { type ChildProcess, spawn } from "node:child_process";

export interface CommandEnd {
  /** Null = it ended with 0. */
  readonly reason: string | null;
  /** The last lines of what it printed, standard error among them. */
  readonly output: readonly string[];
}

const mostOutput = 64 * 1024;
const shownLines = 20;

/**
 * Runs a command line that the user has written, in a shell with the user's own environment. With Ctrl-C, and once its
 * time is up, it ends with all that it has started. Rejects only with the signal's reason.
 * @param patienceMs null = it may take as long as it likes
 */
export async function runCommand(
  command: string,
  folder: string,
  { signal, patienceMs }: { readonly signal: AbortSignal; readonly patienceMs: number | null },
): Promise<CommandEnd> {
  signal.throwIfAborted();
  // No system call takes it, and Node throws at once.
  if (command.includes("\0")) return { reason: "it has a NUL character in it", output: [] };
  const child = spawn(command, {
    cwd: folder,
    shell: true,
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
  });
  let output = "";
  const keep = (chunk: string): void => {
    output = (output + chunk).slice(-mostOutput);
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  let isLate = false;
  const stop = (): void => end(child);
  const timer =
    patienceMs === null
      ? null
      : setTimeout(() => {
          isLate = true;
          stop();
        }, patienceMs);
  signal.addEventListener("abort", stop, { once: true });
  // A second Ctrl-C ends this process at once.
  process.once("exit", stop);
  const reason = await new Promise<string | null>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, ended) => resolve(code === 0 ? null : `it ended with ${code ?? ended}`));
  });
  if (timer !== null) clearTimeout(timer);
  signal.removeEventListener("abort", stop);
  process.off("exit", stop);
  signal.throwIfAborted();
  const lines = output.trim() === "" ? [] : output.trimEnd().split("\n").slice(-shownLines);
  return {
    reason: isLate ? `it did not end within ${Math.round((patienceMs ?? 0) / 60_000)} minutes` : reason,
    output: lines,
  };
}

/** The shell, and what it has started. */
function end(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}
