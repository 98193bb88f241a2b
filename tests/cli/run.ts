import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What users get: the bundle that the global set-up has just built. */
export const bundle = fileURLToPath(new URL("../../dist/regions.js", import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called once the process runs, to send signals or to close streams. */
  readonly started?: (child: ReturnType<typeof spawn>) => void;
}

/** Variables that lead to credentials on a developer's machine have no place in a test. */
export const bareEnvironment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? "",
  HOME: "/nonexistent",
  NO_COLOR: "1",
  COLUMNS: "100",
  // A warning of Node's own would stand in the transcripts.
  NODE_NO_WARNINGS: "1",
});

/** Runs `regions` as a process of its own. */
export function run(args: readonly string[], options: RunOptions): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bundle, ...args], {
      cwd: options.cwd,
      env: { ...bareEnvironment(), ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk) => {
      stderr += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
    options.started?.(child);
  });
}

/** A fixture project in a folder of its own, outside any repository, so that nothing around it is read. */
export function projectCopy(name: string): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "regions-cli-"));
  cpSync(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)), folder, { recursive: true });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
