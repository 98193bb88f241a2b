import { awaitOperation, endOf, type OperationEnd, operationName } from "./await-operation.ts";
import { sleepMs } from "./backoff.ts";
import { textAt } from "./change-address.ts";
import type { Google } from "./google.ts";
import { GoogleError } from "./google-error.ts";
import type { JsonObject } from "./google-send.ts";
import type { GoogleWriter } from "./google-write.ts";
import { orMissing } from "./or-missing.ts";
import type { PatienceOptions } from "./patience.ts";
import { UncertainWriteError } from "./uncertain-write.ts";

/** One function in one region, as Cloud Functions holds it. */
export interface DeployedCopy {
  /** "projects/P/locations/L/functions/F". */
  readonly name: string;
  readonly generation: 1 | 2;
  /** "ACTIVE", "FAILED", "DEPLOYING", "DELETING", … */
  readonly state: string;
  /** Name of its Cloud Run service, without project and region; null for generation 1. */
  readonly service: string | null;
  /** Full name of its Eventarc trigger; null where it has none. */
  readonly trigger: string | null;
  /** Its addresses as Google gives them, without repetition. */
  readonly urls: readonly string[];
  /** What the code was made from, where the Firebase CLI says so. */
  readonly hash: string | null;
  readonly updated: string;
}

/** Null: there is no such copy. The API of generation 2 shows both. Rejects with GoogleError. */
export function deployedCopy(google: Google, name: string): Promise<DeployedCopy | null> {
  return orMissing(async () => copyOf(await google.get(`https://cloudfunctions.googleapis.com/v2/${name}`)));
}

/**
 * All addresses of a copy: Cloud Functions names one of the two forms of Cloud Run, the service itself names both. Rejects
 * with GoogleError.
 */
export async function addressesOf(google: Google, copy: DeployedCopy): Promise<readonly string[]> {
  if (copy.service === null) return copy.urls;
  const [, project, , region] = copy.name.split("/");
  const service = `projects/${project}/locations/${region}/services/${copy.service}`;
  const { urls = [] } = (await orMissing(() => google.get(`https://run.googleapis.com/v2/${service}`))) ?? {};
  return [...new Set([...copy.urls, ...(Array.isArray(urls) ? urls.map(String) : [])])];
}

export type Removal =
  | { readonly outcome: "gone" }
  /** The operation that removes it; null where its answer was lost and only the copy's state tells of it. */
  | { readonly outcome: "under-way"; readonly operation: string | null }
  | { readonly outcome: "failed"; readonly reason: string };

/**
 * Starts to delete a copy, by the API of its generation. A lost answer is settled by the copy's state. Rejects with
 * GoogleError, or with UncertainWriteError where the copy stands there as before: it may still go.
 */
export async function startRemoval(google: GoogleWriter, name: string): Promise<Removal> {
  const copy = await deployedCopy(google, name);
  if (copy === null) return { outcome: "gone" };
  if (copy.state === "DELETING") return { outcome: "under-way", operation: null };
  try {
    const operation = await google.delete(`https://cloudfunctions.googleapis.com/v${copy.generation}/${name}`);
    if (operation === null) return { outcome: "gone" };
    const end = endOf(operation);
    return end.state === "done" ? { outcome: "gone" } : ended(end, operationName(operation));
  } catch (thrown) {
    if (!(thrown instanceof UncertainWriteError)) throw thrown;
    const after = await deployedCopy(google, name);
    if (after === null) return { outcome: "gone" };
    if (after.state === "DELETING") return { outcome: "under-way", operation: null };
    throw thrown;
  }
}

/**
 * Deletes a copy and waits until it is gone, for `patienceMs` (default 30 minutes). `under-way` means that patience ended
 * first: call it again. Rejects as `startRemoval`.
 */
export async function removeCopy(
  google: GoogleWriter,
  name: string,
  options: Pick<PatienceOptions, "now" | "sleep" | "signal" | "patienceMs"> = {},
): Promise<Removal> {
  const started = await startRemoval(google, name);
  if (started.outcome !== "under-way") return started;
  if (started.operation !== null) {
    const end = await awaitOperation(google, started.operation, options);
    if (end.state !== "done") return ended(end, started.operation);
    const left = await deployedCopy(google, name);
    return left === null ? { outcome: "gone" } : { outcome: "failed", reason: `it is there after all: ${left.state}` };
  }
  const { now = Date.now, sleep = sleepMs, signal, patienceMs = 30 * 60_000 } = options;
  const until = now() + patienceMs;
  for (;;) {
    const copy = await deployedCopy(google, name);
    if (copy === null) return { outcome: "gone" };
    if (copy.state !== "DELETING") return { outcome: "failed", reason: `it is there after all: ${copy.state}` };
    if (now() + pauseMs > until) return started;
    await sleep(pauseMs, signal);
  }
}

const pauseMs = 5000;

function ended(end: OperationEnd, operation: string): Removal {
  return end.state === "failed" ? { outcome: "failed", reason: end.reason } : { outcome: "under-way", operation };
}

/** Who may call a copy: the members of the invoker's role, without conditions. Rejects with GoogleError. */
export async function invokersOf(
  google: Google,
  copy: Pick<DeployedCopy, "name" | "service">,
): Promise<readonly string[]> {
  const [, project, , region] = copy.name.split("/");
  const url =
    copy.service === null
      ? `https://cloudfunctions.googleapis.com/v1/${copy.name}:getIamPolicy`
      : `https://run.googleapis.com/v2/projects/${project}/locations/${region}/services/${copy.service}:getIamPolicy`;
  const { bindings = [] } = await google.get(url, { "options.requestedPolicyVersion": "3" });
  const role = copy.service === null ? "roles/cloudfunctions.invoker" : "roles/run.invoker";
  const members = (Array.isArray(bindings) ? (bindings as JsonObject[]) : [])
    .filter((binding) => binding.role === role && binding.condition === undefined)
    .flatMap((binding) => (Array.isArray(binding.members) ? binding.members.map(String) : []));
  return [...new Set(members)].sort();
}

function copyOf(record: JsonObject): DeployedCopy {
  const name = textAt(record, "name");
  const state = textAt(record, "state");
  if (name === "" || state === "") {
    const reason = "the answer of cloudfunctions.googleapis.com makes no sense: a function without name or state";
    throw new GoogleError({ kind: "malformed", reason });
  }
  const service = textAt(record, "serviceConfig.service").split("/").at(-1) ?? "";
  const generation = record.environment === "GEN_1" ? 1 : 2;
  return {
    name,
    generation,
    state,
    service: service === "" || generation === 1 ? null : service,
    trigger: textAt(record, "eventTrigger.trigger") || null,
    urls: [...new Set([textAt(record, "url"), textAt(record, "serviceConfig.uri")])].filter((url) => url !== ""),
    hash: textAt(record, "labels.firebase-functions-hash") || null,
    updated: textAt(record, "updateTime"),
  };
}
