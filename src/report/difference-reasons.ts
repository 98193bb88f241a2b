import { type Change, type FieldChange, type PartKind, sizeFields } from "../model/deployment.ts";

/**
 * Who says what a deployment would set: regions.yaml (and the code where it is silent), the code alone, or the tool that
 * deploys, which does some things in another way than the one before.
 */
export type Owner = "manifest" | "code" | "tool";

export interface Reason {
  readonly owner: Owner;
  /** What it is about, for a list: "memory, cpu, instances, runtime". */
  readonly subject: string;
  /** One sentence. */
  readonly why: string;
}

const size: Reason = {
  owner: "manifest",
  subject: "memory, cpu, instances, runtime",
  why: "regions.yaml, or the code where that is silent, says otherwise than what is live. `regions adopt --accept-live` writes what is live into regions.yaml.",
};
const account: Reason = {
  owner: "tool",
  subject: "account",
  why: "Functions act as their class, and firebase-tools lets all act as the project's default account. `serviceAccount` in a class's line keeps the one that is live.",
};
const label: Reason = {
  owner: "tool",
  subject: "labels",
  why: "They say what has deployed a function, and what kind it is.",
};
const source: Reason = {
  owner: "tool",
  subject: "source",
  why: "The archive is packed from the code that is here; whether it is the code that is live cannot be told.",
};
const toolVariable: Reason = {
  owner: "tool",
  subject: "variables of the platform",
  why: "firebase-tools and `regions` tell a function its surroundings in different variables.",
};
const variable: Reason = {
  owner: "code",
  subject: "variables",
  why: "Env files of the codebase set other variables than those that are live. Values are not shown.",
};
const address: Reason = {
  owner: "tool",
  subject: "address of a Scheduler job",
  why: "The cloudfunctions.net address, which does not change where a function is made anew, instead of the run.app one.",
};
const invoker: Reason = {
  owner: "tool",
  subject: "invokers",
  why: "Who starts a function calls it as its class, and has to be let in.",
};
const ofClass: Reason = {
  owner: "tool",
  subject: "accounts, roles, secrets",
  why: "Each class gets an account of its own, what its triggers need and access to the secrets that its functions name.",
};
const ofFleet: Reason = {
  owner: "tool",
  subject: "bucket, archives, alerts, dashboard",
  why: "Every environment gets them with its first deployment.",
};
const inCode: Reason = {
  owner: "code",
  subject: "timeout, concurrency, secrets, triggers, schedules, queues",
  why: "The code says so, and regions.yaml has no word for it: where what is live is right, change the code.",
};
const newPart: Reason = {
  owner: "manifest",
  subject: "new functions",
  why: "regions.yaml wants them where they are not. One that is live elsewhere waits for a declared move.",
};
const gone: Reason = {
  owner: "manifest",
  subject: "what would be removed",
  why: "It was deployed by `regions`, and regions.yaml has no place for it any longer.",
};

const platformVariables = new Set([
  "FIREBASE_CONFIG",
  "GCLOUD_PROJECT",
  "EVENTARC_CLOUD_EVENT_SOURCE",
  "FUNCTION_REGION",
  "FUNCTION_TARGET",
  "FUNCTION_SIGNATURE_TYPE",
  "LOG_EXECUTION_ID",
]);

const fleetKinds: ReadonlySet<PartKind> = new Set(["bucket", "archive", "alert", "dashboard", "topic"]);
const classKinds: ReadonlySet<PartKind> = new Set(["account", "role", "secret-access"]);

/** Why a deployment would change a field, or (field null) make or remove a part. */
export function reasonOf({ part, operation }: Change, field: FieldChange | null): Reason {
  if (field !== null) return reasonOfField(part.kind, field.field);
  if (operation === "delete" || operation === "forget") return gone;
  if (part.kind === "invoker") return invoker;
  if (classKinds.has(part.kind)) return ofClass;
  return fleetKinds.has(part.kind) ? ofFleet : newPart;
}

function reasonOfField(kind: PartKind, field: string): Reason {
  if (kind === "function" && (sizeFields as readonly string[]).includes(field)) return size;
  if (field === "account" || /serviceAccountEmail$/.test(field)) return account;
  if (field === "source") return source;
  if (field === "codebase" || field.startsWith("label ")) return label;
  if (field.startsWith("variable "))
    return platformVariables.has(field.slice("variable ".length)) ? toolVariable : variable;
  if (kind === "job" && /^httpTarget\.(?:uri|oidcToken\.audience)$/.test(field)) return address;
  return fleetKinds.has(kind) || classKinds.has(kind) ? ofFleet : inCode;
}

/** The reasons of all changes, each once, the manifest's first. */
export function reasonsOf(changes: readonly Change[]): Reason[] {
  const owners: readonly Owner[] = ["manifest", "code", "tool"];
  const reasons = changes.flatMap((change) =>
    change.fields.length === 0 ? [reasonOf(change, null)] : change.fields.map((field) => reasonOf(change, field)),
  );
  return [...new Set(reasons)].sort((one, other) => owners.indexOf(one.owner) - owners.indexOf(other.owner));
}
