import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { Agent, type IncomingHttpHeaders, request as sendRequest } from "node:http";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { DeliveryAnswer, DeliveryRequest } from "./delivery.ts";
import { type ChildMessage, type ChildStart, copyHeader, keyHeader, type ServeFunction } from "./messages.ts";

/** How long a child may take until it listens, and then until a function's code is loaded. */
const startMs = 30_000;
/** How long a child may take to end before it is killed. */
const endMs = 2000;

/** Why a request has no answer of the code's own. */
export class ChildFailure extends Error {
  readonly reason: "start" | "crash" | "timeout";
  constructor(reason: ChildFailure["reason"], message: string) {
    super(message);
    this.name = "ChildFailure";
    this.reason = reason;
  }
}

export interface ChildOptions {
  readonly start: Omit<ChildStart, "key">;
  /** Everything the code sees of its environment while it is loaded. */
  readonly env: Readonly<Record<string, string>>;
  readonly print: (from: "stdout" | "stderr", line: string) => void;
}

/** One process with the code of one archive in one region. */
export class Child {
  readonly #process: ChildProcess;
  readonly #key = randomBytes(24).toString("hex");
  readonly #agent = new Agent({ keepAlive: true });
  readonly #port: Promise<number>;
  readonly #gone: Promise<void>;
  #served = new Map<string, Promise<void>>();
  #waiting = new Map<string, (problem: string | null) => void>();
  #alive = true;
  /** Requests that are being answered; see `use`. */
  busy = 0;
  /** `Date.now()` when it was last asked for, or had answered. */
  lastUsed = Date.now();

  constructor(options: ChildOptions) {
    const start: ChildStart = { ...options.start, key: this.#key };
    this.#process = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", hostFile()], {
      cwd: options.start.folder,
      env: { ...options.env, SANDBOX_RUN: JSON.stringify(start) },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      windowsHide: true,
    });
    for (const from of ["stdout", "stderr"] as const) {
      const stream = this.#process[from];
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => options.print(from, line));
    }
    this.#gone = new Promise((done) => {
      const ended = () => {
        this.#alive = false;
        this.#agent.destroy();
        for (const answer of this.#waiting.values()) answer("its process ended while the code was loaded");
        this.#waiting.clear();
        done();
      };
      this.#process.once("exit", ended);
      this.#process.once("error", ended);
    });
    this.#port = this.#listening();
    // Whoever asks for the port hears of it; nobody may.
    this.#port.catch(() => {});
  }

  get alive(): boolean {
    return this.#alive;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Makes a function ready, once. Rejects with ChildFailure when its code cannot be loaded. */
  serve(ask: Omit<ServeFunction, "kind">): Promise<void> {
    const known = this.#served.get(ask.key);
    if (known !== undefined) return known;
    const served = this.#load(ask);
    this.#served.set(ask.key, served);
    served.catch(() => this.#served.delete(ask.key));
    return served;
  }

  /** Keeps the child from being ended for want of work while `work` goes on. */
  async use<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    this.busy += 1;
    try {
      return await work();
    } finally {
      this.busy -= 1;
      this.lastUsed = Date.now();
    }
  }

  /** Hands a request to a function that is served. Rejects with ChildFailure when the child dies or the time is up. */
  async deliver(key: string, request: DeliveryRequest, timeoutMs: number): Promise<DeliveryAnswer> {
    return this.#exchange(await this.#port, key, request, timeoutMs);
  }

  async end(): Promise<void> {
    if (!this.#alive) return;
    this.#process.kill("SIGTERM");
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), endMs);
    await this.#gone;
    clearTimeout(timer);
  }

  #exchange(port: number, key: string, request: DeliveryRequest, timeoutMs: number): Promise<DeliveryAnswer> {
    return new Promise((resolve, reject) => {
      const body = Buffer.from(request.body);
      const headers: Record<string, string> = { ...request.headers, [copyHeader]: key, [keyHeader]: this.#key };
      // The length is that of the body as it is passed on, whatever the sender said.
      delete headers["transfer-encoding"];
      delete headers.connection;
      headers["content-length"] = String(body.length);
      const sent = sendRequest({
        host: "127.0.0.1",
        port,
        method: request.method,
        path: request.path,
        headers,
        agent: this.#agent,
      });
      const timer = setTimeout(() => {
        sent.destroy();
        reject(new ChildFailure("timeout", `no answer within ${timeoutMs / 1000} s`));
      }, timeoutMs);
      const fail = () => {
        clearTimeout(timer);
        reject(new ChildFailure("crash", "the process ended, or closed the connection, before it had answered"));
      };
      sent.on("error", fail);
      sent.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", fail);
        response.on("aborted", fail);
        response.on("end", () => {
          clearTimeout(timer);
          resolve({
            status: response.statusCode ?? 500,
            headers: passedOn(response.headers),
            body: Buffer.concat(chunks),
          });
        });
      });
      sent.end(body);
    });
  }

  async #load(ask: Omit<ServeFunction, "kind">): Promise<void> {
    await this.#port;
    const problem = await new Promise<string | null>((answer) => {
      if (!this.#alive) return answer("its process has ended");
      const timer = setTimeout(() => answer(`its code was not loaded within ${startMs / 1000} s`), startMs);
      this.#waiting.set(ask.key, (text) => {
        clearTimeout(timer);
        answer(text);
      });
      const message: ServeFunction = { kind: "serve", ...ask };
      this.#process.send(message);
    });
    this.#waiting.delete(ask.key);
    if (problem !== null) throw new ChildFailure("start", problem);
  }

  #listening(): Promise<number> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new ChildFailure("start", `its process did not listen within ${startMs / 1000} s`)),
        startMs,
      );
      this.#process.on("message", (message: ChildMessage) => {
        if (message.kind === "served") this.#waiting.get(message.key)?.(message.problem);
        else {
          clearTimeout(timer);
          resolve(message.port);
        }
      });
      void this.#gone.then(() => {
        clearTimeout(timer);
        reject(new ChildFailure("start", "its process ended before it listened"));
      });
    });
  }
}

/** Headers without those that belong to the connection. Cookies, the one header that comes more than once, are joined. */
function passedOn(headers: IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || ["connection", "keep-alive", "transfer-encoding"].includes(name)) continue;
    result[name] = Array.isArray(value) ? value.join("\n") : value;
  }
  return result;
}

/** The child's entry: beside the bundle's chunks, else the source. */
function hostFile(): string {
  const bundled = new URL("../sandbox-host.js", import.meta.url);
  return fileURLToPath(existsSync(bundled) ? bundled : new URL("./host.ts", import.meta.url));
}
