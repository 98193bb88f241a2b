import { retryAfterMs } from "./backoff.ts";
import { BodyTooLarge, bodyText } from "./body.ts";
import { type Endpoint, originOf } from "./endpoint.ts";
import { cleanReason, errorOfAnswer, GoogleError } from "./google-error.ts";
import {
  attemptsOnTimeout,
  codeOfBreak,
  Failure,
  isUnsent,
  Patience,
  type PatienceOptions,
  retriedStatuses,
  timeGiven,
} from "./patience.ts";
import { createSlots } from "./slots.ts";
import { createTurns } from "./turns.ts";
import { attemptWrite } from "./uncertain-write.ts";

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

export interface GoogleRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** The real one ("https://run.googleapis.com/v2/…") whatever the endpoint is. */
  readonly url: string;
  readonly query?: GoogleQuery;
  readonly body?: JsonObject;
  /** In place of `body`: what is sent as it is, and its media type. */
  readonly content?: { readonly type: string; readonly text: string };
}

/** What an answer with status 2xx means; a Failure where it makes no sense. */
export type ReadAnswer<T> = (
  host: string,
  status: number,
  body: string,
  headers: { get(name: string): string | null },
) => T | Failure<GoogleError>;

/** One client of Google's REST APIs: how requests are sent, limited, repeated. */
export interface GoogleSend {
  /** A request that changes nothing. Rejects with GoogleError. */
  read<T>(request: GoogleRequest, answer: ReadAnswer<T>): Promise<T>;
  /**
   * A request that changes something; see `attemptWrite` for `repeatable`. `refused` may make an answer of a refusal.
   * Rejects with GoogleError or UncertainWriteError.
   */
  write<T>(
    request: GoogleRequest,
    answer: ReadAnswer<T>,
    repeatable: boolean,
    refused?: (error: GoogleError) => { readonly answer: T } | null,
  ): Promise<T>;
}

/** One attempt at a host that has let a whole call run out of time: it may be back, and nobody waits as long again. */
const muteAttemptMs = 5_000;

export function createGoogleSend(options: GoogleOptions): GoogleSend {
  const slots = createSlots(options.parallelism ?? 64);
  const send = options.fetch ?? fetch;
  const attemptMs = options.attemptMs ?? 30_000;
  const patience = new Patience(options, 15 * 60_000);
  const { now } = patience;
  const turns = createTurns();
  /** When each host last gave a full answer. */
  const heard = new Map<string, number>();
  const mute = new Set<string>();

  function attempts<T>(request: GoogleRequest, answer: ReadAnswer<T>) {
    const target = targetOf(options.endpoint, request.url, request.query ?? {});
    return async ({ number, asked, until }: { number: number; asked: number; until: number }) => {
      const outcome = await slots.run(() => tryOnce(request, target, answer, until));
      if (!(outcome instanceof Failure) || outcome.error.kind !== "timeout") return outcome;
      if (number >= attemptsOnTimeout && (heard.get(target.host) ?? -1) < asked) mute.add(target.host);
      return mute.has(target.host) ? new Failure(outcome.error, false, null, outcome.unsent) : outcome;
    };
  }

  async function tryOnce<T>(
    { method, body, content }: GoogleRequest,
    target: Target,
    answer: ReadAnswer<T>,
    until: number,
  ): Promise<T | Failure<GoogleError>> {
    options.signal?.throwIfAborted();
    const left = Math.min(attemptMs, mute.has(target.host) ? muteAttemptMs : attemptMs, until - now());
    if (left <= 0) return new Failure(timedOut(target.host, 0), false, null, true);
    const begun = now();
    return patience.within<T | Failure<GoogleError>>(
      left,
      async (stop) => {
        const headers = await before(stop, headersOf(options));
        // A process that was stopped meanwhile sends nothing that nobody waits for any longer.
        if (now() - begun > left) return new Failure(timedOut(target.host, left), true, null, true);
        const sent = content ?? (body === undefined ? null : { type: "application/json", text: JSON.stringify(body) });
        if (sent !== null) headers["content-type"] = sent.type;
        const response = await send(target.url, {
          ...(method === "GET" ? {} : { method }),
          ...(sent === null ? {} : { body: sent.text }),
          headers,
          signal: stop,
          redirect: "manual",
        });
        const text = await bodyText(response);
        heard.set(target.host, now());
        mute.delete(target.host);
        if (response.ok)
          return turns.run(text.length, () => answer(target.host, response.status, text, response.headers));
        const error = errorOfAnswer(target.host, response.status, text);
        const retry = retriedStatuses.has(response.status) || error.kind === "rate-limited";
        return new Failure(error, retry, retryAfterMs(response.headers.get("retry-after"), now()));
      },
      (thrown, late) => {
        if (thrown instanceof GoogleError) return new Failure(thrown, false, null, true);
        if (late) return new Failure(timedOut(target.host, left), true);
        if (thrown instanceof BodyTooLarge) return new Failure(malformed(target.host, "it does not end"), false);
        return new Failure(broken(target.host, thrown), true, null, isUnsent(thrown));
      },
    );
  }

  return {
    read: (request, answer) => patience.answer(attempts(request, answer), gaveUp),
    write(request, answer, repeatable, refused = () => null) {
      const once = attempts(request, answer);
      return attemptWrite(
        patience,
        repeatable,
        async (attempt) => {
          const outcome = await once(attempt);
          const made = outcome instanceof Failure ? refused(outcome.error) : null;
          return made === null ? outcome : made.answer;
        },
        gaveUp,
      );
    },
  };
}

function gaveUp(error: GoogleError, asked: string): GoogleError {
  return new GoogleError({ kind: error.kind, status: error.status, reason: `${error.reason}; ${asked}` });
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

export function malformed(host: string, what: string, status: number | null = null): GoogleError {
  return new GoogleError({ kind: "malformed", status, reason: `the answer of ${host} makes no sense: ${what}` });
}

function timedOut(host: string, ms: number): GoogleError {
  return new GoogleError({ kind: "timeout", reason: `${host} gave no full answer ${timeGiven(ms)}` });
}

function broken(host: string, thrown: unknown): GoogleError {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const code = codeOfBreak(thrown);
  const why = code !== "" ? code : cause instanceof Error ? cleanReason(cause.message) : "";
  return new GoogleError({
    kind: "network",
    reason: `the connection to ${host} failed${why === "" ? "" : ` (${cleanReason(why)})`}`,
  });
}
