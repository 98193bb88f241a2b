import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { main } from "../../src/cli/main.ts";

export interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A repository of the shop, whose commits hang on nothing but what is in them. */
export interface Repository {
  readonly folder: string;
  git(...args: readonly string[]): string;
  put(file: string, text: string): void;
  edit(file: string, change: (text: string) => string): void;
  read(file: string): string;
  /** Commits all there is, a day after the commit before, and tells its hash. */
  commit(subject: string): string;
  /** Runs `regions` in this process, in a folder of the repository. */
  regions(args: readonly string[], within?: string): Promise<Told>;
  remove(): void;
}

const shop = fileURLToPath(new URL("../cli/fixtures/shop", import.meta.url));
/** The day before the first commit. */
const firstDay = Date.UTC(2026, 1, 28, 9);

/** Repositories with their first commit, by the folder of the shop: a copy is faster than git. */
const begins = new Map<string, string>();
afterAll(() => {
  for (const folder of begins.values()) rmSync(folder, { recursive: true, force: true });
  begins.clear();
});

/** @param below the folder in which the shop lies */
export function shopRepository(below = ""): Repository {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "regions-gate-")));
  let commits = 0;
  const git = (...args: readonly string[]): string => {
    const date = new Date(firstDay + commits * 86_400_000).toISOString();
    const settings = ["user.name=A", "user.email=a@example.com", "protocol.file.allow=always", "commit.gpgSign=false"];
    return execFileSync("git", [...settings.flatMap((one) => ["-c", one]), ...args], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_DATE: date,
      },
    }).trim();
  };
  const put = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const read = (file: string): string => readFileSync(join(folder, file), "utf8");
  const commit = (subject: string): string => {
    commits += 1;
    git("add", "-A");
    git("commit", "--quiet", "--allow-empty", "-m", subject);
    return git("rev-parse", "HEAD");
  };
  const begun = begins.get(below);
  if (begun === undefined) {
    cpSync(shop, join(folder, below), { recursive: true });
    git("init", "--quiet", "--initial-branch=main", ".");
    commit("Open the shop");
    const kept = mkdtempSync(join(tmpdir(), "regions-gate-begin-"));
    cpSync(folder, kept, { recursive: true });
    begins.set(below, kept);
  } else {
    cpSync(begun, folder, { recursive: true });
    commits = 1;
  }
  return {
    folder,
    git,
    put,
    read,
    commit,
    edit: (file, change) => put(file, change(read(file))),
    regions: (args, within = below) => regionsIn(join(folder, within), args),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function regionsIn(cwd: string, args: readonly string[]): Promise<Told> {
  const told = { stdout: "", stderr: "" };
  const output = (name: keyof typeof told) => ({
    write: async (text: string) => {
      told[name] += text;
    },
    isTerminal: false,
    columns: null,
  });
  const code = await main(args, {
    stdout: output("stdout"),
    stderr: output("stderr"),
    env: { NO_COLOR: "1", HOME: "/nonexistent" },
    cwd,
    signal: new AbortController().signal,
    now: () => new Date("2026-11-22T12:00:00Z"),
  });
  return { code, ...told };
}

/** A page with one call. */
export function page(name: string, client: string, callee: string): string {
  return `import { httpsCallable } from "firebase/functions";
import { ${client} } from "./firebase";

export function ${name}() {
  const send = httpsCallable(${client}, "${callee}");
  return <button onClick={() => send({})}>Send</button>;
}
`;
}
