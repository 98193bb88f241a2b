import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, Cancelled, errorOf, isConflict, isOutage, LostAnswer } from "./api-error.ts";
import type { Pace } from "./pace.ts";
import type { Patience } from "./patience.ts";
import { isValues, type Values } from "./values.ts";

export interface Request {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Host, version and resource without the leading slash: "run.googleapis.com/v2/projects/p/…". */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Values;
  /** An upload in place of `body`. */
  readonly content?: { readonly type: string; readonly bytes: Buffer };
  /**
   * What may be repeated. "always": the request does the same however often it arrives. "refused": only when Google has
   * certainly not carried it out; a lost answer and 5xx are thrown.
   */
  readonly repeat?: "always" | "refused";
  /** Another change under way (409) is waited for. */
  readonly waitForOthers?: boolean;
}

export interface RestOptions {
  /** "http://127.0.0.1:PORT": each Google host is a folder below it. */
  readonly endpoint: string;
  readonly token: string;
  readonly patience: Patience;
  /** Nothing is begun or repeated any longer; what Google has begun is waited for. */
  readonly stopping: AbortSignal;
  /** Aborts every wait and every look. A write under way is heard out: whether it was carried out must be known. */
  readonly signal: AbortSignal;
  /** Writes at once, and pauses, by service and region. */
  readonly pace: Pace;
  /** One at a time, by key. */
  readonly turns: Pace;
}

/** Speaks to Google's APIs with bounded repetition. Rejects with ApiError, LostAnswer or Cancelled. */
export class Rest {
  readonly #options: RestOptions;

  constructor(options: RestOptions) {
    this.#options = options;
  }

  get patience(): Patience {
    return this.#options.patience;
  }

  /** The answer's JSON object; {} for an empty answer. */
  async send(request: Request): Promise<Values> {
    const { patience, signal, stopping, pace } = this.#options;
    const lane = laneOf(request.path);
    const writes = request.method !== "GET";
    const started = Date.now();
    // Hundreds of resources of a region that cannot be reached must not each wait for it.
    const most = pace.isDown(lane) ? 0 : patience.giveUpMs;
    for (let pause = patience.firstPauseMs; ; pause = Math.min(pause * 2, patience.longestPauseMs)) {
      if (signal.aborted) throw new Cancelled();
      if (writes) await this.#whileRunning(() => pace.rest(lane, stopping));
      try {
        const answer = await this.#once(request);
        pace.setDown(lane, false);
        return answer;
      } catch (error) {
        if (!(error instanceof ApiError) || !mayRepeat(request, error)) throw error;
        const wait = Math.min(error.retryAfterMs ?? spread(pause), patience.longestPauseMs * 2);
        if (Date.now() + wait > started + (error.httpStatus === 429 ? patience.quotaMs : most)) {
          if (isOutage(error)) pace.setDown(lane, true);
          throw error;
        }
        if (writes && error.httpStatus === 429) pace.slow(lane, wait);
        await this.#wait(wait, stopping);
      }
    }
  }

  /** Runs a piece of work that writes, when its service and region have a place free. */
  paced<T>(path: string, work: () => Promise<T>): Promise<T> {
    return this.#whileRunning(() => this.#options.pace.run(laneOf(path), this.#options.stopping, work));
  }

  /** Runs a piece of work when no other of the same key runs. */
  exclusive<T>(key: string, work: () => Promise<T>): Promise<T> {
    return this.#whileRunning(() => this.#options.turns.run(key, this.#options.signal, work));
  }

  /** Waits; rejects with Cancelled when the engine stops the provider. */
  pause(ms: number): Promise<void> {
    return this.#wait(ms, this.#options.signal);
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return this.#whileRunning(async () => {
      await sleep(ms, undefined, { signal });
    });
  }

  async #once(request: Request): Promise<Values> {
    const { endpoint, token, patience, signal } = this.#options;
    const query = new URLSearchParams(request.query ?? {}).toString();
    const what = `${request.method} ${request.path}`;
    const limit = request.content === undefined ? patience.requestMs : patience.uploadMs;
    let status: number;
    let text: string;
    let retryAfter: string | null;
    try {
      const response = await fetch(`${endpoint}/${request.path}${query === "" ? "" : `?${query}`}`, {
        method: request.method,
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": request.content?.type ?? "application/json",
        },
        ...bodyOf(request),
        signal: AbortSignal.any([...(request.method === "GET" ? [signal] : []), AbortSignal.timeout(limit)]),
      });
      status = response.status;
      retryAfter = response.headers.get("retry-after");
      text = await response.text();
    } catch (error) {
      if (signal.aborted) throw new Cancelled();
      throw new LostAnswer(`${what}: no answer: ${reasonOf(error)}`);
    }
    const body = parse(text);
    if (status < 200 || status > 299) throw errorOf(what, status, body, retryAfter);
    if (body === undefined) throw new LostAnswer(`${what}: the answer is no JSON`);
    return isValues(body) ? body : {};
  }

  async #whileRunning<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // What the work itself says of the end, such as what it leaves behind, is more than that it ended.
      if (error instanceof Error && error.name === "AbortError") throw new Cancelled();
      throw error;
    }
  }
}

/** Service and region of a write: what shares one quota. */
export function laneOf(path: string): string {
  const host = path.split("/", 1)[0] ?? "";
  return `${host} ${/\/locations\/([^/:]+)/.exec(path)?.[1] ?? ""}`;
}

function mayRepeat(request: Request, error: ApiError): boolean {
  if (error.httpStatus === 429) return true;
  if (request.waitForOthers === true && isConflict(error)) return true;
  if ((request.repeat ?? (request.method === "GET" ? "always" : "refused")) === "refused") return false;
  return isOutage(error);
}

/** Between one and one and a half times the pause, so that many do not come back at once. */
function spread(pause: number): number {
  return pause * (1 + Math.random() / 2);
}

function bodyOf(request: Request): { body?: string | Uint8Array<ArrayBuffer> } {
  if (request.content !== undefined) return { body: new Uint8Array(request.content.bytes) };
  return request.body === undefined ? {} : { body: JSON.stringify(request.body) };
}

function parse(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : "";
  return cause === "" ? error.message : `${error.message} (${cause})`;
}
