import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { connect, createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface OfficialFirestore {
  /** "127.0.0.1:PORT". */
  readonly host: string;
  close(): Promise<void>;
}

/**
 * Google's own Firestore emulator as the Google Cloud CLI brings it along: FIRESTORE_EMULATOR_JAR, or beside `gcloud` on
 * PATH. Null where this machine has none, or no Java.
 */
export function officialJar(): string | null {
  const named = process.env.FIRESTORE_EMULATOR_JAR;
  const gcloud = onPath("gcloud");
  const beside =
    gcloud === null
      ? null
      : join(dirname(dirname(gcloud)), "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar");
  const found = [named, beside].find((path) => path !== undefined && path !== null && existsSync(path));
  return found === undefined || onPath("java") === null ? null : (found ?? null);
}

/**
 * Tests that compare with it: something more, where it is installed. Elsewhere they are no part of the run, which says so,
 * rather than skipped tests: CI takes no skip for a pass, and nobody has to have Google's emulator.
 */
export const comparison = "tests/sandbox/firestore-official.test.ts";
export const comparisonLeftOut = `left out: ${comparison}, which compares with Google's Firestore emulator. There is none here (gcloud components install cloud-firestore-emulator, or FIRESTORE_EMULATOR_JAR, and Java).\n`;

/** Starts it; resolves when it takes connections. */
export async function startOfficial(jar: string): Promise<OfficialFirestore> {
  const port = await freePort();
  const main = "com.google.cloud.datastore.emulator.firestore.CloudFirestore";
  const args = ["-Duser.language=en", "-cp", jar, main, "start", "--host", "127.0.0.1", "--port", String(port)];
  const child = spawn("java", args, { stdio: "ignore" });
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) break;
    if (await listens(port)) return { host: `127.0.0.1:${port}`, close: () => ended(child) };
    await sleep(100);
  }
  await ended(child);
  throw new Error("Google's Firestore emulator did not start within 30 s");
}

function onPath(name: string): string | null {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return realpathSync(path);
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((done) => child.once("exit", done));
  child.kill("SIGKILL");
  await gone;
}
