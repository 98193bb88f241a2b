import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { InputError } from "../model/problem.ts";
import type { SandboxAccess } from "./access.ts";
import { keepInFolder } from "./firestore/keep.ts";
import { type ServerFile, takeTurn } from "./lock.ts";
import { seededState } from "./seeds.ts";
import { type SandboxOptions, serveClaimed } from "./server.ts";
import { folderBlobs } from "./state/blobs.ts";
import { fileStore } from "./state/store.ts";

/** A sandbox in use, whoever runs it. */
export interface JoinedSandbox {
  /** "http://127.0.0.1:PORT". */
  readonly base: string;
  readonly token: string;
  /** Project that it holds. */
  readonly project: string;
  readonly access: SandboxAccess;
  /** Another process runs it. */
  readonly joined: boolean;
  /** Ends the server where this process started it (after those who joined), else lets it go. */
  close(): Promise<void>;
}

/**
 * Uses the sandbox of a folder: joins the server that runs there, else starts one (seeded with the story at first use).
 * Rejects with InputError when a running server does not answer or the kept state cannot be read.
 */
export async function joinOrStartSandbox(
  folder: string,
  options: Partial<Omit<SandboxOptions, "folder">> = {},
): Promise<JoinedSandbox> {
  for (;;) {
    const turn = await takeTurn(folder);
    if (turn.kind === "mine") {
      const sandbox = await serveClaimed({ seed: "story", ...options, folder }, turn.claim);
      return {
        base: sandbox.base,
        token: sandbox.token,
        project: sandbox.project,
        access: sandbox.access,
        joined: false,
        close: () => sandbox.close(),
      };
    }
    const joined = await joinServer(turn.server);
    if (joined !== null) return joined;
    // It is closing; soon it is our turn.
    await sleep(50);
  }
}

/**
 * Starts the state over, from the story or from nothing. A running server does it itself; else the kept state is
 * replaced, also one that cannot be read.
 */
export async function resetSandbox(folder: string, options: { readonly empty: boolean }): Promise<void> {
  const seed = options.empty ? "empty" : "story";
  const turn = await takeTurn(folder);
  if (turn.kind === "mine") {
    try {
      const state = await seededState(seed);
      await fileStore(folder).save(() => state);
      await folderBlobs(folder).clear();
      await keepInFolder(folder).clear();
    } finally {
      await turn.claim.release();
    }
    return;
  }
  const { port, token, pid } = turn.server;
  const response = await fetch(`http://127.0.0.1:${port}/_sandbox/reset`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ seed }),
    signal: AbortSignal.timeout(30_000),
  });
  await response.arrayBuffer();
  if (!response.ok) {
    throw new InputError([
      {
        place: null,
        message: `The sandbox of process ${pid} could not be reset (${response.status}).`,
        mend: `End process ${pid}, then try again.`,
        excerpt: null,
      },
    ]);
  }
}

/** Null when the server is closing, or gone since. */
async function joinServer(server: ServerFile): Promise<JoinedSandbox | null> {
  const base = `http://127.0.0.1:${server.port}`;
  const release = await hold(server);
  if (release === null) return null;
  try {
    const { project } = await ask<{ project: string }>(server, "/_sandbox");
    const access = await ask<SandboxAccess>(server, "/_sandbox/access");
    return { base, token: server.token, project, access, joined: true, close: async () => release() };
  } catch {
    release();
    return null;
  }
}

async function ask<Answer>(server: ServerFile, path: string): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    headers: { authorization: `Bearer ${server.token}` },
    signal: AbortSignal.timeout(10_000),
  });
  return (await response.json()) as Answer;
}

/** Keeps the server from ending under us, by a connection that stays open. Resolves with what lets it go. */
function hold(server: ServerFile): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const request = get(
      {
        host: "127.0.0.1",
        port: server.port,
        path: "/_sandbox/hold",
        headers: { authorization: `Bearer ${server.token}` },
        agent: false,
      },
      (response) => {
        if (response.statusCode !== 200) {
          response.destroy();
          resolve(null);
          return;
        }
        response.on("error", () => {});
        response.resume();
        // The connection alone is no reason for this process to stay.
        response.socket.unref();
        resolve(() => response.destroy());
      },
    );
    request.on("error", () => resolve(null));
  });
}
