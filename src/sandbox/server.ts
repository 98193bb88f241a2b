import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { InputError } from "../model/problem.ts";
import { accessOf, type SandboxAccess } from "./access.ts";
import { Faults } from "./faults.ts";
import { Firestore } from "./firestore/firestore.ts";
import { keepInFolder, keepNothing } from "./firestore/keep.ts";
import { createHolds } from "./holds.ts";
import { answerCall, type Outcome, send, unknownRoute } from "./http/answer.ts";
import { type Call, reply, type World } from "./http/call.ts";
import { addressOf } from "./http/services.ts";
import { type Claim, takeTurn } from "./lock.ts";
import { RequestLog, withoutSecrets } from "./request-log.ts";
import { admin, hasToken } from "./routes/admin.ts";
import { addressedCopy } from "./run/address.ts";
import { answerCopy } from "./run/answer-copy.ts";
import type { Delivery } from "./run/delivery.ts";
import { Runtime } from "./run/runtime.ts";
import { isOutdatedStory, type SeedChoice, seededState } from "./seeds.ts";
import { Agenda } from "./senders/agenda.ts";
import { SandboxClock } from "./senders/clock.ts";
import { Disturbances } from "./senders/disturbances.ts";
import { announce } from "./senders/firestore/events.ts";
import { openShelf } from "./senders/shelf.ts";
import { noteFailure, restoreClock, startSenders } from "./senders/start.ts";
import { folderBlobs, memoryBlobs } from "./state/blobs.ts";
import { settle } from "./state/operations.ts";
import { fileStore, noStore } from "./state/store.ts";

export interface SandboxOptions {
  /** Where the state is kept (`state.json`) and others find the server (`server.json`); null = in memory alone. */
  readonly folder: string | null;
  /** What it starts from where the folder holds no state yet. */
  readonly seed: SeedChoice;
  /** Default: any free one. */
  readonly port?: number;
  /**
   * The clock that everything goes by. Default: the machine's. With another one nothing comes due by itself: the admin
   * route of the clock puts it forward.
   */
  readonly now?: () => Date;
  /** Folder of the project, with whose packages deployed code runs. Default: where the state's folder lies, or here. */
  readonly root?: string;
  /** How long deployed code may have nothing to do before its process is ended. Default: 15 minutes. */
  readonly idleMs?: number;
  /** How the senders reach deployed code. Default: as everybody does, through the processes that run it. */
  readonly delivery?: Delivery;
}

export interface Sandbox {
  /** "http://127.0.0.1:PORT"; each Google host is a folder below it. */
  readonly base: string;
  /** Opens the admin routes, and serves as Google's bearer token as well as any. */
  readonly token: string;
  /** Project that it holds. */
  readonly project: string;
  /** What clients present. */
  readonly access: SandboxAccess;
  readonly faults: Faults;
  readonly disturbances: Disturbances;
  readonly log: RequestLog;
  /** Reaches the deployed code. */
  readonly delivery: Delivery;
  /** "127.0.0.1:PORT" of its Firestore, for FIRESTORE_EMULATOR_HOST; started when first asked for. */
  firestoreHost(): Promise<string>;
  /** Waits for those who joined (30 s at most), writes the state, ends. Safe to call twice. */
  close(): Promise<void>;
}

/** Largest body taken: a source archive may have 100 MB. */
const mostBytes = 110 * 1024 * 1024;

/**
 * Starts the stand-in on 127.0.0.1. Rejects with InputError when the folder's server runs already, the port is taken, or
 * the kept state cannot be read.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  if (options.folder === null) return serve(options, null);
  const turn = await takeTurn(options.folder);
  if (turn.kind === "mine") return serveClaimed(options, turn.claim);
  throw problem(
    `A sandbox runs on ${options.folder} already: process ${turn.server.pid}, port ${turn.server.port}.`,
    "Use that one, or end it first.",
  );
}

/** Starts the server of a folder whose turn it is; gives the turn back when that fails. */
export async function serveClaimed(options: SandboxOptions, claim: Claim): Promise<Sandbox> {
  try {
    return await serve(options, claim);
  } catch (error) {
    await claim.release();
    throw error;
  }
}

async function serve(options: SandboxOptions, claim: Claim | null): Promise<Sandbox> {
  const store = options.folder === null ? noStore : fileStore(options.folder);
  const blobs = options.folder === null ? memoryBlobs() : folderBlobs(options.folder);
  const found = await store.load();
  const outdated = found !== null && options.seed === "story" && (await isOutdatedStory(found));
  const kept = outdated ? null : found;
  const state = kept ?? (await seededState(options.seed));
  const shelf = await openShelf(options.folder);
  // What was sent belongs to the state that it was sent from.
  if (kept === null) await shelf.clear();
  const keep = options.folder === null ? keepNothing : keepInFolder(options.folder);
  if (kept === null) await keep.clear();
  const clock = new SandboxClock(options.now ?? null);
  restoreClock(shelf, clock);
  const { now } = clock;
  const agenda = new Agenda(shelf, clock, (due, error) => noteFailure(shelf, now(), due, error));
  const server = createServer();
  const port = await listen(server, options.port ?? 0);
  const faults = new Faults(now);
  const token = claim?.token ?? randomBytes(24).toString("hex");
  const base = `http://127.0.0.1:${port}`;
  const firestore = new Firestore(keep, now, (changes) => announce(world, changes));
  const runtime = new Runtime({
    state: () => world.state,
    now,
    faults,
    blobs,
    token,
    root: options.root ?? (options.folder === null ? process.cwd() : join(options.folder, "..", "..")),
    idleMs: options.idleMs ?? 15 * 60_000,
    bases: async () => ({ base, firestore: await firestore.host(), outer: process.env }),
  });
  const world: World = {
    state,
    now,
    faults,
    log: new RequestLog(),
    clock,
    shelf,
    agenda,
    disturbances: new Disturbances(),
    delivery: options.delivery ?? runtime,
    blobs,
    base,
    token,
    runtime,
    firestore,
    startedAt: now().toISOString(),
    async reset(seed) {
      world.state = await seededState(seed);
      world.faults.clear();
      await runtime.children.stop();
      runtime.log.clear();
      await firestore.reset();
      world.disturbances.clear();
      await shelf.clear();
      await blobs.clear();
      startSenders(world);
    },
  };
  const save = () => store.save(() => world.state);
  const holds = createHolds();
  server.on("request", (request, response) => void handle(world, save, holds, request, response));
  try {
    startSenders(world);
    if (kept === null) await save();
    await claim?.publish(port, world.startedAt);
  } catch (error) {
    server.close();
    throw error;
  }

  let closing: Promise<void> | null = null;
  async function end(): Promise<void> {
    await holds.end();
    await agenda.end(2000);
    await runtime.children.close();
    await firestore.close();
    await new Promise<void>((done) => {
      server.close(() => done());
      server.closeIdleConnections();
      // Whoever is still being answered after this is cut off: a client that never reads must not keep us.
      setTimeout(() => server.closeAllConnections(), 2000).unref();
    });
    await save();
    await shelf.flush();
    await claim?.release();
  }
  return {
    base: world.base,
    token: world.token,
    project: state.project,
    access: accessOf(state),
    faults: world.faults,
    disturbances: world.disturbances,
    log: world.log,
    delivery: runtime,
    firestoreHost: () => firestore.host(),
    close() {
      closing ??= end();
      return closing;
    },
  };
}

async function handle(
  world: World,
  save: () => Promise<void>,
  holds: ReturnType<typeof createHolds>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = request.url ?? "/";
  const [rawPath = "/", ...rest] = url.split("?");
  const query = rest.join("?");
  const method = request.method ?? "GET";
  if (rawPath === "/_sandbox/hold" && hasToken({ headers: request.headers, world })) {
    holds.add(response);
    return;
  }
  const bytes = await readBody(request);
  // Whatever else the Host header says, it is the sandbox that was called.
  const copy = addressedCopy(world.state, request.headers.host ?? "", url, true);
  if (copy !== null && bytes !== null)
    return answerCopy(world, copy, { method, headers: request.headers, bytes }, response);
  const address = addressOf(method, rawPath, request.headers.host);
  const call: Call = {
    world,
    host: address.host ?? "",
    method,
    path: address.path,
    params: address.match?.params ?? {},
    query: new URLSearchParams(query),
    headers: request.headers,
    bytes: bytes ?? Buffer.alloc(0),
  };
  const settled = settle(world.state, world.now());
  let outcome: Outcome =
    bytes === null
      ? { reply: reply(413, { error: { code: 413, message: "The body is too large." } }), cutAfter: null }
      : address.service === null
        ? { reply: unknownRoute({ method, path: address.path, host: address.host }), cutAfter: null }
        : await answerCall(address.service, address.match, call);
  const writes = address.match?.route.writes ?? false;
  const changed = settled || (writes && address.match?.route.onShelf !== true);
  // What was answered must survive this process.
  if (changed || writes) {
    if (changed && address.service !== admin) world.state.story = null;
    await Promise.all([changed ? save() : null, world.shelf.flush()]).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `The sandbox could not keep its state: ${reason}`;
      outcome = {
        reply: reply(500, { error: { code: 500, message, status: "INTERNAL", details: [] } }),
        cutAfter: null,
      };
    });
  }
  world.log.add({
    at: world.now().toISOString(),
    method,
    host: address.host,
    path: withoutSecrets(query === "" ? address.path : `${address.path}?${query}`),
    status: outcome.cutAfter === null ? outcome.reply.status : null,
    writes,
    faults: world.faults.usedBy(call),
  });
  if (!response.destroyed) send(response, outcome);
  // What the call brought about is sent after its answer.
  world.agenda.poke();
}

/** Null when the body is larger than any that is meant. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length <= mostBytes) chunks.push(chunk);
    }
  } catch {
    // The peer went away; what is answered now reaches nobody.
  }
  return length > mostBytes ? null : Buffer.concat(chunks);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE" && error.code !== "EACCES") reject(error);
      else reject(problem(`The sandbox cannot listen on port ${port}: ${error.code}.`, "Choose another port."));
    });
    server.listen(port, "127.0.0.1", () => {
      server.removeAllListeners("error");
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function problem(message: string, mend: string): InputError {
  return new InputError([{ place: null, message, mend, excerpt: null }]);
}
