import type { JsonObject } from "./state/json.ts";

export interface LoggedRequest {
  /** RFC 3339. */
  readonly at: string;
  readonly method: string;
  /** "cloudfunctions.googleapis.com"; null where no service was found. */
  readonly host: string | null;
  /** Path and query behind the host; bot tokens are masked, bodies and headers are never kept. */
  readonly path: string;
  /** Status of the answer; null when a fault dropped the connection. */
  readonly status: number | null;
  /** The route changes something (false also where there is no route). */
  readonly writes: boolean;
  /** Ids of the faults that took hold. */
  readonly faults: readonly string[];
}

/** The last requests, so that a test can prove what was asked and that nothing was written. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  readonly #limit: number;

  constructor(limit = 20_000) {
    this.#limit = limit;
  }

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    if (this.#entries.length > this.#limit) this.#entries.splice(0, this.#entries.length - this.#limit);
  }

  entries(): readonly LoggedRequest[] {
    return [...this.#entries];
  }

  clear(): void {
    this.#entries = [];
  }

  toJson(): JsonObject {
    return { requests: this.#entries.map((entry) => ({ ...entry, faults: [...entry.faults] })) };
  }
}

/** A Telegram path carries the bot's token. */
export function withoutSecrets(path: string): string {
  return path.replace(/\/bot[^/?]+/, "/bot***");
}
