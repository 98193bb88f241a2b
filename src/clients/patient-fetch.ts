import { jitteredMs, retryAfterMs, sleepMs } from "./backoff.ts";
import { BodyTooLarge, bodyText } from "./body.ts";
import { ProviderError, type ProviderErrorKind } from "./provider-error.ts";

export interface PatienceOptions {
  /** Ends everything at once; calls then reject with the signal's reason. */
  readonly signal?: AbortSignal;
  /** From the start of one attempt to the last byte of its answer. Default 20 s. */
  readonly attemptMs?: number;
  /** One call with all its attempts and waits. Default 100 s: a minute of 429 is sat out. */
  readonly patienceMs?: number;
  /** All calls of this client, from the first one. Default 5 minutes. */
  readonly deadlineMs?: number;
  readonly fetch?: typeof fetch;
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly random?: () => number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface Service {
  /** "Stripe": the subject of every reason. */
  readonly name: string;
  /** What it is entered with, for people: "the key". */
  readonly credential: string;
  /** The provider's own code in the body of a refusal, if any; letters, digits, "_" and "-" only are kept. */
  readonly codeOf: (body: Readonly<Record<string, unknown>>) => unknown;
}

/** One request that only reads; the answer is whole JSON with status 2xx, else it rejects with ProviderError. */
export type PatientFetch = (url: string, headers: Readonly<Record<string, string>>) => Promise<Response>;

const attemptsOnFailure = 5;
/** Each of them takes as long as an attempt may. */
const attemptsOnTimeout = 2;
const mostAttempts = 12;
const retriedStatuses = new Set([408, 429, 500, 502, 503, 504]);

interface Failure {
  readonly error: ProviderError;
  readonly retry: boolean;
  readonly afterMs: number | null;
}

/** GET with a limit on time, bounded retries with jitter, and Retry-After honoured. */
export function patientFetch(service: Service, options: PatienceOptions): PatientFetch {
  const send = options.fetch ?? fetch;
  const sleep = options.sleep ?? sleepMs;
  const random = options.random ?? Math.random;
  const now = options.now ?? Date.now;
  const attemptMs = options.attemptMs ?? 20_000;
  const patienceMs = options.patienceMs ?? 100_000;
  const deadlineMs = options.deadlineMs ?? 300_000;
  const { signal } = options;
  let started: number | null = null;

  async function tryOnce(url: string, headers: Readonly<Record<string, string>>, until: number) {
    const left = Math.min(attemptMs, until - now());
    if (left <= 0) return failed("timeout", `${service.name} gave no full answer in the time that was left`, false);
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(), left);
    const stop = signal === undefined ? timer.signal : AbortSignal.any([signal, timer.signal]);
    try {
      const response = await send(url, { headers, signal: stop, redirect: "manual" });
      const body = await bodyText(response);
      if (response.ok) return whole(service, response, body);
      return refusal(service, response, body, now());
    } catch (thrown) {
      signal?.throwIfAborted();
      if (timer.signal.aborted) {
        const seconds = Math.max(1, Math.round(left / 1000));
        return failed("timeout", `${service.name} gave no full answer within ${seconds} s`, true);
      }
      if (thrown instanceof BodyTooLarge) {
        return failed("malformed", `the answer of ${service.name} makes no sense: it does not end`, false);
      }
      return failed("network", `the connection to ${service.name} failed${codeOfBreak(thrown)}`, true);
    } finally {
      clearTimeout(timeout);
    }
  }

  return async (url, headers) => {
    started ??= now();
    const until = Math.min(now() + patienceMs, started + deadlineMs);
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      const outcome = await tryOnce(url, headers, until);
      if (outcome instanceof Response) return outcome;
      const { kind } = outcome.error;
      const attempts =
        kind === "rate-limited" ? mostAttempts : kind === "timeout" ? attemptsOnTimeout : attemptsOnFailure;
      if (!outcome.retry || attempt >= attempts) throw outcome.error;
      const { afterMs } = outcome;
      const wait = afterMs === null ? jitteredMs(attempt, random) : afterMs + Math.floor(random() * 1000);
      if (now() + wait >= until) throw gaveUp(outcome.error, afterMs);
      await sleep(wait, signal);
    }
  };
}

function whole(service: Service, response: Response, body: string): Response | Failure {
  const nonsense = `the answer of ${service.name} makes no sense`;
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // JSON that breaks off is a connection that died without saying so: worth another try. HTML is an answer.
    if (/^\s*[{[]/.test(body)) return failed("malformed", `${nonsense}: JSON that breaks off`, true);
    const what = /^\s*</.test(body) ? "HTML" : body.trim() === "" ? "nothing" : "text that is no JSON";
    return failed("malformed", `${nonsense}: ${what} where JSON was due`, false);
  }
  if (!isObject(parsed)) return failed("malformed", `${nonsense}: JSON that is no object`, false);
  return new Response(body, { status: response.status, headers: response.headers });
}

function refusal(service: Service, response: Response, body: string, now: number): Failure {
  const { status } = response;
  const code = codeIn(service, body);
  const answer = code === "" ? `${status}` : `${status} ${code}`;
  const [kind, reason] = meaningOf(service, status, answer);
  return {
    error: new ProviderError(kind, reason, status),
    retry: retriedStatuses.has(status),
    afterMs: retryAfterMs(response.headers.get("retry-after"), now),
  };
}

function meaningOf({ name, credential }: Service, status: number, answer: string): [ProviderErrorKind, string] {
  if (status === 401) return ["credentials", `${name} refused ${credential} (${answer})`];
  if (status === 403) return ["permission", `${name} does not let ${credential} read this (${answer})`];
  if (status === 404) return ["not-found", `${name} knows no such resource (${answer})`];
  if (status === 429) return ["rate-limited", `${name} asks for fewer requests (${answer})`];
  if (status === 408 || status >= 500) return ["unavailable", `${name} is not available (${answer})`];
  if (status < 400) return ["malformed", `the answer of ${name} makes no sense: a redirect (${answer})`];
  return ["invalid", `${name} refused the request (${answer})`];
}

function codeIn(service: Service, body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    const code = isObject(parsed) ? service.codeOf(parsed) : null;
    const text = typeof code === "number" ? `${code}` : code;
    return typeof text === "string" && /^[\w-]{1,60}$/.test(text) ? text : "";
  } catch {
    return "";
  }
}

function gaveUp(error: ProviderError, afterMs: number | null): ProviderError {
  if (afterMs === null) return error;
  const reason = `${error.reason}; it asks to wait ${Math.ceil(afterMs / 1000)} s`;
  return new ProviderError(error.kind, reason, error.status);
}

function failed(kind: ProviderErrorKind, reason: string, retry: boolean): Failure {
  return { error: new ProviderError(kind, reason), retry, afterMs: null };
}

/** " (ECONNRESET)", or nothing: messages of fetch may hold the URL, and Telegram's URL holds the token. */
function codeOfBreak(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? ` (${code})` : "";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
