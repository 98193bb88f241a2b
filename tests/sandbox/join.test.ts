import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError } from "../../src/model/problem.ts";
import { joinOrStartSandbox } from "../../src/sandbox/join.ts";
import { startSandbox } from "../../src/sandbox/server.ts";
import { ask, functions } from "./client.ts";
import { smallSeed } from "./small-seed.ts";

interface Child {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly base: string;
  readonly token: string;
  readonly joined: boolean;
  /** Lets the child close its sandbox and end; its exit code. */
  finish(): Promise<number | null>;
}

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "sandbox-")), "state");
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  }
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

const makePipe = (path: string) => execFileSync("sh", ["-c", 'mkfifo "$0"', path]);

describe("a folder's sandbox", () => {
  it("is started by one of those who come together, and joined by the others", async () => {
    const all = await Promise.all([start(), start(), start(), start()]);
    expect(all.filter((child) => !child.joined)).toHaveLength(1);
    expect(new Set(all.map((child) => child.base)).size).toBe(1);
    const owner = all.find((child) => !child.joined);
    expect(JSON.parse(readFileSync(join(folder, "server.json"), "utf8"))).toMatchObject({
      pid: owner?.pid,
      port: Number(new URL(owner?.base ?? "").port),
      token: owner?.token,
    });
    expect(await Promise.all(all.map((child) => child.finish()))).toEqual([0, 0, 0, 0]);
    expect(readdirSync(folder).filter((name) => name.startsWith("server.json"))).toEqual([]);
  });

  it("does not end under those who joined it", async () => {
    const owner = await start();
    const guest = await start();
    expect([owner.joined, guest.joined]).toEqual([false, true]);
    const ended = owner.finish();
    await closing(owner);
    expect((await ask(guest, "GET", `${functions}/europe-west2/functions`)).status).toBe(200);
    expect(await guest.finish()).toBe(0);
    expect(await ended).toBe(0);
    await expect(fetch(owner.base)).rejects.toThrow();
  });

  it("is taken over with its state from a process that was killed", async () => {
    const first = await start();
    await ask(first, "DELETE", "v1/webhook_endpoints/we_1Qsandbox1");
    first.process.kill("SIGKILL");
    await once(first.process, "exit");
    expect(readdirSync(folder)).toContain("server.json");
    const heirs = await Promise.all([start(), start(), start()]);
    expect(heirs.filter((child) => !child.joined)).toHaveLength(1);
    const [heir] = heirs;
    if (heir === undefined) throw new Error("no process started");
    const { data } = (await ask(heir, "GET", "v1/webhook_endpoints")).body as { data: { id: string }[] };
    expect(data.map((endpoint) => endpoint.id)).toEqual(["we_1Qsandbox2", "we_1Qsandbox3"]);
  });

  it("is taken over where another program has got the port or the process id", async () => {
    const stranger = await startSandbox({ folder: null, seed: smallSeed });
    mkdirSync(folder, { recursive: true });
    const token = "a".repeat(48);
    const port = Number(new URL(stranger.base).port);
    writeFileSync(join(folder, "server.lock.7"), JSON.stringify({ pid: process.pid, token, released: false }));
    writeFileSync(join(folder, "server.json"), JSON.stringify({ pid: process.pid, port, token, startedAt: "" }));
    const sandbox = await joinOrStartSandbox(folder, { seed: smallSeed });
    expect(sandbox.joined).toBe(false);
    expect(sandbox.base).not.toBe(stranger.base);
    expect(readdirSync(folder).filter((name) => name.startsWith("server.lock"))).toEqual(["server.lock.8"]);
    await sandbox.close();
    await stranger.close();
  });

  it("starts after a lock whose maker died before it wrote a word", async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "server.lock.1"), "");
    const sandbox = await joinOrStartSandbox(folder, { seed: smallSeed });
    expect(sandbox.joined).toBe(false);
    await sandbox.close();
  });

  it("does not hang on a lock of absurd number, nor on pipes where its files were", async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "server.lock.99999999999999999999"), "");
    makePipe(join(folder, "server.lock.7"));
    utimesSync(join(folder, "server.lock.7"), 0, 0);
    const joined = await joinOrStartSandbox(folder, { seed: smallSeed });
    expect(joined.joined).toBe(false);
    await joined.close();
    makePipe(join(folder, "pipe"));
    renameSync(join(folder, "pipe"), join(folder, "state.json"));
    await expect(joinOrStartSandbox(folder, { seed: smallSeed })).rejects.toThrow(InputError);
  });

  it("is joined within a process too, and refused to a second server", async () => {
    const first = await startSandbox({ folder, seed: smallSeed });
    const second = await joinOrStartSandbox(folder);
    expect([second.joined, second.base, second.access]).toEqual([true, first.base, first.access]);
    const refused = await startSandbox({ folder, seed: smallSeed }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(InputError);
    expect((refused as InputError).message).toContain("runs on");
    await second.close();
    await first.close();
    const third = await startSandbox({ folder, seed: smallSeed });
    expect(third.base).not.toBe("");
    await third.close();
  });
});

async function start(): Promise<Child> {
  const script = fileURLToPath(new URL("./join-child.ts", import.meta.url));
  const child = spawn(process.execPath, [script, folder], { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const exit = once(child, "exit") as Promise<[number | null]>;
  let text = "";
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.endsWith("\n")) break;
  }
  return {
    process: child,
    ...(JSON.parse(text) as Pick<Child, "pid" | "base" | "token" | "joined">),
    async finish() {
      child.stdin?.end();
      const [code] = await exit;
      return code;
    },
  };
}

/** Waits until the server takes nobody in any more: its process has asked it to close. */
async function closing(server: { base: string; token: string }): Promise<void> {
  for (;;) {
    const response = await fetch(`${server.base}/_sandbox/hold`, {
      headers: { authorization: `Bearer ${server.token}` },
    });
    await response.body?.cancel();
    if (response.status === 503) return;
  }
}
