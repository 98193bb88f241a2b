import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import type { Drift } from "../model/state.ts";
import { fieldChanges, plainPath, valueAt } from "./fields.ts";
import { partOf } from "./parts.ts";

/** What a look at what is there found of the state. */
export interface DriftRecord {
  readonly drifts: readonly Drift[];
  /** Engine's names of what was compared. */
  readonly compared: readonly string[];
}

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
  const paths = Object.keys(detailedDiff ?? {}).filter((path) => !isSame(path, old?.outputs, next.outputs));
  const changes = fieldChanges(paths, old?.outputs, next.outputs);
  const fields = changes.map(({ field, from, to }) => ({ field, state: from, cloud: to }));
  return fields.length === 0 ? null : { part, kind: "changed", fields };
}

/**
 * The engine compares with the program's inputs: beside what was changed it names what Google added to it at once. What
 * it keeps secret it shows as one word, whatever the value.
 */
function isSame(path: string, before: unknown, after: unknown): boolean {
  const plain = plainPath(path);
  const [was, is] = [valueAt(before, plain), valueAt(after, plain)];
  return typeof was === "string" && was === is && was !== "[secret]";
}
