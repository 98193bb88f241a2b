import type { IncomingMessage } from "node:http";

/** One request as a service got it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

/** A service that the functions call, over real HTTP: each call is kept, and can be made to fail. */
export abstract class Service {
  readonly asked: Asked[] = [];
  /** Answers given instead of the service's own, first to last. */
  readonly instead: ((asked: Asked) => Answer | "drop" | null)[] = [];
  abstract answer(asked: Asked): Answer;
  reset(): void {
    this.asked.length = 0;
    this.instead.length = 0;
  }
  /** "POST /v1/x" of each call, in order. */
  calls(): string[] {
    return this.asked.map(({ method, path }) => `${method} ${path}`);
  }
}
