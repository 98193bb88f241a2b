import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import type { Change, DeploymentEvent, Failure, Operation, Part } from "../model/deployment.ts";
import { maskSecrets } from "../model/mask-secrets.ts";
import { type DriftRecord, hearDrift } from "./drift.ts";
import { fieldChanges } from "./fields.ts";
import { classOfCopy, partOf } from "./parts.ts";

/** What one run of the engine came to. */
export interface RunRecord extends DriftRecord {
  /** Of a preview, what would change; of a deployment, what has been done. */
  readonly changes: readonly Change[];
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
  /** Parts that stay as they are. */
  readonly unchanged: number;
}

export interface Listener {
  readonly hear: (event: EngineEvent) => void;
  /** After the run. */
  readonly record: () => RunRecord;
}

const operations: Readonly<Record<string, Operation>> = {
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  import: "adopt",
  "import-replacement": "adopt",
  discard: "forget",
  "remove-pending-replace": "forget",
};

/**
 * Turns the engine's events into our own: one change per part of the fleet, whatever steps the engine takes for it. The
 * stack, components and the provider are the engine's own business.
 */
export function listen(onEvent: (event: DeploymentEvent) => void = () => {}): Listener {
  const changes: Change[] = [];
  const failed: { readonly urn: string | null; readonly change: Change | null }[] = [];
  const complaints = new Map<string | null, string[]>();
  const warnings: string[] = [];
  const drift = hearDrift();
  let unchanged = 0;
  const done = (metadata: StepEventMetadata): void => {
    const change = changeOf(metadata);
    if (change !== null) {
      changes.push(change);
      onEvent({ kind: "done", change });
    } else if (isUnchanged(metadata)) unchanged++;
  };
  return {
    hear(event) {
      drift.hear(event);
      const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent, policyEvent } = event;
      if (resourcePreEvent !== undefined) {
        const { metadata, planning } = resourcePreEvent;
        const change = changeOf(metadata);
        // A preview tells everything before it would begin, a deployment what has ended.
        if (planning === true) done(metadata);
        else if (change !== null) onEvent({ kind: "begun", change });
        else if (metadata.op === "same") done(metadata);
      } else if (resOutputsEvent !== undefined && resOutputsEvent.planning !== true) {
        if (resOutputsEvent.metadata.op !== "same") done(resOutputsEvent.metadata);
      } else if (resOpFailedEvent !== undefined) {
        const { metadata } = resOpFailedEvent;
        const { urn } = metadata;
        const change = changeOf(metadata);
        failed.push({ urn, change });
        onEvent({ kind: "failed", failure: failureOf(urn, change, complaints.get(urn) ?? [unexplained]) });
      } else if (diagnosticEvent !== undefined) {
        const { severity, message, urn } = diagnosticEvent;
        const text = plain(message);
        const part = urn === undefined || urn === "" ? null : partOf(urn);
        if (severity === "error") {
          const key = urn === undefined || urn === "" ? null : urn;
          complaints.set(key, [...(complaints.get(key) ?? []), text]);
        } else if (severity === "warning") {
          warnings.push(text);
          onEvent({ kind: "warning", part, message: text });
        }
      } else if (policyEvent !== undefined) {
        const urn = policyEvent.resourceUrn ?? null;
        const text = `${policyEvent.policyName}: ${plain(policyEvent.message)}`;
        if (policyEvent.enforcementLevel === "mandatory") complaints.set(urn, [...(complaints.get(urn) ?? []), text]);
        else warnings.push(text);
      }
    },
    record() {
      const failures: Failure[] = [];
      const told = new Set<string | null>();
      for (const { urn, change } of failed) {
        if (told.has(urn)) continue;
        told.add(urn);
        failures.push(failureOf(urn, change, complaints.get(urn) ?? [unexplained]));
      }
      for (const [urn, texts] of complaints) {
        // The engine's own last word says nothing once a cause is told.
        const own = texts.filter((text) => failures.length === 0 || !lastWord.test(text));
        if (!told.has(urn) && own.length > 0) failures.push(failureOf(urn, null, own));
      }
      return { changes, failures, warnings, unchanged, ...drift.record() };
    },
  };
}

const unexplained = "it failed, and nothing says why";
const lastWord = /^(?:update|preview|destroy|refresh|import) failed(?:: step application failed: .*)?$/s;

/** What a limited deployment will not create yet is "same" to the engine, too: it tells the wanted as the old, without an id. */
function isUnchanged({ op, urn, old }: StepEventMetadata): boolean {
  return op === "same" && (old?.id ?? "") !== "" && partOf(urn) !== null;
}

function changeOf({ op, urn, detailedDiff, diffs, keys, old, new: next }: StepEventMetadata): Change | null {
  const part = placed(urn, next ?? old);
  const step = Object.hasOwn(operations, op) ? operations[op] : undefined;
  const operation = step === "delete" && old?.retainOnDelete === true ? "forget" : step;
  if (part === null || operation === undefined) return null;
  const paths = Object.keys(detailedDiff ?? {});
  const changed = paths.length > 0 ? paths : [...(diffs ?? []), ...(keys ?? [])];
  if (operation !== "update" && operation !== "replace") return { part, operation, fields: [] };
  const fields = fieldChanges(changed, old?.inputs, next?.inputs);
  const fixed = Object.entries(detailedDiff ?? {}).flatMap(([path, { diffKind }]) =>
    String(diffKind).endsWith("-replace") ? [path] : [],
  );
  const causes = new Set(fieldChanges(fixed, old?.inputs, next?.inputs).map(({ field }) => field));
  return { part, operation, fields: fields.map((one) => (causes.has(one.field) ? { ...one, replaces: true } : one)) };
}

function failureOf(urn: string | null, change: Change | null, texts: readonly string[]): Failure {
  const message = [...new Set(texts)].join("\n");
  const part = change?.part ?? (urn === null ? null : partOf(urn));
  return { part, operation: change?.operation ?? null, message };
}

/** What hangs on a copy tells its class only by the component that it stands in. */
function placed(urn: string, state: StepEventMetadata["new"]): Part | null {
  const part = partOf(urn);
  return part === null || part.function === null ? part : { ...part, class: classOfCopy(state?.parent ?? "") };
}

/** Without the engine's colours and prefixes, and without secrets. */
function plain(message: string): string {
  const text = message.replaceAll(/<\{%[^%]*%\}>/g, "").trim();
  return maskSecrets(
    text
      .replace(/^(?:error|warning): /, "")
      .replace(/^Preview failed: /, "")
      .replace(/^1 error occurred:\s*\* /, ""),
  );
}
