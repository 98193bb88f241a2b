import { logger } from "firebase-functions";

/** An answer of an outside service that is not what was asked for. Carries no text of the service: it may name people. */
export class OutsideError extends Error {
  readonly service: string;
  readonly status: number;
  constructor(service: string, status: number) {
    super(`${service} answered ${status}`);
    this.service = service;
    this.status = status;
  }
}

/**
 * What may be logged of an error: kind, code and status. Messages stay out: services repeat phone numbers, addresses and
 * names in them.
 */
export function describeError(error: unknown): Record<string, string | number | null> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const { code, status, statusCode, type, requestId } = error as Error & Record<string, unknown>;
  const plain = (value: unknown) => (typeof value === "string" || typeof value === "number" ? value : null);
  return {
    kind: plain(type) ?? error.name,
    code: plain(code),
    status: plain(status) ?? plain(statusCode),
    request: plain(requestId),
  };
}

const tries = 3;
const longestWaitMs = 5_000;

/**
 * One request to an outside service by `fetch`: each try has a time limit, and 429, 5xx and broken connections are tried
 * again, three times in all. Only for requests that bear repetition: those that read, and those with an idempotency key.
 * Answers whatever is not worth another try; throws OutsideError or the network's error when the last one failed.
 */
export async function request(
  service: string,
  address: URL | string,
  options: RequestInit,
  timeoutMs: number,
): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    let answer: Response | null = null;
    try {
      answer = await fetch(address, { ...options, signal: AbortSignal.timeout(timeoutMs) });
      if (answer.status !== 429 && answer.status < 500) return answer;
      if (attempt === tries) throw new OutsideError(service, answer.status);
    } catch (error) {
      if (attempt === tries) throw error;
    }
    const asked = Number(answer?.headers.get("retry-after") ?? Number.NaN) * 1000;
    const wait = Number.isNaN(asked) ? 200 * 2 ** attempt : Math.min(asked, longestWaitMs);
    await answer?.body?.cancel();
    logger.info("outside call is tried again", { service, attempt, status: answer?.status ?? null });
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
