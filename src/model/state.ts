import type { Generation } from "./deployed.ts";
import type { Part } from "./deployment.ts";

/* What deployments remember of what they made, compared with what is there. No values of variables or secrets. */

/** One copy of a function that the state holds. */
export interface StateCopy {
  readonly function: string;
  readonly region: string;
  readonly generation: Generation;
  /** Taken over as it was live, and not decided on: no deployment deletes it. */
  readonly adopted: boolean;
  /** False: what is there could not be read, so nothing is known of how it differs. */
  readonly compared: boolean;
}

/** One field that is not as it was deployed. */
export interface DriftField {
  /** In the manifest's words where it has one: "memory", "cpu", "runtime", "variable ZONE". */
  readonly field: string;
  /** As deployed, as text; null = not set, or not to be shown. */
  readonly state: string | null;
  /** As it is there. */
  readonly cloud: string | null;
}

/** A part of the fleet that is not as it was deployed. */
export interface Drift {
  readonly part: Part;
  readonly kind: "gone" | "changed";
  /** Empty where it is gone. */
  readonly fields: readonly DriftField[];
}

export interface StateFacts {
  readonly copies: readonly StateCopy[];
  readonly drifts: readonly Drift[];
  /** Parts of the fleet, functions among them, that were compared with what is there. */
  readonly compared: number;
  /** Parts that a deployment had begun and not ended, when the state was read. */
  readonly interrupted: number;
}
