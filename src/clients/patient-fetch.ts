import { retryAfterMs } from "./backoff.ts";
import { BodyTooLarge, bodyText } from "./body.ts";
import {
  codeOfBreak,
  Failure,
  isUnsent,
  objectIn,
  Patience,
  type PatienceOptions,
  retriedStatuses,
  timeGiven,
} from "./patience.ts";
import { ProviderError, type ProviderErrorKind } from "./provider-error.ts";
import { attemptWrite } from "./uncertain-write.ts";

export interface Service {
  /** "Stripe": the subject of every reason. */
  readonly name: string;
  /** What it is entered with, for people: "the key". */
  readonly credential: string;
  /** The provider's own code in the body of a refusal, if any; letters, digits, "_" and "-" only are kept. */
  readonly codeOf: (body: Readonly<Record<string, unknown>>) => unknown;
}

type Headers = Readonly<Record<string, string>>;

/** One request that only reads; the answer is whole JSON with status 2xx, else it rejects with ProviderError. */
export type PatientFetch = (url: string, headers: Headers) => Promise<Response>;

/** A change at a provider. */
export interface ProviderWrite {
  readonly method: "POST";
  readonly headers: Headers;
  readonly body: string;
  /** Doing it twice is doing it once: it may be sent again when its answer was lost. */
  readonly repeatable: boolean;
}

/** As PatientFetch, for a change. Rejects with UncertainWriteError, too. */
export type PatientWrite = (url: string, write: ProviderWrite) => Promise<Response>;

/** GET with a limit on time, bounded retries with jitter, and Retry-After honoured. */
export function patientFetch(service: Service, options: PatienceOptions): PatientFetch {
  return patientExchange(service, options).read;
}

/** Reads and changes of one client, which share its time. */
export function patientExchange(
  service: Service,
  options: PatienceOptions,
): { readonly read: PatientFetch; readonly write: PatientWrite } {
  const send = options.fetch ?? fetch;
  const attemptMs = options.attemptMs ?? 20_000;
  const patience = new Patience(options, 300_000);
  const { now } = patience;

  async function tryOnce(url: string, init: RequestInit, until: number) {
    options.signal?.throwIfAborted();
    const left = Math.min(attemptMs, until - now());
    if (left <= 0) return timedOut(service, 0, false);
    const verb = init.method === undefined ? "read" : "change";
    return patience.within<Response | Failure<ProviderError>>(
      left,
      async (stop) => {
        const response = await send(url, { ...init, signal: stop, redirect: "manual" });
        const body = await bodyText(response);
        return response.ok ? whole(service, response, body) : refusal(service, response, body, now(), verb);
      },
      (thrown, late) => {
        if (late) return timedOut(service, left, true);
        if (thrown instanceof BodyTooLarge) {
          return failed("malformed", `the answer of ${service.name} makes no sense: it does not end`, false);
        }
        // Messages of fetch may hold the URL, and Telegram's URL holds the token.
        const code = codeOfBreak(thrown);
        const reason = `the connection to ${service.name} failed${code === "" ? "" : ` (${code})`}`;
        return new Failure(new ProviderError("network", reason), true, null, isUnsent(thrown));
      },
    );
  }

  const gaveUp = (error: ProviderError, asked: string) =>
    new ProviderError(error.kind, `${error.reason}; ${asked}`, error.status);
  return {
    read: (url, headers) => patience.answer(({ until }) => tryOnce(url, { headers }, until), gaveUp),
    write: (url, { method, headers, body, repeatable }) =>
      attemptWrite(patience, repeatable, ({ until }) => tryOnce(url, { method, headers, body }, until), gaveUp),
  };
}

function whole(service: Service, response: Response, body: string): Response | Failure<ProviderError> {
  const read = objectIn(body);
  if ("instead" in read) {
    return failed("malformed", `the answer of ${service.name} makes no sense: ${read.instead}`, read.retry);
  }
  return new Response(body, { status: response.status, headers: response.headers });
}

function refusal(
  service: Service,
  response: Response,
  body: string,
  now: number,
  verb: "read" | "change",
): Failure<ProviderError> {
  const { status } = response;
  const code = codeIn(service, body);
  const answer = code === "" ? `${status}` : `${status} ${code}`;
  const [kind, reason] = meaningOf(service, status, answer, verb);
  const afterMs = retryAfterMs(response.headers.get("retry-after"), now);
  return new Failure(new ProviderError(kind, reason, status), retriedStatuses.has(status), afterMs);
}

function meaningOf(
  { name, credential }: Service,
  status: number,
  answer: string,
  verb: "read" | "change",
): [ProviderErrorKind, string] {
  if (status === 401) return ["credentials", `${name} refused ${credential} (${answer})`];
  if (status === 403) return ["permission", `${name} does not let ${credential} ${verb} this (${answer})`];
  if (status === 404) return ["not-found", `${name} knows no such resource (${answer})`];
  if (status === 429) return ["rate-limited", `${name} asks for fewer requests (${answer})`];
  if (status === 408 || status >= 500) return ["unavailable", `${name} is not available (${answer})`];
  if (status < 400) return ["malformed", `the answer of ${name} makes no sense: a redirect (${answer})`];
  return ["invalid", `${name} refused the request (${answer})`];
}

function codeIn(service: Service, body: string): string {
  const read = objectIn(body);
  const code = "object" in read ? service.codeOf(read.object) : null;
  const text = typeof code === "number" ? `${code}` : code;
  return typeof text === "string" && /^[\w-]{1,60}$/.test(text) ? text : "";
}

function timedOut(service: Service, ms: number, retry: boolean): Failure<ProviderError> {
  const error = new ProviderError("timeout", `${service.name} gave no full answer ${timeGiven(ms)}`);
  return new Failure(error, retry, null, ms === 0);
}

function failed(kind: ProviderErrorKind, reason: string, retry: boolean): Failure<ProviderError> {
  return new Failure(new ProviderError(kind, reason), retry);
}
