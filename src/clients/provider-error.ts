/**
 * Why a call to Stripe, Twilio or Telegram failed.
 * - `credentials`: the key or token is wrong, expired or of the wrong form. `permission`: it may not do this.
 * - `not-found`: no such resource for this account.
 * - `rate-limited`: 429 until patience ran out. `unavailable`: 5xx until the attempts ran out.
 * - `timeout`: no full answer in time. `network`: the connection broke.
 * - `malformed`: an answer that is not of the documented shape. `invalid`: any other 4xx.
 */
export type ProviderErrorKind =
  | "credentials"
  | "permission"
  | "not-found"
  | "rate-limited"
  | "unavailable"
  | "timeout"
  | "network"
  | "malformed"
  | "invalid";

/** The only error that calls to a provider end in, apart from the caller's own abort. */
export class ProviderError extends Error {
  readonly kind: ProviderErrorKind;
  /** One short line in our own words: never a URL, a key, or text that the provider wrote. */
  readonly reason: string;
  readonly status: number | null;
  constructor(kind: ProviderErrorKind, reason: string, status: number | null = null) {
    super(reason);
    this.name = "ProviderError";
    this.kind = kind;
    this.reason = reason;
    this.status = status;
  }
}

/**
 * What a provider's client threw, as a ProviderError. Clients wrap errors of the connection in their own; what is known
 * of neither is an answer that the client could not make sense of, and its text is not kept.
 */
export function providerErrorOf(thrown: unknown, service: string): ProviderError {
  if (thrown instanceof ProviderError) return thrown;
  if (thrown instanceof Error) {
    const wrapped = [thrown.cause, "detail" in thrown ? thrown.detail : null];
    for (const inner of wrapped) if (inner instanceof ProviderError) return inner;
  }
  return new ProviderError("malformed", `the answer of ${service} makes no sense`);
}
