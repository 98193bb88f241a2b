import { type ChildProcess, spawn } from "node:child_process";
import { maskSecrets } from "../model/mask-secrets.ts";

/** The user's own Firebase CLI, ready to be run in the folder of its firebase.json. */
export interface FirebaseCli {
  /** Absolute path of the program, or of its script. */
  readonly program: string;
  /** Of firebase-tools. */
  readonly version: string;
  /** Variables of the process, whole. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values that must not be shown, wherever the CLI prints them. */
  readonly secrets: readonly string[];
}

export interface CliRun {
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Ended after this long. */
  readonly patienceMs: number;
  /** Each line it prints, without colours and secrets. */
  readonly onLine: (line: string) => void;
}

export interface CliEnd {
  /** Null: it was ended, or could not be started. */
  readonly code: number | null;
  /** What it said went wrong, a few lines; null where it said nothing of the kind. */
  readonly error: string | null;
}

/** After Ctrl-C the CLI may end what it is at; Google goes on with what it has been told by itself. */
const graceMs = 10_000;
const mostErrorLines = 6;
const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, "g");

/** Runs the CLI once. Never asks anybody anything: its input is empty. Rejects only with the signal's reason. */
export async function runFirebase(cli: FirebaseCli, args: readonly string[], run: CliRun): Promise<CliEnd> {
  run.signal.throwIfAborted();
  const isScript = /\.[cm]?js$/.test(cli.program);
  const [command, first] = isScript ? [process.execPath, [cli.program]] : [cli.program, []];
  const child = spawn(command, [...first, ...args], {
    cwd: run.cwd,
    env: { ...cli.env },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: a terminal's Ctrl-C reaches it once, from here, with all that it has started.
    detached: process.platform !== "win32",
  });
  const errors: string[] = [];
  let isError = false;
  const hear = (raw: string): void => {
    const line = shown(raw, cli.secrets);
    if (line === "") return;
    if (/^(?:Error:|Failed to|\S*\s*functions\[.*\bError\b)/.test(line)) isError = true;
    if (isError && errors.length < mostErrorLines) errors.push(line.trim());
    run.onLine(line);
  };
  const flush = [linesOf(child.stdout, hear), linesOf(child.stderr, hear)];
  let late = false;
  const stop = (): void => {
    send(child, "SIGINT");
    setTimeout(() => send(child, "SIGKILL"), graceMs).unref();
  };
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, run.patienceMs);
  run.signal.addEventListener("abort", stop, { once: true });
  const end = await new Promise<{ code: number | null; reason: string | null }>((resolve) => {
    child.once("error", (error) => resolve({ code: null, reason: error.message }));
    child.once("close", (code) => resolve({ code, reason: null }));
  });
  clearTimeout(timer);
  run.signal.removeEventListener("abort", stop);
  for (const one of flush) one();
  run.signal.throwIfAborted();
  const waited = late ? `it had not ended after ${Math.round(run.patienceMs / 60_000)} minutes` : null;
  const said = errors.length === 0 ? null : errors.join("\n");
  return { code: end.code, error: end.reason ?? waited ?? said };
}

function shown(raw: string, secrets: readonly string[]): string {
  let line = raw.replace(escapes, "").trimEnd();
  for (const secret of secrets) if (secret.length >= 6) line = line.replaceAll(secret, "*".repeat(secret.length));
  return maskSecrets(line);
}

/** Hands over whole lines; the returned function hands over what is left. */
function linesOf(stream: ChildProcess["stdout"], hear: (line: string) => void): () => void {
  let rest = "";
  stream?.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) hear(line);
  });
  return () => hear(rest);
}

function send(child: ChildProcess, signal: "SIGINT" | "SIGKILL"): void {
  try {
    if (child.pid !== undefined && process.platform !== "win32") process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // It has ended.
  }
}
