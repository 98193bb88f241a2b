import { jitteredMs, retryAfterMs, sleepMs } from "./backoff.ts";
import { BodyTooLarge, bodyText } from "./body.ts";
import { type Endpoint, originOf } from "./endpoint.ts";
import { cleanReason, errorOfAnswer, GoogleError } from "./google-error.ts";
import { createSlots } from "./slots.ts";
import { createTurns } from "./turns.ts";

export type JsonObject = Readonly<Record<string, unknown>>;
export type GoogleQuery = Readonly<Record<string, string | readonly string[]>>;

export interface GoogleOptions {
  readonly endpoint: Endpoint;
  /** OAuth access token without "Bearer"; asked before each attempt, so it must cache. Its failure is a GoogleError. */
  readonly token: () => Promise<string>;
  /** Project that pays for the calls of a user's own credentials; null or left out: none is named. */
  readonly quotaProject?: () => Promise<string | null>;
  /** Ends everything at once; calls then reject with the signal's reason, not with a GoogleError. */
  readonly signal?: AbortSignal;
  /** Calls under way at once. Default 64: more than there are regions, so that every region starts together. */
  readonly parallelism?: number;
  /** From the start of one attempt to the last byte of its answer. Default 30 s. */
  readonly attemptMs?: number;
  /** One call with all its attempts and waits. Default 100 s: a minute of 429 is sat out, and nothing hangs. */
  readonly patienceMs?: number;
  /** All calls of this client, from the first one. Default 15 minutes. */
  readonly deadlineMs?: number;
  readonly fetch?: typeof fetch;
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly random?: () => number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Reads Google's REST APIs. URLs are the real ones ("https://run.googleapis.com/v2/…") whatever the endpoint is. */
export interface Google {
  /** One JSON object. Rejects with GoogleError. */
  get(url: string, query?: GoogleQuery): Promise<JsonObject>;
  /**
   * The pages of a listing in order, following `nextPageToken`. Throws GoogleError, after the pages that were read, when
   * one cannot be had.
   */
  pages(url: string, query?: GoogleQuery): AsyncGenerator<JsonObject, void, void>;
}

/** Attempts where the answer is 5xx or the connection breaks; a 429 is retried until patience ends. */
const attemptsOnFailure = 5;
/** Each of them takes as long as an attempt may. */
const attemptsOnTimeout = 2;
/** One attempt at a host that has let a whole call run out of time: it may be back, and nobody waits as long again. */
const muteAttemptMs = 5_000;
const mostAttempts = 12;
const mostPages = 10_000;
const retriedStatuses = new Set([408, 429, 500, 502, 503, 504]);

export function createGoogle(options: GoogleOptions): Google {
  const slots = createSlots(options.parallelism ?? 64);
  const send = options.fetch ?? fetch;
  const sleep = options.sleep ?? sleepMs;
  const random = options.random ?? Math.random;
  const now = options.now ?? Date.now;
  const attemptMs = options.attemptMs ?? 30_000;
  const patienceMs = options.patienceMs ?? 100_000;
  const deadlineMs = options.deadlineMs ?? 15 * 60_000;
  const { signal } = options;
  const turns = createTurns();
  /** When each host last gave a full answer. */
  const heard = new Map<string, number>();
  const mute = new Set<string>();
  let started: number | null = null;

  async function get(url: string, query: GoogleQuery = {}): Promise<JsonObject> {
    started ??= now();
    const asked = now();
    const until = Math.min(asked + patienceMs, started + deadlineMs);
    const target = targetOf(options.endpoint, url, query);
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await slots.run(() => tryOnce(target, until));
      if (!(outcome instanceof Failure)) return outcome;
      const { error } = outcome;
      if (error.kind === "timeout" && attempt >= attemptsOnTimeout && (heard.get(target.host) ?? -1) < asked)
        mute.add(target.host);
      if (!outcome.retry || attempt >= attemptsOn(error) || (error.kind === "timeout" && mute.has(target.host)))
        throw error;
      // A little jitter on top of Retry-After keeps callers that were refused together from coming back together.
      const wait =
        outcome.afterMs === null ? jitteredMs(attempt, random) : outcome.afterMs + Math.floor(random() * 1000);
      if (now() + wait >= until) throw gaveUp(error, outcome.afterMs);
      await sleep(wait, signal);
    }
  }

  async function tryOnce(target: Target, until: number): Promise<JsonObject | Failure> {
    signal?.throwIfAborted();
    const left = Math.min(attemptMs, mute.has(target.host) ? muteAttemptMs : attemptMs, until - now());
    if (left <= 0) return new Failure(timedOut(target.host, 0), false, null);
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(), left);
    const stop = signal === undefined ? timer.signal : AbortSignal.any([signal, timer.signal]);
    try {
      const headers = await before(stop, headersOf(options));
      const response = await send(target.url, { headers, signal: stop, redirect: "manual" });
      const body = await bodyText(response);
      heard.set(target.host, now());
      mute.delete(target.host);
      if (response.ok) return await turns.run(body.length, () => answerOf(target.host, response.status, body));
      const error = errorOfAnswer(target.host, response.status, body);
      const retry = retriedStatuses.has(response.status) || error.kind === "rate-limited";
      return new Failure(error, retry, retryAfterMs(response.headers.get("retry-after"), now()));
    } catch (thrown) {
      signal?.throwIfAborted();
      if (thrown instanceof GoogleError) return new Failure(thrown, false, null);
      if (timer.signal.aborted) return new Failure(timedOut(target.host, left), true, null);
      if (thrown instanceof BodyTooLarge) return new Failure(malformed(target.host, "it does not end"), false, null);
      return new Failure(broken(target.host, thrown), true, null);
    } finally {
      clearTimeout(timeout);
    }
  }

  async function* pages(url: string, query: GoogleQuery = {}): AsyncGenerator<JsonObject, void, void> {
    const seen = new Set<string>();
    let pageToken = "";
    do {
      const page = await get(url, pageToken === "" ? query : { ...query, pageToken });
      yield page;
      const next = page.nextPageToken ?? "";
      if (typeof next !== "string") throw malformed(hostOf(url), "nextPageToken is no text");
      // A server that hands out the same token again would be read for ever.
      if (next !== "" && (seen.has(next) || seen.size >= mostPages)) {
        throw malformed(hostOf(url), "its pages do not come to an end");
      }
      seen.add(next);
      pageToken = next;
    } while (pageToken !== "");
  }

  return { get, pages };
}

function attemptsOn({ kind }: GoogleError): number {
  if (kind === "rate-limited") return mostAttempts;
  return kind === "timeout" ? attemptsOnTimeout : attemptsOnFailure;
}

interface Target {
  readonly url: string;
  readonly host: string;
}

class Failure {
  readonly error: GoogleError;
  readonly retry: boolean;
  /** What Retry-After asks for; null without it. */
  readonly afterMs: number | null;
  constructor(error: GoogleError, retry: boolean, afterMs: number | null) {
    this.error = error;
    this.retry = retry;
    this.afterMs = afterMs;
  }
}

function targetOf(endpoint: Endpoint, url: string, query: GoogleQuery): Target {
  const { host, pathname } = new URL(url);
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of typeof value === "string" ? [value] : value) search.append(name, one);
  }
  const tail = search.size === 0 ? "" : `?${search}`;
  return { url: `${originOf(endpoint, host)}${pathname}${tail}`, host };
}

function hostOf(url: string): string {
  return new URL(url).host;
}

async function headersOf(options: GoogleOptions): Promise<Record<string, string>> {
  let token: string;
  let payer: string | null;
  try {
    token = await options.token();
    payer = (await options.quotaProject?.()) ?? null;
  } catch (thrown) {
    if (thrown instanceof GoogleError) throw thrown;
    // The message of an unknown failure may hold what the credentials hold.
    throw new GoogleError({ kind: "denied", reason: "no access token could be had for Google" });
  }
  const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: "application/json" };
  if (payer !== null) headers["x-goog-user-project"] = payer;
  return headers;
}

/** The promise's value, unless the signal fires first. */
function before<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

function answerOf(host: string, status: number, body: string): JsonObject | Failure {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // JSON that breaks off is a connection that died without saying so: worth another try. HTML is an answer.
    if (/^\s*[{[]/.test(body)) return new Failure(malformed(host, "JSON that breaks off", status), true, null);
    const what = /^\s*</.test(body) ? "HTML" : body.trim() === "" ? "nothing" : "text that is no JSON";
    return new Failure(malformed(host, `${what} where JSON was due`, status), false, null);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    return new Failure(malformed(host, "JSON that is no object", status), false, null);
  }
  return parsed as JsonObject;
}

function malformed(host: string, what: string, status: number | null = null): GoogleError {
  return new GoogleError({ kind: "malformed", status, reason: `the answer of ${host} makes no sense: ${what}` });
}

function timedOut(host: string, ms: number): GoogleError {
  const within = ms === 0 ? "in the time that was left" : `within ${Math.max(1, Math.round(ms / 1000))} s`;
  return new GoogleError({ kind: "timeout", reason: `${host} gave no full answer ${within}` });
}

function gaveUp(error: GoogleError, afterMs: number | null): GoogleError {
  if (afterMs === null) return error;
  const asked = `it asks to wait ${Math.ceil(afterMs / 1000)} s`;
  return new GoogleError({ kind: error.kind, status: error.status, reason: `${error.reason}; ${asked}` });
}

function broken(host: string, thrown: unknown): GoogleError {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";
  const why = code !== "" ? code : cause instanceof Error ? cleanReason(cause.message) : "";
  return new GoogleError({
    kind: "network",
    reason: `the connection to ${host} failed${why === "" ? "" : ` (${cleanReason(why)})`}`,
  });
}
