import type { FunctionEntry, Manifest } from "../../manifest/manifest.ts";
import type { Problem } from "../../model/problem.ts";
import type { Endpoint } from "../endpoint.ts";
import { accountEmail, accountId } from "../names.ts";
import type { Endpoints, ProjectFacts } from "../read-endpoints.ts";

/** A codebase as it is about to be deployed. */
export interface CodebaseInput {
  readonly endpoints: Endpoints;
  /** Its archive: hash of the bytes, and where they lie on this machine. */
  readonly archive: { readonly sha256: string; readonly file: string };
  /** By its package or firebase.json, such as nodejs22; null where neither names one. */
  readonly runtime: string | null;
}

/** Where the things lie that events come from, by name; a name that is missing was not found. */
export interface TriggerPlaces {
  /** Firestore databases: "(default)" → "eur3". */
  readonly databases: ReadonlyMap<string, string>;
  /** Storage buckets: "acme-photos" → "eu". */
  readonly buckets: ReadonlyMap<string, string>;
  /** Email of the account that Cloud Storage publishes the project's events as, or why it could not be read. */
  readonly storageAgent: { readonly email: string } | { readonly unread: string };
}

/** All that a plan is made from. */
export interface FleetInput {
  readonly manifest: Manifest;
  /** By name: those that `deployer: pulumi` deploys. */
  readonly codebases: ReadonlyMap<string, CodebaseInput>;
  readonly project: ProjectFacts;
  readonly places: TriggerPlaces;
}

/** One function with what the manifest and its code say of it, and who it acts as. */
export interface FleetFunction {
  readonly entry: FunctionEntry;
  readonly endpoint: Endpoint;
  readonly codebase: CodebaseInput;
  /** Wanted regions, and the one that a declared move leaves. */
  readonly regions: readonly string[];
  readonly runtime: string;
  readonly account: Account;
}

export interface Account {
  readonly email: string;
  /** The class's own account, which the deployment makes and gives its roles. */
  readonly own: boolean;
}

/** Who the functions of a class act as, where their code names nobody else. */
export function accountOfClass(manifest: Manifest, className: string): Account {
  const stated = manifest.classes.get(className)?.serviceAccount ?? null;
  if (stated !== null) return { email: stated, own: false };
  return { email: accountEmail(accountId(className), manifest.environment.project), own: true };
}

/** "runner@" is the account of that name in the project. */
export function fullEmail(written: string, project: string): string {
  return written.endsWith("@") ? accountEmail(written.slice(0, -1), project) : written;
}

export function problem(entry: FunctionEntry, message: string, mend: string | null): Problem {
  return { place: entry.place, message, mend, excerpt: null };
}
