import { isValues, listAt, textAt, type Values, valuesAt } from "./values.ts";

/** Google's refusal of a request, or an operation that ended in an error. */
export class ApiError extends Error {
  /** HTTP status; 0 where no answer came. */
  readonly httpStatus: number;
  /** "ALREADY_EXISTS", "RESOURCE_EXHAUSTED", …; "" where Google names none. */
  readonly status: string;
  /** From Retry-After; null where it was not given. */
  readonly retryAfterMs: number | null;

  constructor(message: string, httpStatus: number, status: string, retryAfterMs: number | null = null) {
    super(message);
    this.name = "ApiError";
    this.httpStatus = httpStatus;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The connection failed or ended before the answer was whole: what was asked may have been done. */
export class LostAnswer extends ApiError {
  constructor(message: string) {
    super(message, 0, "");
    this.name = "LostAnswer";
  }
}

/** The engine told the provider to stop. */
export class Cancelled extends Error {
  constructor() {
    super("The deployment was cancelled.");
    this.name = "Cancelled";
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.httpStatus === 404;
}

/** No answer, or one that says nothing of what was done. */
export function isOutage(error: ApiError): boolean {
  return error instanceof LostAnswer || [500, 502, 503, 504].includes(error.httpStatus);
}

/** Somebody else changed the same thing meanwhile, or still does. */
export function isConflict(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.httpStatus === 412 || (error.httpStatus === 409 && error.status !== "ALREADY_EXISTS"))
  );
}

/** An etag was outdated, in whatever words the service says so. */
export function isOutdated(error: unknown): boolean {
  return error instanceof ApiError && (error.httpStatus === 409 || error.httpStatus === 412);
}

/** An answer that is no success, in Google's own words and with the request that it answers. */
export function errorOf(what: string, httpStatus: number, body: unknown, retryAfter: string | null): ApiError {
  const error = isValues(body) ? valuesAt(body, "error") : {};
  const status = textAt(error, "status");
  const message = textAt(error, "message");
  const violations = listAt(error, "details").flatMap((detail) => (isValues(detail) ? violationsOf(detail) : []));
  const told = violations.filter((violation) => !message.includes(violation));
  const parts = [message === "" ? "no message" : message, ...told].join("; ");
  const seconds = Number(retryAfter ?? "");
  return new ApiError(
    `${what}: ${httpStatus}${status === "" ? "" : ` ${status}`}: ${parts}`,
    httpStatus,
    status,
    retryAfter !== null && Number.isFinite(seconds) ? seconds * 1000 : null,
  );
}

function violationsOf(detail: Values): string[] {
  return listAt(detail, "fieldViolations").flatMap((violation) =>
    isValues(violation) ? [`${textAt(violation, "field")}: ${textAt(violation, "description")}`] : [],
  );
}
