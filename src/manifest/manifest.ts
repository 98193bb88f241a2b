import type { TriggerKind } from "../model/deployed.ts";
import type { HolderKind } from "../model/holders.ts";
import type { Place } from "../model/place.ts";

/** regions.yaml resolved for one environment: what every reader but the editor works with. */
export interface Manifest {
  /** Path of regions.yaml relative to the root, with "/". */
  readonly file: string;
  readonly environment: Environment;
  /** Names of all environments in the file. */
  readonly environments: readonly string[];
  readonly regions: ReadonlyMap<string, RegionEntry>;
  readonly classes: ReadonlyMap<string, ClassEntry>;
  /** Runtimes that functions may use; null = no list given. */
  readonly allowedRuntimes: readonly string[] | null;
  readonly codebases: ReadonlyMap<string, CodebaseEntry>;
  readonly functions: ReadonlyMap<string, FunctionEntry>;
  /** Functions the file declares and this environment leaves out (`except`), by name. */
  readonly excepted: ReadonlyMap<string, Place>;
  readonly callers: ReadonlyMap<string, CallerEntry>;
  readonly flows: ReadonlyMap<string, FlowEntry>;
  readonly ignores: readonly IgnoreEntry[];
  readonly checks: ReadonlyMap<string, CheckEntry>;
}

export interface Environment {
  readonly name: string;
  readonly project: string;
  /** "google", "sandbox" (the embedded one), or the base URL of a stand-in. */
  readonly endpoint: string;
  /** How holders are reached; values are references ("env:NAME") or literals, read by cli/wire alone. */
  readonly stripe: { readonly key: string } | null;
  readonly twilio: { readonly account: string; readonly token: string } | null;
  /** `secret`: of the webhook, which cannot be read back; "none" = it has none; left out = nobody says. */
  readonly telegram: { readonly token: string; readonly secret?: string | undefined } | null;
  /** Test events may be sent here; a move can be rehearsed. */
  readonly rehearsals: boolean;
  /** Where the state of deployments lives, as the engine writes it ("gs://…", "s3://…", "file://…"); null = the usual place. */
  readonly backend: string | null;
  /** Where the journals of moves live ("gs://…"); null = beside the state on this machine. */
  readonly journal: string | null;
  /** Notification channels of Cloud Monitoring that alerts go to, by full name. */
  readonly notify: readonly string[];
  readonly place: Place;
}

export interface RegionEntry {
  readonly name: string;
  readonly role: string | null;
  readonly protected: boolean;
  readonly quota: {
    readonly vcpu: number;
    /** Share of the quota from which on usage is a warning, 0 to 1. */
    readonly warn: number;
    readonly place: Place;
  } | null;
  readonly place: Place;
}

export interface ClassEntry {
  readonly name: string;
  /** Home region in this environment. */
  readonly region: string;
  /** Further regions that its functions may name. */
  readonly allow: readonly string[];
  /** Classes that must not share a region with this one. Read both ways. */
  readonly isolatedFrom: readonly string[];
  /** Roles on the project that its functions need, besides what their triggers need; null = none are stated. */
  readonly roles: readonly string[] | null;
  /** Email of an account that somebody else looks after; null = the class has its own. */
  readonly serviceAccount: string | null;
  readonly why: string | null;
  readonly place: Place;
}

export interface CodebaseEntry {
  readonly name: string;
  /** Folder relative to the root. */
  readonly source: string;
  readonly deployer: "pulumi" | "firebase";
  /** Command line that compiles it, run in `source`; null = it needs none. */
  readonly build: string | null;
  /** Firestore collection of processed events; null = none declared. */
  readonly ledger: string | null;
  /** Module of region options that is generated for it, relative to the root; null = none. */
  readonly options: string | null;
  readonly place: Place;
}

export interface FunctionEntry {
  readonly name: string;
  readonly class: string;
  /** Wanted regions: the function's own, else its class's home. At least one. */
  readonly regions: readonly string[];
  readonly codebase: string;
  /** Null = not stated; then any kind agrees. */
  readonly trigger: TriggerKind | null;
  readonly holders: readonly HolderKind[];
  readonly runtime: string | null;
  readonly memoryMiB: number | null;
  readonly cpu: number | null;
  readonly minInstances: number | null;
  readonly maxInstances: number | null;
  readonly moving: { readonly from: string /** YYYY-MM-DD */; readonly until: string; readonly place: Place } | null;
  readonly undecided: { readonly text: string; readonly place: Place } | null;
  readonly place: Place;
}

/** A command of the release checklist. */
export interface CheckEntry {
  readonly name: string;
  /** Command line. */
  readonly run: string;
  /** Folder it runs in, relative to the root. */
  readonly folder: string;
  readonly place: Place;
}

export interface CallerEntry {
  readonly name: string;
  /** Folder relative to the root. */
  readonly root: string;
  /** Mode of the framework's env files; null = the framework's production default. */
  readonly mode: string | null;
  /** A file of `list callers --format json` written where the code lives; null = look at `root`. */
  readonly facts: string | null;
  /** The typed client that is generated for it; null = none. */
  readonly client: CallerClient | null;
  /** Env file in which a region for each class is kept, relative to the root; null = none. */
  readonly env: { readonly file: string; readonly prefix: string } | null;
  readonly place: Place;
}

export interface CallerClient {
  /** Relative to the root. */
  readonly file: string;
  /** Module that exports the Firebase app as `app`, relative to the root; null = the default app. */
  readonly app: string | null;
  /** Codebase whose exports give types; null = none does. */
  readonly types: string | null;
  /** Names, "*" for any letters; null = every callable. */
  readonly functions: readonly string[] | null;
}

export type FlowVia = "callable" | "task" | "holder" | "trigger" | "note";

export interface FlowEdge {
  /** "web:CallCheckout" (owner and symbol or file base name), a function, or an outside party ("twilio"). */
  readonly from: string;
  readonly to: string;
  readonly via: FlowVia;
  readonly place: Place;
}

export interface FlowEntry {
  readonly name: string;
  readonly edges: readonly FlowEdge[];
  readonly place: Place;
}

export interface IgnoreEntry {
  readonly rule: string;
  readonly function: string | null;
  readonly region: string | null;
  /** Glob over finding places, relative to the root; null = any. */
  readonly file: string | null;
  readonly reason: string;
  readonly owner: string | null;
  /** YYYY-MM-DD; the ignore holds through that day. */
  readonly until: string | null;
  readonly place: Place;
}
