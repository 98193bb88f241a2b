import type { ManifestEdit } from "../manifest/edit.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { ParsedManifest } from "../manifest/parsed.ts";
import type { FileEdit } from "../manifest/remove-function.ts";
import { cpu as cpuForm, memory as memoryForm, runtime as runtimeForm } from "../manifest/schema-fields.ts";
import {
  type AcceptedValue,
  type LeftValue,
  type LiveSizes,
  type SizeField,
  type Sizes,
  type SizeValue,
  sizeFields,
} from "../model/deployment.ts";
import { list } from "./doubts.ts";

export interface AcceptInput {
  readonly parsed: ParsedManifest;
  /** The same file, resolved for the environment that was looked at. */
  readonly manifest: Manifest;
  readonly sizes: readonly LiveSizes[];
  /** Whether every region was looked at; what all functions have can be told only then. */
  readonly whole: boolean;
}

export interface AcceptProposal {
  /** To be applied file by file with `editManifest`, in this order. */
  readonly edits: readonly FileEdit[];
  readonly accepted: readonly AcceptedValue[];
  readonly left: readonly LeftValue[];
}

/** One function, by the copies that count: those in its regions, else those that it has elsewhere. */
interface Seen {
  readonly name: string;
  readonly copies: readonly LiveSizes[];
}

/**
 * What to write into the manifest so that a deployment leaves the sizes of the fleet as they are live. Region and class
 * are no part of it. A value that `defaults` gives is not written again: a line that said otherwise loses it. Where every
 * function that says nothing of its own agrees on another value, `defaults` changes, and not its lines.
 */
export function acceptLive(input: AcceptInput): AcceptProposal {
  const fleet = [...Map.groupBy(input.sizes, (one) => one.function)].map(([name, copies]) => ({ name, copies }));
  const edits: FileEdit[] = [];
  const accepted: AcceptedValue[] = [];
  const left: LeftValue[] = [];
  for (const field of sizeFields) {
    const fallback = fallbackOf(input, fleet, field);
    if (fallback.edit !== null) {
      edits.push({ file: input.parsed.defaults?.yaml.file ?? input.parsed.file, edit: fallback.edit });
      accepted.push({ function: null, field, from: fallback.before, to: fallback.value });
    }
    for (const seen of fleet) {
      const change = changeOf(input, seen, field, fallback.value);
      if (change === null) continue;
      if ("reason" in change) left.push(change);
      else if (change.edit !== null) {
        const { name } = seen;
        edits.push({ file: input.parsed.functions.get(name)?.yaml.file ?? input.parsed.file, edit: change.edit });
        accepted.push({ function: name, field, from: change.from, to: change.to });
      }
    }
  }
  return { edits, accepted, left };
}

interface Fallback {
  readonly edit: ManifestEdit | null;
  /** What `defaults` said. */
  readonly before: SizeValue;
  /** What it says once the edit is made. */
  readonly value: SizeValue;
}

/** Whether `defaults` has to change: only where every function that hangs on it is live with one and the same value. */
function fallbackOf(input: AcceptInput, fleet: readonly Seen[], field: SizeField): Fallback {
  const { parsed, manifest, whole } = input;
  const before = canonical(field, parsed.defaults?.value[field] ?? null);
  const unchanged = { edit: null, before, value: before };
  const hanging = fleet.filter(({ name }) => parsed.functions.get(name)?.value[field] === undefined);
  const values = hanging.flatMap(({ copies }) => copies).filter((copy) => applies(copy, field));
  const [first, second] = values;
  if (!whole || first === undefined || second === undefined) return unchanged;
  const value = first.live[field];
  if (value === null || value === before || values.some(({ live }) => live[field] !== value)) return unchanged;
  if (values.every(({ next }) => next[field] === value)) return unchanged;
  if (values.some((copy) => unwritable(manifest, copy, field) !== null)) return unchanged;
  return { edit: { kind: "set-default", key: field, value } as ManifestEdit, before, value };
}

/** What one field of one function needs: an edit, none because of `defaults`, or nothing (null); or why it is left. */
function changeOf(
  { parsed, manifest }: AcceptInput,
  { name, copies }: Seen,
  field: SizeField,
  fallback: SizeValue,
): LeftValue | { readonly edit: ManifestEdit | null; readonly from: SizeValue; readonly to: SizeValue } | null {
  const differing = copies.find((copy) => applies(copy, field) && copy.live[field] !== copy.next[field]);
  if (differing === undefined) return null;
  const { region, live, next } = differing;
  const leave = (reason: string): LeftValue => {
    return { function: name, region, field, live: live[field], next: next[field], reason };
  };
  const values = new Set(copies.map((copy) => copy.live[field]));
  if (values.size > 1) {
    const told = copies.map((copy) => `${copy.live[field] ?? "not set"} in ${copy.region}`);
    return leave(`one line holds for all its copies, and they have ${list(told)}`);
  }
  const value = live[field];
  const own = parsed.functions.get(name)?.value[field];
  const without = value === fallback && fallback !== null;
  if (own === undefined && without) return null;
  if (own !== undefined && without) {
    const edit = { kind: "set-function", name, key: field, value: null } as ManifestEdit;
    return { edit, from: next[field], to: value };
  }
  const reason = unwritable(manifest, differing, field);
  if (reason !== null) return leave(reason);
  const edit = { kind: "set-function", name, key: field, value } as ManifestEdit;
  return { edit, from: next[field], to: value };
}

/** Nobody sets the cpu of a function of generation 1: it comes with its memory. */
function applies({ live, next }: LiveSizes, field: SizeField): boolean {
  return field !== "cpu" || live.cpu !== null || next.cpu !== null;
}

/** Why the manifest cannot have what is live; null where it can. */
function unwritable(manifest: Manifest, { function: name, live }: LiveSizes, field: SizeField): string | null {
  const value = live[field];
  if (value === null) {
    return field === "maxInstances"
      ? "regions.yaml cannot say that there is no ceiling"
      : "it is not set where it is live";
  }
  if (field === "runtime") {
    if (!runtimeForm.safeParse(value).success) return "it is no runtime that regions.yaml knows";
    const { allowedRuntimes } = manifest;
    return allowedRuntimes === null || allowedRuntimes.includes(String(value))
      ? null
      : "runtimes.allowed does not name it";
  }
  if (field === "memory" && !memoryForm.safeParse(value).success) {
    return "regions.yaml has whole amounts of Mi and Gi, and this is none";
  }
  if (field === "cpu" && !cpuForm.safeParse(value).success) return "regions.yaml has numbers up to 8";
  const isCeiling = field === "cpu" || field === "maxInstances";
  return isCeiling ? overQuota(manifest, live, manifest.functions.get(name)?.regions ?? []) : null;
}

/** A deployment of what is over the quota would be refused, with all that goes with it. */
function overQuota(manifest: Manifest, { cpu, maxInstances }: Sizes, regions: readonly string[]): string | null {
  if (typeof cpu !== "number" || typeof maxInstances !== "number") return null;
  for (const region of regions) {
    const vcpu = manifest.regions.get(region)?.quota?.vcpu ?? Number.POSITIVE_INFINITY;
    if (cpu * maxInstances > vcpu)
      return `cpu ${cpu} times maxInstances ${maxInstances} is over the ${vcpu} vCPU of ${region}`;
  }
  return null;
}

/** As the sizes of copies are written. */
function canonical(field: SizeField, value: SizeValue): SizeValue {
  if (field !== "memory" || typeof value !== "string") return value;
  const mebibytes = Number.parseInt(value, 10) * (value.includes("G") ? 1024 : 1);
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}
