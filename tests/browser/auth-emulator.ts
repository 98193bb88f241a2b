import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "./free-port.ts";

const firebase = join(import.meta.dirname, "../../node_modules/firebase-tools/lib/bin/firebase.js");
const patienceMs = 60_000;

export interface AuthEmulator {
  /** Host and port. */
  readonly address: string;
  close(): Promise<void>;
}

/** Firebase's own Auth emulator, for a project whose name begins with "demo-": it asks nobody for credentials. */
export async function startAuthEmulator(project: string): Promise<AuthEmulator> {
  const folder = mkdtempSync(join(tmpdir(), "regions-auth-"));
  const [port, hub, logging] = [await freePort(), await freePort(), await freePort()];
  const on = (own: number) => ({ host: "127.0.0.1", port: own });
  const emulators = { auth: on(port), hub: on(hub), logging: on(logging), ui: { enabled: false } };
  writeFileSync(join(folder, "firebase.json"), JSON.stringify({ emulators }));
  const args = [firebase, "emulators:start", "--only", "auth", "--project", project];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", HOME: folder, CI: "1", NO_UPDATE_NOTIFIER: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const close = async () => {
    if (child.exitCode === null) {
      child.kill("SIGINT");
      const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(timer);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const address = `127.0.0.1:${port}`;
  for (const until = Date.now() + patienceMs; Date.now() < until; await wait(100)) {
    if (child.exitCode !== null) break;
    if (await isReady(address)) return { address, close };
  }
  await close();
  throw new Error(`The Auth emulator did not start: ${said.slice(-2_000)}`);
}

async function isReady(address: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${address}/`, { signal: AbortSignal.timeout(2_000) });
    return response.ok;
  } catch {
    return false;
  }
}
