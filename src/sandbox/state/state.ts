import type { JsonObject } from "./json.ts";

/**
 * All that the stand-in holds: plain JSON, written to state.json as it is. Maps are keyed by full resource name
 * (`projects/P/locations/L/functions/ID`), except where said. Resources are kept in the shape that Google, Stripe,
 * Twilio and Telegram answer with, so that a route has nothing to translate.
 */
export interface State {
  readonly version: 1;
  readonly project: string;
  readonly projectNumber: string;
  readonly urlHash: string;
  /** Digest of the story where nothing has been changed since it was taken; null for every other state. */
  story: string | null;
  /** Grows with every identifier the sandbox makes up. */
  counter: number;
  functions: Record<string, FunctionResource>;
  /** Cloud Run services that belong to no function. Those of functions are derived: see services.ts. */
  services: Record<string, JsonObject>;
  /** IAM policies by resource name, of functions, services, queues, secrets, topics and the project itself. */
  policies: Record<string, Policy>;
  jobs: Record<string, JsonObject>;
  queues: Record<string, JsonObject>;
  triggers: Record<string, JsonObject>;
  databases: Record<string, JsonObject>;
  /** By bucket name. */
  buckets: Record<string, JsonObject>;
  subscriptions: Record<string, JsonObject>;
  /** Region → vCPU in use. */
  usage: Record<string, number>;
  /** By `projects/P/locations/L/operations/ID`. */
  operations: Record<string, Operation>;
  /** Source archives by `bucket/object`, as they were put at an address from generateUploadUrl. */
  uploads: Record<string, Upload>;
  /** Stored objects by `bucket/object`. */
  objects: Record<string, StoredObject>;
  /** Pub/Sub topics. */
  topics: Record<string, JsonObject>;
  /** Service accounts by `projects/P/serviceAccounts/EMAIL`. */
  accounts: Record<string, JsonObject>;
  /** Secrets by `projects/P/secrets/ID`. */
  secrets: Record<string, JsonObject>;
  /** Versions of secrets, oldest first, by the secret's name. */
  secretVersions: Record<string, SecretVersion[]>;
  /** Digests of archives by the generation of the copy that a second-generation function was built from. */
  sources: Record<string, string>;
  /** Requests that reached a copy: name → "MINUTE CLASS" → count; see requests.ts. */
  requests: Record<string, Record<string, number>>;
  alertPolicies: Record<string, JsonObject>;
  dashboards: Record<string, JsonObject>;
  /** Artifact Registry's, where somebody has changed one; the others follow from the functions. */
  repositories: Record<string, JsonObject>;
  /** Region → milli-vCPU that one service may claim with cpu × maxInstances; see quota.ts for the others. */
  quotas: Record<string, number>;
  stripe: {
    /** `webhook_endpoint` objects by id. */
    endpoints: Record<string, JsonObject>;
    /** `v2.core.event_destination` objects by id, with the URL that is only shown on request. */
    destinations: Record<string, JsonObject>;
  };
  twilio: {
    account: string;
    /** Each by SID. */
    numbers: Record<string, JsonObject>;
    applications: Record<string, JsonObject>;
    messagingServices: Record<string, JsonObject>;
  };
  /** By token. */
  telegram: Record<string, TelegramBot>;
}

export interface FunctionResource {
  name: string;
  description?: string;
  environment: "GEN_1" | "GEN_2";
  state: "ACTIVE" | "FAILED" | "DEPLOYING" | "DELETING";
  stateMessages?: JsonObject[];
  buildConfig: JsonObject;
  serviceConfig: JsonObject;
  eventTrigger?: JsonObject;
  labels?: Record<string, string>;
  kmsKeyName?: string;
  createTime: string;
  updateTime: string;
  url?: string;
}

export interface Policy {
  version?: number;
  etag: string;
  bindings?: Binding[];
}

export interface Binding {
  role: string;
  members: string[];
  /** `{ title, description?, expression }`. */
  condition?: JsonObject;
}

export interface SecretVersion {
  readonly createTime: string;
  state: "ENABLED" | "DISABLED" | "DESTROYED";
  /** Base64; empty once destroyed. */
  data: string;
}

export interface Upload {
  readonly bytes: number;
  readonly generation: string;
  /** Digest of the content; null in states of older versions, which did not keep it. */
  readonly blob?: string;
}

export interface StoredObject {
  /** `storage#object` as Cloud Storage answers it. */
  readonly resource: JsonObject;
  /** Digest of the content. */
  readonly blob: string;
}

export interface Operation {
  readonly name: string;
  readonly verb: "create" | "update" | "delete";
  /** Name of the function. */
  readonly target: string;
  readonly api: "v1" | "v2";
  /** What the caller sent, for the operation's metadata. */
  readonly request: JsonObject;
  readonly createTime: string;
  /** Milliseconds since the epoch from which on the operation is settled. */
  readonly readyAt: number;
  /** What the function becomes when the operation succeeds; null for a deletion. */
  readonly result: FunctionResource | null;
  /** The error it ends in; null = it will succeed. */
  readonly failure: { readonly code: number; readonly message: string } | null;
  endTime: string | null;
}

export interface TelegramBot {
  readonly id: number;
  readonly username: string;
  /** Answer of getWebhookInfo. */
  webhook: JsonObject;
}
