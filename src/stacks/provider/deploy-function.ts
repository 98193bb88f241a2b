import { ApiError, Cancelled, isMissing } from "./api-error.ts";
import { awaitOperation, awaitRest, lookUp } from "./operations.ts";
import { PartialFailure, type Resource } from "./resource-type.ts";
import type { Request, Rest } from "./rest.ts";
import { createOnce } from "./settle-creation.ts";
import { contains, type Values } from "./values.ts";

/** A function of either generation, and how its API speaks of it. */
export interface Deployment {
  /** What its operations are looked up below: "cloudfunctions.googleapis.com/v2". */
  readonly base: string;
  /** The function itself, below a host: "cloudfunctions.googleapis.com/v2/projects/…/functions/f". */
  readonly path: string;
  readonly withinMs: number;
  /** It is being created, changed or deleted. */
  readonly isBusy: (live: Values) => boolean;
  /** Why it does not serve; null when it does. */
  readonly failureOf: (live: Values) => string | null;
  readonly toResource: (live: Values) => Resource;
}

/** How often a function that Google could not start for want of vCPU is deployed anew. */
const attempts = 3;

/**
 * Creates a function and waits until it serves. Rejects with PartialFailure when it is there and does not: the engine
 * keeps it. Where Google had no vCPU left for it, the broken function is deleted and created again, as the Firebase CLI
 * does, after a pause and a few times at most.
 */
export async function createFunction(
  rest: Rest,
  deployment: Deployment,
  request: Request,
  labels: Values,
  planned: Resource,
): Promise<Resource> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await createOnceAndWait(rest, deployment, request, labels, planned);
    } catch (error) {
      if (attempt === attempts || !(error instanceof PartialFailure) || !isExhausted(error)) throw error;
      await rest.pause(rest.patience.firstPauseMs * 4 ** attempt);
      await removeFunction(rest, deployment);
    }
  }
}

async function createOnceAndWait(
  rest: Rest,
  deployment: Deployment,
  request: Request,
  labels: Values,
  planned: Resource,
): Promise<Resource> {
  const settled = await createOnce(
    rest,
    { ...request, waitForOthers: true },
    () => lookUp(rest, deployment.path),
    (found) => contains(found.labels, labels),
  );
  return afterwards(rest, deployment, planned, async () => {
    if (settled.kind === "answered") {
      await awaitOperation(rest, deployment.base, settled.answer, deployment.withinMs);
      return null;
    }
    const live = await awaitRest(rest, deployment.path, deployment.isBusy, deployment.withinMs);
    return live === null ? "it was gone again before it served" : deployment.failureOf(live);
  });
}

/** Changes a function and waits until the change serves. Rejects with PartialFailure when Google took it and failed. */
export async function changeFunction(
  rest: Rest,
  deployment: Deployment,
  request: Request,
  planned: Resource,
): Promise<Resource> {
  const answer = await rest.send({ ...request, repeat: "always", waitForOthers: true });
  return afterwards(rest, deployment, planned, async () => {
    await awaitOperation(rest, deployment.base, answer, deployment.withinMs);
    return null;
  });
}

/** Deletes a function and waits until it is gone. */
export async function removeFunction(rest: Rest, deployment: Deployment): Promise<void> {
  try {
    const request: Request = { method: "DELETE", path: deployment.path, repeat: "always", waitForOthers: true };
    const operation = await rest.send(request);
    await awaitOperation(rest, deployment.base, operation, deployment.withinMs);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Whatever goes wrong after Google has taken the request leaves a function behind that the engine must know of. */
async function afterwards(
  rest: Rest,
  deployment: Deployment,
  planned: Resource,
  wait: () => Promise<string | null>,
): Promise<Resource> {
  let reason: string | null;
  try {
    reason = await wait();
  } catch (error) {
    if (error instanceof Cancelled) throw new PartialFailure(planned, [error.message]);
    if (!(error instanceof ApiError)) throw error;
    reason = error.message;
  }
  const live = await lookUp(rest, deployment.path).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    throw new PartialFailure(planned, reason === null ? [message] : [reason, message]);
  });
  if (live === null) throw new ApiError(reason ?? `${deployment.path} is gone again.`, 0, "NOT_FOUND");
  const resource = deployment.toResource(live);
  if (reason !== null) throw new PartialFailure(resource, [reason]);
  return resource;
}

function isExhausted(failure: PartialFailure): boolean {
  return failure.reasons.some((reason) => reason.startsWith("RESOURCE_EXHAUSTED"));
}
