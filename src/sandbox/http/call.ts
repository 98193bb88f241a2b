import type { IncomingHttpHeaders } from "node:http";
import type { Faults } from "../faults.ts";
import type { Firestore } from "../firestore/firestore.ts";
import type { RequestLog } from "../request-log.ts";
import type { Delivery } from "../run/delivery.ts";
import type { Runtime } from "../run/runtime.ts";
import type { Seed } from "../seed.ts";
import type { Agenda } from "../senders/agenda.ts";
import type { SandboxClock } from "../senders/clock.ts";
import type { Disturbances } from "../senders/disturbances.ts";
import type { Shelf } from "../senders/shelf.ts";
import type { Blobs } from "../state/blobs.ts";
import type { JsonObject } from "../state/json.ts";
import type { State } from "../state/state.ts";

/** All that a route may touch. `state` is replaced as a whole by a reset. */
export interface World {
  state: State;
  readonly now: () => Date;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly clock: SandboxClock;
  /** What the senders keep: Stripe's objects, tasks, calls, deliveries. */
  readonly shelf: Shelf;
  /** What the senders have to do, and when. */
  readonly agenda: Agenda;
  /** What goes wrong between the senders and the deployed code. */
  readonly disturbances: Disturbances;
  /** How the senders reach the deployed code; null where none runs. */
  delivery: Delivery | null;
  /** Contents of stored objects; the state knows them by their digest. */
  readonly blobs: Blobs;
  /** Runs and reaches the deployed code. */
  readonly runtime: Runtime;
  readonly firestore: Firestore;
  /** "http://127.0.0.1:PORT". */
  readonly base: string;
  /** Token of the admin routes. */
  readonly token: string;
  readonly startedAt: string;
  /** Starts the state over. */
  reset(seed: "story" | "empty" | Seed): Promise<void>;
}

/** One request, after its service has been found. */
export interface Call {
  readonly world: World;
  /** "cloudfunctions.googleapis.com", "api.stripe.com", … */
  readonly host: string;
  readonly method: string;
  /** Path behind the host, percent-encoded as it came. */
  readonly path: string;
  /** Values of the pattern's placeholders, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: JsonObject | string | Buffer;
}

export function reply(status: number, body: JsonObject | string | Buffer, headers: Record<string, string> = {}): Reply {
  return { status, body, headers };
}

/** Value of a placeholder that the pattern is known to have. */
export function param(call: Call, name: string): string {
  return call.params[name] ?? "";
}
