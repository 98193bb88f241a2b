import { type ExecFileException, execFile } from "node:child_process";

/** A cold first start may read 120 MB from disk; an engine that needs longer hangs. */
const patience = 20_000;

/**
 * What `<executable> version` prints, trimmed. Asks nothing of the network. Rejects with an Error whose message ends a
 * sentence that begins with the executable: "cannot be run (EACCES)", "gave no answer within 20 s".
 */
export function askVersion(
  executable: string,
  env: Readonly<Record<string, string | undefined>>,
  milliseconds = patience,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeout: milliseconds,
      killSignal: "SIGKILL" as const,
      windowsHide: true,
    };
    execFile(executable, ["version"], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim());
      else reject(new Error(reasonOf(error, stderr, milliseconds)));
    });
  });
}

function reasonOf(error: ExecFileException, stderr: string, milliseconds: number): string {
  if (error.killed === true) return `gave no answer within ${milliseconds / 1000} s`;
  if (typeof error.code === "string") return `cannot be run (${error.code})`;
  const said = stderr.trim().split("\n", 1)[0] ?? "";
  return `failed with exit code ${error.code}${said === "" ? "" : `: ${said}`}`;
}
