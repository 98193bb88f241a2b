import { ApiError } from "./api-error.ts";
import type { Rest } from "./rest.ts";
import { isValues, textAt, type Values, valuesAt } from "./values.ts";

/**
 * Waits for an operation. `base` is what its name is looked up below ("cloudfunctions.googleapis.com/v2"). Rejects with
 * ApiError when it ends in an error, or has not ended after `withinMs`. One that is done from the start is not asked for.
 */
export async function awaitOperation(rest: Rest, base: string, first: Values, withinMs: number): Promise<void> {
  const end = Date.now() + withinMs;
  const name = textAt(first, "name");
  let operation = first;
  for (let pause = rest.patience.firstPollMs; operation.done !== true; pause = nextPause(rest, pause)) {
    if (Date.now() + pause > end) {
      throw new ApiError(`The operation ${name} has not ended after ${Math.round(withinMs / 1000)} s.`, 0, "");
    }
    await rest.pause(pause);
    operation = await rest.send({ method: "GET", path: `${base}/${name}` });
  }
  const { error } = operation;
  if (isValues(error)) throw operationError(valuesAt(operation, "error"));
}

/** Waits until a resource has left a state in which it is being changed; gives its last shape, null when it is gone. */
export async function awaitRest(
  rest: Rest,
  path: string,
  isBusy: (resource: Values) => boolean,
  withinMs: number,
): Promise<Values | null> {
  const end = Date.now() + withinMs;
  for (let pause = rest.patience.firstPollMs; ; pause = nextPause(rest, pause)) {
    const resource = await lookUp(rest, path);
    if (resource === null || !isBusy(resource)) return resource;
    if (Date.now() + pause > end)
      throw new ApiError(`${path} is still being changed after ${withinMs / 1000} s.`, 0, "");
    await rest.pause(pause);
  }
}

/** A resource; null when there is none. */
export async function lookUp(rest: Rest, path: string): Promise<Values | null> {
  try {
    return await rest.send({ method: "GET", path });
  } catch (error) {
    if (error instanceof ApiError && error.httpStatus === 404) return null;
    throw error;
  }
}

function nextPause(rest: Rest, pause: number): number {
  return Math.min(pause * 2, rest.patience.longestPollMs);
}

/** An operation's error carries a gRPC number and no HTTP status. */
function operationError(error: Values): ApiError {
  const code = typeof error.code === "number" ? error.code : 2;
  const status = names[code] ?? "UNKNOWN";
  return new ApiError(`${status} (code ${code}): ${textAt(error, "message")}`, 0, status);
}

const names: Readonly<Record<number, string>> = {
  1: "CANCELLED",
  3: "INVALID_ARGUMENT",
  4: "DEADLINE_EXCEEDED",
  5: "NOT_FOUND",
  6: "ALREADY_EXISTS",
  7: "PERMISSION_DENIED",
  8: "RESOURCE_EXHAUSTED",
  9: "FAILED_PRECONDITION",
  10: "ABORTED",
  12: "UNIMPLEMENTED",
  13: "INTERNAL",
  14: "UNAVAILABLE",
};
