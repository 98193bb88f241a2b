import { Failure, type Patience } from "./patience.ts";
import { type ProviderError, providerErrorOf } from "./provider-error.ts";

/**
 * A write whose end nobody knows: the answer was lost, or spoke of a failure on the other side. It may have taken effect,
 * now or in a moment. Whoever gets this looks at what is there before doing anything else.
 */
export class UncertainWriteError extends Error {
  readonly kind = "uncertain";
  /** One short line in our own words, as in the service's other errors. */
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.name = "UncertainWriteError";
    this.reason = reason;
  }
}

type ServiceError = Error & { readonly kind: string; readonly reason: string; readonly status: number | null };

/**
 * Sends a write. What was surely refused (429, no connection) is tried again; what may have been done is tried again only
 * where the write is `repeatable`: doing it twice is doing it once. Throws UncertainWriteError where any attempt may have
 * taken effect and none was answered well, also when a later attempt was refused: the first may be the reason.
 */
export async function attemptWrite<T, E extends ServiceError>(
  patience: Patience,
  repeatable: boolean,
  once: Parameters<typeof patience.answer<T, E>>[0],
  gaveUp: Parameters<typeof patience.answer<T, E>>[1],
): Promise<T> {
  const doubts: E[] = [];
  const failures = new Set<unknown>();
  try {
    return await patience.answer<T, E>(
      async (attempt) => {
        const outcome = await once(attempt);
        if (!(outcome instanceof Failure)) return outcome;
        failures.add(outcome.error);
        if (!mayHaveHappened(outcome)) return outcome;
        doubts.push(outcome.error);
        return repeatable ? outcome : new Failure(outcome.error, false);
      },
      (error, asked) => {
        const last = gaveUp(error, asked);
        failures.add(last);
        return last;
      },
    );
  } catch (thrown) {
    const [doubt] = doubts;
    // What is no failure of an attempt is the caller's own abort.
    if (doubt === undefined || !failures.has(thrown)) throw thrown;
    throw new UncertainWriteError(`${doubt.reason}; whether the change was made is not known`);
  }
}

function mayHaveHappened({ error, unsent }: Failure<ServiceError>): boolean {
  if (unsent) return false;
  if (error.kind === "malformed") return (error.status ?? 200) < 300;
  return error.kind === "timeout" || error.kind === "network" || error.kind === "unavailable";
}

/** What a provider's own client threw at a write: its wrapping taken off. */
export function writeErrorOf(thrown: unknown, service: string): ProviderError | UncertainWriteError {
  if (thrown instanceof UncertainWriteError) return thrown;
  if (thrown instanceof Error) {
    const wrapped = [thrown.cause, "detail" in thrown ? thrown.detail : null];
    for (const inner of wrapped) if (inner instanceof UncertainWriteError) return inner;
  }
  return providerErrorOf(thrown, service);
}
