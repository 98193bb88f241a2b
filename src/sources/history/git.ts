import { spawn } from "node:child_process";
import { devNull } from "node:os";
import { InputError } from "../../model/problem.ts";

/*
 * How git is asked about commits. A repository names programs in its settings and attributes: hooks, filters, monitors,
 * drivers of differences, helpers of transports. None of them is started, nothing is fetched, and nothing is written
 * into the repository, not even a refreshed index.
 */

/** A question that reads history may walk far; a git that has not answered by then never does. */
const questionPatienceMs = 5 * 60_000;

/** Where in the environment git is told which settings to read: those are the user's, and stay. */
const kept =
  /^GIT_(?:CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|PARAMETERS|KEY_\d+|VALUE_\d+)|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)$/;

const settings: readonly (readonly [string, string])[] = [
  ["core.fsmonitor", "false"],
  ["core.hooksPath", devNull],
  ["core.quotePath", "true"],
  ["core.trustctime", "true"],
  ["core.longpaths", "true"],
];

/** A folder in a repository, and how git may be asked there. */
export interface GitGround {
  /** Absolute. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Why git gave no answer, in one line. */
export class GitFailure extends Error {
  readonly reason: "ended" | "missing" | "late";

  constructor(reason: GitFailure["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What git prints. Throws GitFailure, or the signal's reason after Ctrl-C. */
export async function git(
  ground: GitGround,
  question: readonly string[],
  patienceMs = questionPatienceMs,
): Promise<string> {
  const parts: Buffer[] = [];
  await stream(ground, question, (chunk) => parts.push(chunk), patienceMs);
  return Buffer.concat(parts).toString("utf8");
}

/** As `git`, piece by piece, for answers that may be larger than memory. */
export function stream(
  { folder, env, signal }: GitGround,
  question: readonly string[],
  take: (chunk: Buffer) => void,
  patienceMs = questionPatienceMs,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const words = settings.flatMap(([key, value]) => ["-c", `${key}=${value}`]);
    const child = spawn("git", ["--no-pager", "--no-optional-locks", ...words, ...question], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    let said = "";
    let late = false;
    let broken: unknown = null;
    const kill = () => child.kill("SIGKILL");
    const timer = setTimeout(() => {
      late = true;
      kill();
    }, patienceMs);
    signal.addEventListener("abort", kill, { once: true });
    const settle = (done: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", kill);
      done();
    };
    child.stdout.on("data", (chunk: Buffer) => {
      try {
        take(chunk);
      } catch (error) {
        broken ??= error;
        kill();
      }
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (said.length < 10_000) said += text;
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === "ENOENT";
      const failure = new GitFailure("missing", isMissing ? "git is not installed" : error.message);
      settle(() => reject(failure));
    });
    child.on("close", (code) => {
      settle(() => {
        if (signal.aborted) reject(signal.reason);
        else if (broken !== null) reject(broken);
        else if (late) reject(new GitFailure("late", `git did not answer within ${patienceMs / 1_000} s`));
        else if (code === 0) resolve();
        else reject(new GitFailure("ended", firstLine(said, code)));
      });
    });
  });
}

function firstLine(said: string, code: number | null): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  const line = lines.find((one) => /^(?:fatal|error): /.test(one)) ?? lines[0] ?? "";
  const plain = line.replace(/^(?:fatal|error): /, "").trim();
  return plain !== "" ? plain : code === null ? "git was stopped" : `git ended with ${code}`;
}

/** The ground on which a repository's own settings start nothing: its filters are set to nothing. */
export async function carefulGround(folder: string, signal: AbortSignal): Promise<GitGround> {
  const env = bareEnvironment();
  const plain = { folder, env, signal };
  const names = await git(plain, ["config", "-z", "--name-only", "--get-regexp", "^filter[.]"]).catch(
    (error: unknown) => {
      // Git ends with 1 where nothing of that kind is set, and says nothing.
      if (error instanceof GitFailure && error.message === "git ended with 1") return "";
      throw error;
    },
  );
  const overrides = new Map<string, string>();
  for (const key of names.split("\0")) {
    const [, name] = /^filter[.]([\s\S]+)[.][^.]+$/.exec(key) ?? [];
    if (name === undefined) continue;
    for (const part of ["clean", "smudge", "process"]) overrides.set(`filter.${name}.${part}`, "");
    overrides.set(`filter.${name}.required`, "false");
  }
  let count = Number.parseInt(env.GIT_CONFIG_COUNT ?? "0", 10) || 0;
  for (const [key, value] of overrides) {
    env[`GIT_CONFIG_KEY_${count}`] = key;
    env[`GIT_CONFIG_VALUE_${count}`] = value;
    count += 1;
  }
  env.GIT_CONFIG_COUNT = String(count);
  return { folder, env, signal };
}

/** The ground of a repository that was made here: nobody's settings count, not even the user's. */
export function ownGround(folder: string, home: string, signal: AbortSignal): GitGround {
  const env = bareEnvironment();
  for (const name of Object.keys(env)) if (name.startsWith("GIT_CONFIG")) delete env[name];
  return {
    folder,
    signal,
    env: {
      ...env,
      HOME: home,
      XDG_CONFIG_HOME: home,
      GIT_CONFIG_GLOBAL: devNull,
      GIT_CONFIG_SYSTEM: devNull,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_ATTR_NOSYSTEM: "1",
    },
  };
}

function bareEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of Object.keys(env)) if (name.startsWith("GIT_") && !kept.test(name)) delete env[name];
  return {
    ...env,
    LC_ALL: "C",
    // What a partial clone lacks is told, and never fetched.
    GIT_ALLOW_PROTOCOL: "none",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
  };
}

/** A problem of what was asked for: something without a line. */
export function historyError(message: string, mend: string | null): InputError {
  return new InputError([{ place: null, message, mend, excerpt: null }]);
}
