import { defaultBucket } from "../state/buckets.ts";
import { isObject, type JsonObject, objectAt, textAt } from "../state/json.ts";
import { partsOf } from "../state/names.ts";
import { secretName, secretValue } from "../state/secrets.ts";
import type { FunctionResource, State } from "../state/state.ts";
import type { SignatureType } from "./messages.ts";

export interface Bases {
  /** "http://127.0.0.1:PORT" of the sandbox. */
  readonly base: string;
  /** "127.0.0.1:PORT" of its Firestore; null while there is none. */
  readonly firestore: string | null;
  /** Variables of the sandbox's own environment. */
  readonly outer: Readonly<Record<string, string | undefined>>;
}

/** Stand-ins beside the sandbox that its user may have started, and what a process needs to run at all. */
const handedOn = [
  "FIREBASE_AUTH_EMULATOR_HOST",
  "FIREBASE_DATABASE_EMULATOR_HOST",
  "FIREBASE_STORAGE_EMULATOR_HOST",
  "PUBSUB_EMULATOR_HOST",
  "PATH",
  "SystemRoot",
  "TEMP",
  "TMP",
  "TMPDIR",
];

/**
 * What every function of a child sees: where the sandbox stands in for Google and the providers, and nothing of the
 * user's own environment that could open anything. Google sets no variable with the region for a current runtime: code
 * asks the metadata server, and so it can here.
 */
export function sharedVariables(
  state: State,
  folder: string,
  { base, firestore, outer }: Bases,
): Record<string, string> {
  const { project } = state;
  const host = base.replace(/^https?:\/\//, "");
  const variables: Record<string, string> = {
    GCLOUD_PROJECT: project,
    GOOGLE_CLOUD_PROJECT: project,
    FIREBASE_CONFIG: JSON.stringify({
      projectId: project,
      databaseURL: `https://${project}.firebaseio.com`,
      storageBucket: defaultBucket(state) ?? `${project}.firebasestorage.app`,
    }),
    NODE_ENV: "production",
    HOME: folder,
    PORT: "8080",
    TZ: "UTC",
    LANG: "C.UTF-8",
    METADATA_SERVER_DETECTION: "assume-present",
    CLOUDSDK_CONFIG: folder,
    CLOUD_TASKS_EMULATOR_HOST: `${host}/cloudtasks.googleapis.com`,
    STRIPE_API_BASE: base,
    TWILIO_API_BASE: `${base}/api.twilio.com`,
    TELEGRAM_API_BASE: `${base}/api.telegram.org`,
    ...(firestore === null ? {} : { FIRESTORE_EMULATOR_HOST: firestore }),
  };
  for (const name of handedOn) {
    const value = outer[name];
    if (value !== undefined && value !== "") variables[name] = value;
  }
  return variables;
}

/** What one function alone sees: the variables and secrets it was deployed with, and what Google says of itself. */
export function ownVariables(state: State, resource: FunctionResource): Record<string, string> {
  const { serviceConfig } = resource;
  const { id } = partsOf(resource.name);
  const service = textAt(serviceConfig, "service")?.split("/").at(-1) ?? id;
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(objectAt(serviceConfig, "environmentVariables"))) {
    variables[name] = String(value);
  }
  const secrets = serviceConfig.secretEnvironmentVariables;
  for (const item of Array.isArray(secrets) ? secrets.filter(isObject) : []) {
    const value = secretValue(state, secretName(state, String(item.secret ?? "")), String(item.version ?? "latest"));
    if (value !== null) variables[String(item.key ?? item.secret ?? "")] = value;
  }
  return {
    ...variables,
    K_SERVICE: service,
    K_CONFIGURATION: service,
    K_REVISION: textAt(serviceConfig, "revision") ?? "1",
    FUNCTION_TARGET: entryPointOf(resource),
    FUNCTION_SIGNATURE_TYPE: signatureOf(resource),
  };
}

export function entryPointOf(resource: FunctionResource): string {
  return textAt(resource.buildConfig, "entryPoint") ?? partsOf(resource.name).id;
}

export function signatureOf(resource: FunctionResource): SignatureType {
  if (resource.eventTrigger === undefined) return "http";
  return resource.environment === "GEN_1" ? "event" : "cloudevent";
}

/** Digest of the archive that a function was made of; null for one of the seed, which has no code. */
export function archiveOf(state: State, resource: FunctionResource): string | null {
  const build: JsonObject = resource.buildConfig;
  const source = objectAt(objectAt(build, "source"), "storageSource");
  const kept = state.sources[textAt(source, "generation") ?? ""];
  if (kept !== undefined) return kept;
  const key = `${textAt(source, "bucket") ?? ""}/${textAt(source, "object") ?? ""}`;
  return state.objects[key]?.blob ?? state.uploads[key]?.blob ?? null;
}
