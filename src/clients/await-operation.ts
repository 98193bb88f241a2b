import { sleepMs } from "./backoff.ts";
import type { Google } from "./google.ts";
import { cleanReason, GoogleError } from "./google-error.ts";
import type { JsonObject } from "./google-send.ts";
import type { PatienceOptions } from "./patience.ts";

/** How a long-running operation stands. */
export type OperationEnd =
  | { readonly state: "done" }
  /** gRPC's number, 8 = RESOURCE_EXHAUSTED, and Google's words on one line. */
  | { readonly state: "failed"; readonly code: number; readonly reason: string }
  /** It is not over, and patience is: ask again with the same name. */
  | { readonly state: "running" };

const firstPauseMs = 1000;
const longestPauseMs = 10_000;

/** `name` as the API gave it: "projects/P/locations/L/operations/O" (v2) or "operations/O" (v1). */
export function operationUrl(name: string): string {
  return `https://cloudfunctions.googleapis.com/${name.startsWith("projects/") ? "v2" : "v1"}/${name}`;
}

/**
 * Looks at an operation of Cloud Functions until it is over, ever more rarely, for `patienceMs` (default 30 minutes).
 * Rejects with GoogleError; `not-found` where Google has forgotten it.
 */
export async function awaitOperation(
  google: Google,
  name: string,
  options: Pick<PatienceOptions, "now" | "sleep" | "signal" | "patienceMs"> = {},
): Promise<OperationEnd> {
  const { now = Date.now, sleep = sleepMs, signal, patienceMs = 30 * 60_000 } = options;
  const until = now() + patienceMs;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
    const end = endOf(await google.get(operationUrl(name)));
    if (end.state !== "running" || now() + pause > until) return end;
    await sleep(pause, signal);
  }
}

/** Reads an operation as it was answered. */
export function endOf(operation: JsonObject): OperationEnd {
  if (operation.done !== true) return { state: "running" };
  const { error } = operation;
  if (typeof error !== "object" || error === null) return { state: "done" };
  const { code, message } = error as JsonObject;
  return {
    state: "failed",
    code: typeof code === "number" ? code : 2,
    reason: cleanReason(typeof message === "string" ? message : "Google gives no reason"),
  };
}

/** The name that an operation is asked for by. */
export function operationName(operation: JsonObject): string {
  const { name } = operation;
  if (typeof name === "string" && /^(?:projects\/[^/]+\/locations\/[^/]+\/)?operations\/[^/]+$/.test(name)) return name;
  const reason = "the answer of cloudfunctions.googleapis.com makes no sense: an operation without a name";
  throw new GoogleError({ kind: "malformed", reason });
}
