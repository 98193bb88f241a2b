import { jitteredMs, sleepMs } from "./backoff.ts";

/** How long calls may take, and what stands in for the outside world. Every service has defaults of its own. */
export interface PatienceOptions {
  /** Ends everything at once; calls then reject with the signal's reason, not with an error of the service. */
  readonly signal?: AbortSignal;
  /** From the start of one attempt to the last byte of its answer. */
  readonly attemptMs?: number;
  /** One call with all its attempts and waits. Default 100 s: a minute of 429 is sat out, and nothing hangs. */
  readonly patienceMs?: number;
  /** All calls of this client, from the first one. What changes something has none: its waits may take days. */
  readonly deadlineMs?: number;
  readonly fetch?: typeof fetch;
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly random?: () => number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** The options of a client that may be used for as long as its process lives. */
export function withoutDeadline<O extends PatienceOptions>(options: O): O {
  return { deadlineMs: Number.POSITIVE_INFINITY, ...options };
}

/** An attempt that failed, as an error of the service. */
export class Failure<E extends Error> {
  readonly error: E;
  readonly retry: boolean;
  /** What Retry-After asks for; null without it. */
  readonly afterMs: number | null;
  /** Nothing reached the service: there was no connection, or no time to begin. */
  readonly unsent: boolean;
  constructor(error: E, retry: boolean, afterMs: number | null = null, unsent = false) {
    this.error = error;
    this.retry = retry;
    this.afterMs = afterMs;
    this.unsent = unsent;
  }
}

/** Codes of errors that come before a connection stands. */
const noConnection: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** The code of what `fetch` threw, "ECONNRESET"; "" where it has none. */
export function codeOfBreak(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : "";
}

/** Whether what `fetch` threw says that nothing was sent. */
export function isUnsent(thrown: unknown): boolean {
  return noConnection.has(codeOfBreak(thrown));
}

export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  readonly asked: number;
  /** When patience ends, milliseconds since 1970. */
  readonly until: number;
}

/** Attempts where the answer is 5xx or the connection breaks; a 429 is retried until patience ends. */
const attemptsOnFailure = 5;
/** Each of them takes as long as an attempt may. */
export const attemptsOnTimeout = 2;
const mostAttempts = 12;
export const retriedStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Bounded retries with jitter, and Retry-After honoured, for all calls of one client. */
export class Patience {
  readonly #options: PatienceOptions;
  readonly #deadlineMs: number;
  readonly now: () => number;
  #started: number | null = null;

  constructor(options: PatienceOptions, deadlineMs: number) {
    this.#options = options;
    this.#deadlineMs = options.deadlineMs ?? deadlineMs;
    this.now = options.now ?? Date.now;
  }

  /** The first answer; throws the error of the last attempt, as `gaveUp` puts it where waiting longer is asked. */
  async answer<T, E extends Error & { readonly kind: string }>(
    once: (attempt: Attempt) => Promise<T | Failure<E>>,
    gaveUp: (error: E, asked: string) => E,
  ): Promise<T> {
    const { signal, patienceMs = 100_000, sleep = sleepMs, random = Math.random } = this.#options;
    const asked = this.now();
    this.#started ??= asked;
    const until = Math.min(asked + patienceMs, this.#started + this.#deadlineMs);
    for (let number = 1; ; number += 1) {
      const outcome = await once({ number, asked, until });
      if (!(outcome instanceof Failure)) return outcome;
      const { error, afterMs } = outcome;
      if (!outcome.retry || number >= attemptsOn(error.kind)) throw error;
      // A little jitter on top of Retry-After keeps callers that were refused together from coming back together.
      const wait = afterMs === null ? jitteredMs(number, random) : afterMs + Math.floor(random() * 1000);
      if (this.now() + wait >= until) {
        throw afterMs === null ? error : gaveUp(error, `it asks to wait ${Math.ceil(afterMs / 1000)} s`);
      }
      await sleep(wait, signal);
    }
  }

  /** One attempt: `stop` fires after `ms`, or when the client is aborted; then this rejects with the abort's reason. */
  async within<T>(
    ms: number,
    send: (stop: AbortSignal) => Promise<T>,
    failed: (thrown: unknown, late: boolean) => T,
  ): Promise<T> {
    const { signal } = this.#options;
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(), ms);
    try {
      return await send(signal === undefined ? timer.signal : AbortSignal.any([signal, timer.signal]));
    } catch (thrown) {
      signal?.throwIfAborted();
      return failed(thrown, timer.signal.aborted);
    } finally {
      clearTimeout(timeout);
    }
  }
}

function attemptsOn(kind: string): number {
  if (kind === "rate-limited") return mostAttempts;
  return kind === "timeout" ? attemptsOnTimeout : attemptsOnFailure;
}

/** "within 20 s", or that no time was left to begin with. */
export function timeGiven(ms: number): string {
  return ms === 0 ? "in the time that was left" : `within ${Math.max(1, Math.round(ms / 1000))} s`;
}

/** The JSON object of an answer; else what stands there instead, and whether another try may mend it. */
export function objectIn(
  body: string,
): { readonly object: Readonly<Record<string, unknown>> } | { readonly instead: string; readonly retry: boolean } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // JSON that breaks off is a connection that died without saying so: worth another try. HTML is an answer.
    if (/^\s*[{[]/.test(body)) return { instead: "JSON that breaks off", retry: true };
    const what = /^\s*</.test(body) ? "HTML" : body.trim() === "" ? "nothing" : "text that is no JSON";
    return { instead: `${what} where JSON was due`, retry: false };
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    return { instead: "JSON that is no object", retry: false };
  }
  return { object: parsed as Readonly<Record<string, unknown>> };
}
