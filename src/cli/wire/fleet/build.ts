import { spawn } from "node:child_process";

export interface BuildOutcome {
  /** Null = it went well. */
  readonly reason: string | null;
}

const mostOutput = 64 * 1024;
const shownLines = 20;

/**
 * Runs a codebase's `build` in its folder, in a shell with the user's own environment, as the Firebase CLI runs
 * `predeploy`. What it prints is shown only when it fails. Rejects only with the signal's reason.
 */
export async function runBuild(command: string, folder: string, signal: AbortSignal): Promise<BuildOutcome> {
  signal.throwIfAborted();
  const child = spawn(command, { cwd: folder, shell: true, stdio: ["ignore", "pipe", "pipe"], signal });
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString("utf8")).slice(-mostOutput);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const reason = await new Promise<string | null>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, ended) => resolve(code === 0 ? null : `it ended with ${code ?? ended}`));
  });
  signal.throwIfAborted();
  if (reason === null) return { reason: null };
  const lines = output.trimEnd().split("\n").slice(-shownLines);
  return { reason: output.trim() === "" ? reason : `${reason}:\n${lines.map((line) => `    ${line}`).join("\n")}` };
}
