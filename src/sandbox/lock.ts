import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InputError } from "../model/problem.ts";
import { readPlainFile } from "./read-file.ts";

/** What FOLDER/server.json says of the server that runs on the folder. */
export interface ServerFile {
  readonly pid: number;
  readonly port: number;
  readonly token: string;
  /** RFC 3339. */
  readonly startedAt: string;
}

/** The right to run a server on a folder. */
export interface Claim {
  readonly token: string;
  /** Tells others where the server listens. */
  publish(port: number, startedAt: string): Promise<void>;
  /** Lets the next one start. */
  release(): Promise<void>;
}

export type Turn =
  | { readonly kind: "mine"; readonly claim: Claim }
  | { readonly kind: "theirs"; readonly server: ServerFile };

interface Lock {
  readonly pid: number;
  readonly token: string;
  readonly released: boolean;
}

const serverFile = "server.json";
/** How long the owner of a lock may take to start, or to close, before its lock is taken for a dead one. */
const startMs = 15_000;
const closeMs = 3_000;
const pollMs = 25;
const pingMs = 5_000;
const folderErrors = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOSPC", "EDQUOT", "EISDIR", "ELOOP"]);

/**
 * Whose turn it is to run the server of a folder: ours, or that of a server that answers. Locks are numbered files,
 * made with the exclusive flag: who takes a dead lock N over makes N + 1, which only one can. The highest lock is never
 * removed, so that somebody with an outdated view cannot start a second line of locks.
 * Rejects with InputError when a live server does not answer, or the folder cannot be written.
 */
export async function takeTurn(folder: string): Promise<Turn> {
  try {
    await mkdir(folder, { recursive: true });
    return await waitForTurn(folder);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? `${error.code}` : "";
    if (!folderErrors.has(code)) throw error;
    throw new InputError([
      {
        place: null,
        message: `The sandbox cannot keep its state in ${folder}: ${code}.`,
        mend: "Make the folder writable, or remove what stands in its place.",
        excerpt: null,
      },
    ]);
  }
}

async function waitForTurn(folder: string): Promise<Turn> {
  const doubts = new Map<string, number>();
  for (;;) {
    const number = await highestLock(folder);
    const verdict = number === 0 ? "free" : await judge(folder, number, doubts);
    if (typeof verdict === "object") return { kind: "theirs", server: verdict };
    if (verdict === "free") {
      const claim = await claimLock(folder, number + 1);
      if (claim !== null) return { kind: "mine", claim };
    } else {
      await sleep(pollMs);
    }
  }
}

/** The server behind lock `number`; "free" when there is none; "wait" while it starts or closes. */
async function judge(
  folder: string,
  number: number,
  doubts: Map<string, number>,
): Promise<ServerFile | "free" | "wait"> {
  const lock = await readLock(folder, number);
  if (lock === "gone") return "wait";
  if (lock === "unwritten") {
    const age = Date.now() - (await stat(lockPath(folder, number)).catch(() => ({ mtimeMs: 0 }))).mtimeMs;
    return age > closeMs ? "free" : "wait";
  }
  if (lock.released || !isAlive(lock.pid)) return "free";
  const server = await readServer(folder);
  if (server === null || server.token !== lock.token) return overdue(doubts, `starts ${lock.token}`, startMs);
  const answer = await ping(server);
  if (answer === "ours") return server;
  if (answer === "silent") {
    throw new InputError([
      {
        place: null,
        message: `The sandbox of process ${server.pid} on port ${server.port} does not answer.`,
        mend: `End process ${server.pid}, then try again.`,
        excerpt: null,
      },
    ]);
  }
  // Nobody listens, or a stranger does: the server is closing, or its process id has gone to another program.
  return overdue(doubts, `closes ${lock.token}`, closeMs);
}

function overdue(doubts: Map<string, number>, doubt: string, limitMs: number): "free" | "wait" {
  const since = doubts.get(doubt) ?? Date.now();
  doubts.set(doubt, since);
  return Date.now() - since > limitMs ? "free" : "wait";
}

async function claimLock(folder: string, number: number): Promise<Claim | null> {
  const token = randomBytes(24).toString("hex");
  const path = lockPath(folder, number);
  try {
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile(JSON.stringify({ pid: process.pid, token, released: false } satisfies Lock));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return null;
    throw error;
  }
  if ((await highestLock(folder)) > number) {
    await rm(path, { force: true });
    return null;
  }
  for (const older of await lockNumbers(folder)) {
    if (older < number) await rm(lockPath(folder, older), { force: true });
  }
  await rm(join(folder, serverFile), { force: true });
  return {
    token,
    publish: (port, startedAt) =>
      replaceFile(join(folder, serverFile), { pid: process.pid, port, token, startedAt } satisfies ServerFile),
    async release() {
      const server = await readServer(folder);
      if (server?.token === token) await rm(join(folder, serverFile), { force: true });
      const lock = await readLock(folder, number);
      if (typeof lock === "object" && lock.token === token) {
        await replaceFile(path, { pid: process.pid, token, released: true } satisfies Lock);
      }
    },
  };
}

async function replaceFile(path: string, value: object): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(`${JSON.stringify(value)}\n`);
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

function lockPath(folder: string, number: number): string {
  return join(folder, `server.lock.${number}`);
}

async function lockNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.map((name) => Number(/^server\.lock\.(\d{1,15})$/.exec(name)?.[1] ?? 0)).filter((number) => number > 0);
}

async function highestLock(folder: string): Promise<number> {
  return Math.max(0, ...(await lockNumbers(folder)));
}

/** "unwritten": made, and its content has not come yet (or never will). */
async function readLock(folder: string, number: number): Promise<Lock | "gone" | "unwritten"> {
  const value = await readJson(lockPath(folder, number));
  if (value === null) return "gone";
  const { pid, token, released } = value as Partial<Lock>;
  return typeof pid === "number" && typeof token === "string"
    ? { pid, token, released: released === true }
    : "unwritten";
}

async function readServer(folder: string): Promise<ServerFile | null> {
  const value = await readJson(join(folder, serverFile));
  const { pid, port, token, startedAt } = (value ?? {}) as Partial<ServerFile>;
  if (typeof pid !== "number" || typeof port !== "number" || typeof token !== "string") return null;
  return { pid, port, token, startedAt: startedAt ?? "" };
}

/** Null where there is no such file; {} for one that is no JSON object. */
async function readJson(path: string): Promise<object | null> {
  let text: string;
  try {
    text = await readPlainFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** "ours": the server knows the token. "stranger": something else answers, or nothing listens. */
async function ping(server: ServerFile): Promise<"ours" | "stranger" | "silent"> {
  try {
    const response = await fetch(`http://127.0.0.1:${server.port}/_sandbox`, {
      headers: { authorization: `Bearer ${server.token}`, connection: "close" },
      signal: AbortSignal.timeout(pingMs),
    });
    await response.arrayBuffer();
    return response.status === 200 ? "ours" : "stranger";
  } catch (error) {
    return error instanceof Error && error.name === "TimeoutError" ? "silent" : "stranger";
  }
}
