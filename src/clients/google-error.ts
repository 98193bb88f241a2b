/**
 * Why a call to Google failed.
 * - `denied`: no credentials, refused ones, or a missing permission.
 * - `disabled`: the API is switched off in the project that pays for the call (see `consumer`).
 * - `not-found`: the project, location or resource does not exist, or may not be seen.
 * - `rate-limited`: 429 (or a 403 that means the same) until patience ran out.
 * - `unavailable`: 5xx until the attempts ran out. `timeout`: no full answer in time. `network`: the connection broke.
 * - `malformed`: an answer that is no JSON object of the documented shape.
 * - `invalid`: any other 4xx.
 */
export type GoogleErrorKind =
  | "denied"
  | "disabled"
  | "not-found"
  | "rate-limited"
  | "unavailable"
  | "timeout"
  | "malformed"
  | "network"
  | "invalid";

export interface GoogleErrorFacts {
  readonly kind: GoogleErrorKind;
  /** One short line for people, without tokens and without the URL's query. */
  readonly reason: string;
  /** HTTP status; null where no answer came. */
  readonly status?: number | null;
  /** For `disabled`: who is asked to pay, "projects/123"; null where Google does not say. */
  readonly consumer?: string | null;
}

/** The only error that calls to Google end in, apart from the caller's own abort. */
export class GoogleError extends Error {
  readonly kind: GoogleErrorKind;
  readonly reason: string;
  readonly status: number | null;
  readonly consumer: string | null;
  constructor(facts: GoogleErrorFacts) {
    super(facts.reason);
    this.name = "GoogleError";
    this.kind = facts.kind;
    this.reason = facts.reason;
    this.status = facts.status ?? null;
    this.consumer = facts.consumer ?? null;
  }
}

const longestReason = 240;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out, so that no answer can drive a terminal
const controlCharacters = /[\u0000-\u001f\u007f-\u009f]+/g;
const bearerTokens = /\b(?:ya29\.|Bearer\s+)[\w.~+/-]+=*/g;
const urlQueries = /(https?:\/\/[^\s?#]+)[?#]\S*/g;

/** Text of an outside party as one short line: no control characters, tokens or URL queries. */
export function cleanReason(text: string): string {
  const line = text
    .slice(0, 4000)
    .replace(controlCharacters, " ")
    .replace(bearerTokens, "[token]")
    .replace(urlQueries, "$1")
    .replace(/\s+/g, " ")
    .trim();
  return line.length <= longestReason ? line : `${line.slice(0, longestReason - 1)}…`;
}

/**
 * Reads Google's error body (`{"error":{code,message,status,details[]}}`, also the older `errors[]` of Storage) for a
 * response that is not 2xx. `host` names the API in the reason; `retryAfter` is the header as it came.
 */
export function errorOfAnswer(host: string, status: number, body: string): GoogleError {
  const error = errorObject(body);
  const details = error === null ? [] : objectsOf(error.details);
  const older = error === null ? [] : objectsOf(error.errors);
  const info = details.find((detail) => String(detail["@type"] ?? "").endsWith("google.rpc.ErrorInfo"));
  const reasons = [info?.reason, ...older.map((entry) => entry.reason)].filter((reason) => typeof reason === "string");
  const message = typeof error?.message === "string" ? cleanReason(error.message) : "";
  const word = typeof error?.status === "string" ? cleanReason(error.status) : "";
  const head = [String(status), word].filter((part) => part !== "").join(" ");
  const said = message === "" ? head : `${head}: ${message}`;

  if (reasons.includes("SERVICE_DISABLED") || reasons.includes("accessNotConfigured")) {
    const metadata = isObject(info?.metadata) ? info.metadata : {};
    const consumer = typeof metadata.consumer === "string" ? metadata.consumer : null;
    const where = consumer === null ? "the project" : consumer.replace(/^projects\//, "project ");
    return new GoogleError({ kind: "disabled", status, consumer, reason: `${host} is not enabled in ${where}` });
  }
  if (status === 429 || reasons.some((reason) => /^(rateLimit|userRateLimit|quota)Exceeded$/.test(String(reason)))) {
    return new GoogleError({ kind: "rate-limited", status, reason: `${host} answered ${said}` });
  }
  if (status === 401) {
    return new GoogleError({ kind: "denied", status, reason: `${host} refused the credentials (${said})` });
  }
  const kind =
    status === 403
      ? "denied"
      : status === 404
        ? "not-found"
        : status === 408 || status >= 500
          ? "unavailable"
          : status < 400
            ? "malformed"
            : "invalid";
  return new GoogleError({ kind, status, reason: `${host} answered ${said}` });
}

function errorObject(body: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(body);
    const top: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    return isObject(top) && isObject(top.error) ? top.error : null;
  } catch {
    return null;
  }
}

function objectsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
