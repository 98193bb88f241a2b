import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "./free-port.ts";

const firebase = join(import.meta.dirname, "../../node_modules/firebase-tools/lib/bin/firebase.js");

type Service = "auth" | "functions";

export interface EmulatorOptions<Only extends Service> {
  /** Begins with "demo-": then nobody is asked for credentials, and nothing outside this machine is called. */
  readonly project: string;
  readonly only: readonly Only[];
  /** Further keys of firebase.json: `functions`, whose source is relative to the folder. */
  readonly config?: object;
  /** Fills the folder beside firebase.json. */
  readonly prepare?: (folder: string) => void;
  /** Further environment variables of the emulators, which hand them on to functions. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly patienceMs: number;
}

export interface Emulators<Only extends Service> {
  /** Host and port of each. */
  readonly addresses: Readonly<Record<Only, string>>;
  /** What they have printed until now. */
  said(): string;
  /** Ends all of their processes, as Ctrl-C does; false where one of them had to be killed. Safe to call twice. */
  close(): Promise<boolean>;
}

/** Firebase's own emulators, as processes beside this one. Rejects with what they printed where they do not come up. */
export async function startEmulators<Only extends Service>(options: EmulatorOptions<Only>): Promise<Emulators<Only>> {
  const { project, only, config = {}, variables = {}, patienceMs } = options;
  const folder = mkdtempSync(join(tmpdir(), "regions-emulators-"));
  const entries: [Only, string][] = [];
  const on: Record<string, object> = { ui: { enabled: false } };
  for (const name of [...only, "hub", "logging"]) {
    const port = await freePort();
    on[name] = { host: "127.0.0.1", port };
    if (name !== "hub" && name !== "logging") entries.push([name as Only, `127.0.0.1:${port}`]);
  }
  writeFileSync(join(folder, "firebase.json"), JSON.stringify({ ...config, emulators: on }));
  options.prepare?.(folder);
  const args = [firebase, "emulators:start", "--only", only.join(","), "--project", project];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: folder,
      CI: "1",
      NO_UPDATE_NOTIFIER: "1",
      METADATA_SERVER_DETECTION: "none",
      ...variables,
    },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: the processes that run functions can be ended with it, whatever became of their parent.
    detached: true,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  let closing: Promise<boolean> | null = null;
  function close(): Promise<boolean> {
    closing ??= end(child).finally(() => rmSync(folder, { recursive: true, force: true }));
    return closing;
  }
  for (const until = Date.now() + patienceMs; Date.now() < until; await wait(100)) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (said.includes("All emulators ready")) {
      return { addresses: Object.fromEntries(entries) as Record<Only, string>, said: () => said, close };
    }
  }
  await close();
  throw new Error(
    `The emulators (${only.join(", ")}) did not start within ${patienceMs / 1000} s: ${said.slice(-2_000)}`,
  );
}

/** Long enough for a loaded machine; what has not ended by then never would. */
const endPatienceMs = 30_000;

async function end(child: ChildProcess): Promise<boolean> {
  const { pid } = child;
  if (pid === undefined) return true;
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGINT");
  for (const until = Date.now() + endPatienceMs; Date.now() < until; await wait(50)) {
    if (!groupLives(pid)) return true;
  }
  process.kill(-pid, "SIGKILL");
  return false;
}

function groupLives(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}
