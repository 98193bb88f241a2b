import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Io } from "../../src/cli/io.ts";
import { main } from "../../src/cli/main.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with files in it, in which `regions generate` is run again and again. */
export interface Place {
  readonly folder: string;
  run(...words: readonly string[]): Promise<Ran>;
  read(file: string): string | null;
  write(file: string, text: string): void;
  remove(): void;
}

export function place(files: Readonly<Record<string, string>>): Place {
  const folder = mkdtempSync(join(tmpdir(), "regions-generate-"));
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  for (const [file, text] of Object.entries(files)) write(file, text);
  return {
    folder,
    write,
    read: (file) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : null),
    remove: () => rmSync(folder, { recursive: true, force: true }),
    run: async (...words) => {
      let stdout = "";
      let stderr = "";
      const io: Io = {
        stdout: {
          write: async (text) => {
            stdout += text;
          },
          isTerminal: false,
          columns: null,
        },
        stderr: {
          write: async (text) => {
            stderr += text;
          },
          isTerminal: false,
          columns: null,
        },
        env: {},
        cwd: folder,
        signal: new AbortController().signal,
        now: () => new Date("2026-11-28T12:00:00Z"),
      };
      const code = await main(["generate", ...words, "--no-cache"], io);
      return { code, stdout, stderr };
    },
  };
}
