import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import type { Drift } from "../model/state.ts";
import { fieldChanges } from "./fields.ts";
import { partOf } from "./parts.ts";

/** What a look at what is there found of the state. */
export interface DriftRecord {
  readonly drifts: readonly Drift[];
  /** Engine's names of what was compared. */
  readonly compared: readonly string[];
}

/** Google adds it to every new function by itself, and a program that does not name it leaves it there. */
const variableOfGoogle = "variable LOG_EXECUTION_ID";

/**
 * Hears what looks found, alone or before a preview. A look begins with a step of its own for each resource; the next
 * word of that resource is what came of it, under whatever name the engine gives it.
 */
export function hearDrift(): { readonly hear: (event: EngineEvent) => void; readonly record: () => DriftRecord } {
  const looking = new Set<string>();
  const compared: string[] = [];
  const drifts: Drift[] = [];
  return {
    hear({ resourcePreEvent, resOutputsEvent }) {
      if (resourcePreEvent?.metadata.op === "refresh") looking.add(resourcePreEvent.metadata.urn);
      const found = resOutputsEvent?.metadata;
      if (found === undefined || !looking.delete(found.urn)) return;
      const drift = driftOf(found);
      if (partOf(found.urn) !== null) compared.push(found.urn);
      if (drift !== null) drifts.push(drift);
    },
    record: () => ({ drifts, compared }),
  };
}

/** Differences in what only Google sets (a date, a revision) are none: the next deployment would not touch them. */
function driftOf({ urn, old, new: next, detailedDiff }: StepEventMetadata): Drift | null {
  const part = partOf(urn);
  if (part === null) return null;
  if (next === undefined || next === null) return { part, kind: "gone", fields: [] };
  const changes = fieldChanges(Object.keys(detailedDiff ?? {}), old?.outputs, next.outputs);
  const fields = changes.flatMap(({ field, from, to }) => {
    return field === variableOfGoogle ? [] : [{ field, state: from, cloud: to }];
  });
  return fields.length === 0 ? null : { part, kind: "changed", fields };
}
