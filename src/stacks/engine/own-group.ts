import { spawn } from "node:child_process";
import { delimiter, dirname, isAbsolute } from "node:path";
import * as errors from "@pulumi/pulumi/automation/errors.js";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";

type Heard = ((text: string) => void) | undefined;

/** What the SDK asks of its command; `run` is its own business by its types. */
interface Runs {
  run(
    args: string[],
    cwd: string,
    env: Record<string, string>,
    onOutput?: Heard,
    onError?: Heard,
    signal?: AbortSignal,
  ): Promise<{ stdout: string; stderr: string; code: number }>;
}

/** Not in the SDK's types: tells by what the engine says which kind of error it is. */
const { createCommandError } = errors as unknown as { readonly createCommandError: (result: object) => Error };

const running = new Set<number>();
let isWatching = false;

/**
 * The engine in a process group of its own. In ours, Ctrl-C at a terminal would reach it twice, from the terminal and from
 * us, and the second one makes it drop what it is at. So it hears of an abort once, and finishes what is under way; where
 * this process ends before that, the engine ends with it, and the plugins it has started.
 */
export function inOwnGroup(command: PulumiCommand): PulumiCommand {
  const run: Runs["run"] = (args, cwd, env, onOutput, onError, signal) => {
    const path = [...(isAbsolute(command.command) ? [dirname(command.command)] : []), env.PATH ?? process.env.PATH];
    const all = args.includes("--non-interactive") ? args : [...args, "--non-interactive"];
    const child = spawn(command.command, all, {
      cwd,
      env: { ...process.env, ...env, PATH: path.join(delimiter), PULUMI_AUTOMATION_API: "true" },
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    const { pid } = child;
    if (pid !== undefined) watch(pid);
    const told = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      told.stdout += text;
      onOutput?.(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      told.stderr += text;
      onError?.(text);
    });
    const interrupt = (): void => void child.kill("SIGINT");
    if (signal?.aborted === true) interrupt();
    signal?.addEventListener("abort", interrupt, { once: true });
    return new Promise((resolve, reject) => {
      const fail = (stderr: string, error: Error): void => {
        reject(
          createCommandError({ stdout: "", stderr, code: -2, err: error, toString: () => describe(stderr, error) }),
        );
      };
      child.on("error", (error) => fail(error.message, error));
      child.on("close", (code, by) => {
        if (pid !== undefined) running.delete(pid);
        signal?.removeEventListener("abort", interrupt);
        if (code === 0) return resolve({ ...told, code, toString: () => told.stdout } as never);
        const how = code === null ? `was killed by ${by}` : `failed with exit code ${code}`;
        const message = `Command ${how}: ${[command.command, ...all].join(" ")}\n${told.stderr}\n${told.stdout}`;
        fail(message, new Error(message));
      });
    });
  };
  return Object.assign(command, { run });
}

function describe(stderr: string, error: Error): string {
  return `code: -2\n stdout: \n stderr: ${stderr}\n err?: ${error}\n`;
}

function watch(pid: number): void {
  running.add(pid);
  if (isWatching) return;
  isWatching = true;
  process.on("exit", () => {
    for (const one of running) {
      try {
        process.kill(process.platform === "win32" ? one : -one, "SIGKILL");
      } catch {
        // It has just ended by itself.
      }
    }
  });
}
