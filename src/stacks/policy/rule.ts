import type { Manifest } from "../../manifest/manifest.ts";
import type { Place } from "../../model/place.ts";
import type { JsonObject } from "../json.ts";

/** A resource as the engine is about to make it, or has made it. */
export interface PolicyResource {
  /** Such as "gcp:cloudfunctionsv2/function:Function". */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Its inputs. Reading one that a preview does not know yet may throw: then the engine says that the rule must wait. */
  readonly props: JsonObject;
}

export interface Violation {
  /** The line of the manifest that is violated; null where it has none. */
  readonly place: Place | null;
  /** What is wrong with the resource and why that matters, as a sentence. */
  readonly message: string;
  /** What to do, as a sentence. */
  readonly mend: string;
}

/** What one resource alone shows, before it is made. Violations come one by one: what was found stands if reading throws. */
export interface ResourceRule {
  /** In kebab-case, as the engine prints it. */
  readonly name: string;
  /** What is demanded, one sentence. */
  readonly description: string;
  check(resource: PolicyResource, manifest: Manifest): Iterable<Violation>;
}

/** What only all resources together show. What a preview does not know yet is missing from their inputs. */
export interface StackRule {
  readonly name: string;
  readonly description: string;
  check(
    resources: readonly PolicyResource[],
    manifest: Manifest,
  ): Iterable<Violation & { readonly resource: PolicyResource }>;
}
