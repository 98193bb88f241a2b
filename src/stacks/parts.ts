import type { Part, PartKind } from "../model/deployment.ts";
import type { ResourceType } from "./resource.ts";

const kinds: Readonly<Record<ResourceType, PartKind>> = {
  "gcp:storage/bucket:Bucket": "bucket",
  "gcp:storage/bucketObject:BucketObject": "archive",
  "gcp:serviceaccount/account:Account": "account",
  "gcp:serviceaccount/iAMMember:IAMMember": "role",
  "gcp:projects/iAMMember:IAMMember": "role",
  "gcp:secretmanager/secretIamMember:SecretIamMember": "secret-access",
  "gcp:cloudfunctionsv2/function:Function": "function",
  "gcp:cloudfunctions/function:Function": "function",
  "gcp:cloudfunctions/functionIamMember:FunctionIamMember": "invoker",
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": "invoker",
  "gcp:cloudscheduler/job:Job": "job",
  "gcp:cloudtasks/queue:Queue": "queue",
  "gcp:pubsub/topic:Topic": "topic",
  "gcp:monitoring/alertPolicy:AlertPolicy": "alert",
  "gcp:monitoring/dashboard:Dashboard": "dashboard",
};

/** What the engine's name of a resource says: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
export interface Urn {
  readonly stack: string;
  readonly project: string;
  /** Types of the resource and of what it stands in, outermost first. */
  readonly types: readonly string[];
  readonly type: string;
  readonly name: string;
}

export function parseUrn(urn: string): Urn {
  const [head = "", project = "", chain = "", ...rest] = urn.split("::");
  const types = chain.split("$");
  return { stack: head.replace(/^urn:pulumi:/, ""), project, types, type: types.at(-1) ?? "", name: rest.join("::") };
}

/**
 * The part of the fleet that a resource is, by its type and logical name; null for what is no part of it: the stack
 * itself, components, providers.
 */
export function partOf(urn: string): Part | null {
  const { type, types, name } = parseUrn(urn);
  if (/^pulumi:/.test(type) || type.startsWith("regions:fleet:")) return null;
  const kind = Object.hasOwn(kinds, type) ? kinds[type as ResourceType] : "other";
  const copy = /^([^@/]+)@([^@/]+)(?:\/(?:[a-z]+\/)?(.+))?$/.exec(name);
  if (types.includes("regions:fleet:Region") && copy !== null) {
    const [, of = null, region = null, detail = null] = copy;
    const told = kind === "invoker" ? detail : null;
    return { kind, function: of, region, class: null, detail: told };
  }
  const slash = name.indexOf("/");
  const [owner, detail] = slash === -1 ? [name, null] : [name.slice(0, slash), name.slice(slash + 1)];
  if (types.includes("regions:fleet:Class")) {
    return {
      kind,
      function: null,
      region: null,
      class: owner,
      detail: kind === "account" ? null : classDetail(detail),
    };
  }
  // What Google's own accounts are given for the whole fleet.
  if (kind === "role") return { kind, function: null, region: null, class: null, detail: `${detail} of ${owner}` };
  if (kind === "alert") return { kind, function: null, region: owner, class: null, detail };
  // There is one bucket, and its logical name says nothing more.
  const own = kind === "archive" ? owner : kind === "bucket" ? null : detail;
  return { kind, function: null, region: null, class: null, detail: own };
}

/** The class of a copy, by the engine's name of the component that it stands in; null for any other component. */
export function classOfCopy(component: string): string | null {
  const { type, name } = parseUrn(component);
  const at = name.lastIndexOf("@");
  return type === "regions:fleet:Region" && at > 0 ? name.slice(0, at) : null;
}

/** "secret/KEY" is the secret; "itself/ROLE" a role on the class's own account. */
function classDetail(detail: string | null): string | null {
  if (detail === null) return null;
  if (detail.startsWith("secret/")) return detail.slice("secret/".length);
  return detail.startsWith("itself/") ? `${detail.slice("itself/".length)} on itself` : detail;
}
