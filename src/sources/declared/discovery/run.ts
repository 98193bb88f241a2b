import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { maskSecrets } from "../../../model/mask-secrets.ts";
import { confinement } from "./confinement.ts";
import { installer, type Sdk } from "./sdk.ts";

export interface DiscoveryRequest {
  readonly sdk: Extract<Sdk, { kind: "found" }>;
  /** Absolute; the SDK loads what lies in its working directory. */
  readonly folder: string;
  readonly projectId: string;
  /** Values of the codebase's env files, as `firebase deploy` hands them over. */
  readonly env: Readonly<Record<string, string>>;
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

export type DiscoveryAnswer =
  | { readonly kind: "manifest"; readonly text: string }
  | { readonly kind: "failed"; readonly reason: string };

const maxManifest = 32 * 1024 * 1024;
const maxNoise = 64 * 1024;

/**
 * Runs the SDK's own discovery on a codebase: its code is loaded in a child process that has no credentials, no
 * network and its own time limit, and that is ended with all it started. Throws only the signal's reason.
 */
export async function runDiscovery(request: DiscoveryRequest): Promise<DiscoveryAnswer> {
  const { sdk, signal } = request;
  signal.throwIfAborted();
  const home = mkdtempSync(join(tmpdir(), "regions-discovery-"));
  const output = join(home, "functions.yaml");
  let child: ChildProcess | null = null;
  try {
    const guard = join(home, "confinement.cjs");
    writeFileSync(guard, confinement);
    const port = sdk.writesFile ? null : await freePort();
    child = spawn(process.execPath, ["--require", guard, sdk.binary], {
      cwd: request.folder,
      env: {
        ...environment(request, home),
        ...(port === null ? { FUNCTIONS_MANIFEST_OUTPUT_PATH: output } : { PORT: String(port) }),
      },
      stdio: ["ignore", "ignore", "pipe"],
      // A group of its own, so that whatever it starts can be ended with it.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    const stderr = collect(child);
    const ended = endOf(child);
    const work = port === null ? ended : Promise.race([ended, asked(port, signal)]);
    const outcome = await Promise.race([work, limit(request.patienceMs, signal)]);
    signal.throwIfAborted();
    const explained = (): string => firstLines(stderr(), request, home);
    if (outcome.kind === "late") {
      const seconds = Math.round(request.patienceMs / 100) / 10;
      return failed(
        `its code was not loaded within ${seconds} s (FUNCTIONS_DISCOVERY_TIMEOUT sets another limit, in seconds)`,
      );
    }
    if (outcome.kind === "answer") {
      return outcome.status === 200
        ? { kind: "manifest", text: outcome.text }
        : failed(`its code fails when it is loaded: ${explained() || clean(outcome.text, request, home)}`);
    }
    if (outcome.kind === "error") return failed(`it could not be started: ${outcome.reason}`);
    if (outcome.code !== 0)
      return failed(
        `its code fails when it is loaded: ${explained() || `it ended with ${outcome.code ?? "a signal"} and said nothing`}`,
      );
    return port === null ? written(output) : failed("its code ended the process while it was loaded");
  } finally {
    if (child !== null) end(child);
    rmSync(home, { recursive: true, force: true });
  }
}

/** Built from nothing: what is not named here, the codebase does not get. */
function environment(request: DiscoveryRequest, home: string): Record<string, string> {
  const { projectId } = request;
  const own = Object.entries(request.env).filter(([name]) => !withheld.test(name));
  return {
    ...Object.fromEntries(own),
    PATH: dirname(process.execPath),
    HOME: home,
    TMPDIR: home,
    ...(process.platform === "win32"
      ? { USERPROFILE: home, APPDATA: home, TEMP: home, SystemRoot: "C:\\Windows" }
      : {}),
    NODE_ENV: "production",
    GCLOUD_PROJECT: projectId,
    FIREBASE_CONFIG: JSON.stringify({
      projectId,
      storageBucket: `${projectId}.firebasestorage.app`,
      databaseURL: `https://${projectId}-default-rtdb.firebaseio.com`,
    }),
    FUNCTIONS_CONTROL_API: "true",
    CLOUDSDK_CONFIG: home,
    METADATA_SERVER_DETECTION: "none",
  };
}

/** What an env file of a codebase cannot set in the deployment either, and keys to an account. */
const withheld =
  /^(?:GOOGLE_|FIREBASE_(?!SECRET_REF_)|GCLOUD_|CLOUDSDK_|X_GOOGLE_|NODE_OPTIONS$|PATH$|HOME$|PORT$|FUNCTIONS_)/;

type Outcome =
  | { readonly kind: "exit"; readonly code: number | null }
  | { readonly kind: "error"; readonly reason: string }
  | { readonly kind: "answer"; readonly status: number; readonly text: string }
  | { readonly kind: "late" };

function endOf(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ kind: "error", reason: error.message }));
    // What it wrote last arrives before "close"; a grandchild that holds the pipe must not keep us waiting for it.
    child.once("exit", (code) => {
      const done = (): void => resolve({ kind: "exit", code });
      child.once("close", done);
      setTimeout(done, 200).unref();
    });
  });
}

function limit(patienceMs: number, signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    const late = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", late);
      resolve({ kind: "late" });
    };
    const timer = setTimeout(late, patienceMs);
    timer.unref();
    signal.addEventListener("abort", late, { once: true });
  });
}

/** Asks until the SDK answers; what answers is told apart from a stranger on that port by what it says. */
async function asked(port: number, signal: AbortSignal): Promise<Outcome> {
  for (;;) {
    const answer = await once(port);
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 40));
    if (signal.aborted) return { kind: "late" };
  }
}

function once(port: number): Promise<Outcome | null> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path: "/__/functions.yaml", agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > maxManifest) request.destroy();
      });
      response.on("end", () => resolve({ kind: "answer", status: response.statusCode ?? 0, text }));
      response.on("error", () => resolve(null));
    });
    request.on("error", () => resolve(null));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Keeps the beginning of what the child says and drops the rest, so that noise fills no memory. */
function collect(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (chunk: string) => {
    if (text.length < maxNoise) text += chunk.slice(0, maxNoise - text.length);
  });
  child.stderr?.on("error", () => {});
  return () => text;
}

function end(child: ChildProcess): void {
  child.stderr?.destroy();
  try {
    if (child.pid !== undefined && process.platform !== "win32") process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // It has ended, with all it started.
  }
  child.unref();
}

function written(output: string): DiscoveryAnswer {
  try {
    if (statSync(output).size > maxManifest) return failed("what it declares is longer than 32 MiB");
    return { kind: "manifest", text: readFileSync(output, "utf8") };
  } catch {
    return failed("its code ended the process while it was loaded");
  }
}

/** A package that is missing is one command away. */
function mended(message: string, request: DiscoveryRequest): string {
  const missing = /Cannot find (?:module|package) '[^'./][^']*'/.test(message);
  return missing ? `${message} (run \`${installer(request.folder)}\` there)` : message;
}

function failed(reason: string): DiscoveryAnswer {
  return { kind: "failed", reason };
}

/** What went wrong, as the code itself says it: the lines before the stack, without paths of this machine. */
function firstLines(stderr: string, request: DiscoveryRequest, home: string): string {
  const marker = "Failed to generate manifest from function source: ";
  const at = stderr.lastIndexOf(marker);
  if (at !== -1) return clean(stderr.slice(at + marker.length), request, home);
  // The last "XError: …" that is followed by a stack is the one that ended it.
  const thrown = [
    ...stderr.matchAll(/^(?:Uncaught )?([A-Za-z]*Error\b[^\n]*(?:\n(?! {4}at )[^\n]*){0,2})\n {4}at /gm),
  ].at(-1)?.[1];
  return clean(thrown ?? stderr, request, home);
}

function clean(text: string, request: DiscoveryRequest, home: string): string {
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    if (/^\s+at |^Require stack:/.test(line) || lines.length === 3) break;
    const said = line.trim().replace(/^(?:Uncaught )?Error: /, "");
    // The stack, which follows the message, begins with the message.
    const [first] = lines;
    if (first !== undefined && said.replace(/^\w+: /, "") === first) break;
    // A syntax error's stack begins with the place.
    const place = /^(?:file:\/\/)?([^\s:]+:\d+)$/.exec(said)?.[1];
    if (first !== undefined && place !== undefined) {
      lines[lines.length - 1] += ` (${place.replace(`${request.folder}/`, "")})`;
      break;
    }
    if (said !== "") lines.push(said);
  }
  let told = lines.join(" / ").replaceAll(home, "…").replaceAll(request.folder, ".");
  for (const value of Object.values(request.env)) {
    if (value.length >= 6) told = told.replaceAll(value, "*".repeat(value.length));
  }
  told = maskSecrets(told);
  return mended(told.length > 400 ? `${told.slice(0, 400)}…` : told, request);
}
