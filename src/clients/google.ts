import { retryAfterMs } from "./backoff.ts";
import { BodyTooLarge, bodyText } from "./body.ts";
import { type Endpoint, originOf } from "./endpoint.ts";
import { cleanReason, errorOfAnswer, GoogleError } from "./google-error.ts";
import {
  attemptsOnTimeout,
  Failure,
  objectIn,
  Patience,
  type PatienceOptions,
  retriedStatuses,
  timeGiven,
} from "./patience.ts";
import { createSlots } from "./slots.ts";
import { createTurns } from "./turns.ts";

export type JsonObject = Readonly<Record<string, unknown>>;
export type GoogleQuery = Readonly<Record<string, string | readonly string[]>>;

/** An attempt may take 30 s by default, and all calls of a client 15 minutes. */
export interface GoogleOptions extends PatienceOptions {
  readonly endpoint: Endpoint;
  /** OAuth access token without "Bearer"; asked before each attempt, so it must cache. Its failure is a GoogleError. */
  readonly token: () => Promise<string>;
  /** Project that pays for the calls of a user's own credentials; null or left out: none is named. */
  readonly quotaProject?: () => Promise<string | null>;
  /** Calls under way at once. Default 64: more than there are regions, so that every region starts together. */
  readonly parallelism?: number;
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

/** One attempt at a host that has let a whole call run out of time: it may be back, and nobody waits as long again. */
const muteAttemptMs = 5_000;
const mostPages = 10_000;

export function createGoogle(options: GoogleOptions): Google {
  const slots = createSlots(options.parallelism ?? 64);
  const send = options.fetch ?? fetch;
  const attemptMs = options.attemptMs ?? 30_000;
  const patience = new Patience(options, 15 * 60_000);
  const { now } = patience;
  const turns = createTurns();
  /** When each host last gave a full answer. */
  const heard = new Map<string, number>();
  const mute = new Set<string>();

  async function get(url: string, query: GoogleQuery = {}): Promise<JsonObject> {
    const target = targetOf(options.endpoint, url, query);
    return patience.answer<JsonObject, GoogleError>(
      async ({ number, asked, until }) => {
        const outcome = await slots.run(() => tryOnce(target, until));
        if (!(outcome instanceof Failure) || outcome.error.kind !== "timeout") return outcome;
        if (number >= attemptsOnTimeout && (heard.get(target.host) ?? -1) < asked) mute.add(target.host);
        return mute.has(target.host) ? new Failure(outcome.error, false) : outcome;
      },
      (error, wait) => new GoogleError({ kind: error.kind, status: error.status, reason: `${error.reason}; ${wait}` }),
    );
  }

  async function tryOnce(target: Target, until: number): Promise<JsonObject | Failure<GoogleError>> {
    options.signal?.throwIfAborted();
    const left = Math.min(attemptMs, mute.has(target.host) ? muteAttemptMs : attemptMs, until - now());
    if (left <= 0) return new Failure(timedOut(target.host, 0), false);
    return patience.within<JsonObject | Failure<GoogleError>>(
      left,
      async (stop) => {
        const headers = await before(stop, headersOf(options));
        const response = await send(target.url, { headers, signal: stop, redirect: "manual" });
        const body = await bodyText(response);
        heard.set(target.host, now());
        mute.delete(target.host);
        if (response.ok) return turns.run(body.length, () => answerOf(target.host, response.status, body));
        const error = errorOfAnswer(target.host, response.status, body);
        const retry = retriedStatuses.has(response.status) || error.kind === "rate-limited";
        return new Failure(error, retry, retryAfterMs(response.headers.get("retry-after"), now()));
      },
      (thrown, late) => {
        if (thrown instanceof GoogleError) return new Failure(thrown, false);
        if (late) return new Failure(timedOut(target.host, left), true);
        if (thrown instanceof BodyTooLarge) return new Failure(malformed(target.host, "it does not end"), false);
        return new Failure(broken(target.host, thrown), true);
      },
    );
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

interface Target {
  readonly url: string;
  readonly host: string;
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

function answerOf(host: string, status: number, body: string): JsonObject | Failure<GoogleError> {
  const read = objectIn(body);
  return "object" in read ? read.object : new Failure(malformed(host, read.instead, status), read.retry);
}

function malformed(host: string, what: string, status: number | null = null): GoogleError {
  return new GoogleError({ kind: "malformed", status, reason: `the answer of ${host} makes no sense: ${what}` });
}

function timedOut(host: string, ms: number): GoogleError {
  return new GoogleError({ kind: "timeout", reason: `${host} gave no full answer ${timeGiven(ms)}` });
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
