import type { FunctionEntry } from "../manifest/manifest.ts";
import type { PartKind } from "../model/deployment.ts";
import type { Difference } from "../model/finding.ts";
import type { RelatedPlace } from "../model/place.ts";
import type { Drift } from "../model/state.ts";
import { counted, listed } from "./wording.ts";

/** How many differences a sentence names; the related lines have all of them. */
const mostNamed = 3;

/** Drifts as rows of data, with what the manifest wants of each field. `entry` null: no line of its own. */
export function differencesOf(drifts: readonly Drift[], entry: FunctionEntry | null): Difference[] {
  return drifts.flatMap(({ part: { kind, detail, region }, fields, kind: how }): Difference[] => {
    if (how === "gone") return [{ kind, detail, region, field: null, state: null, cloud: null, manifest: null }];
    return fields.map(({ field, state, cloud }) => {
      return {
        kind,
        detail,
        region,
        field,
        state,
        cloud,
        manifest: kind === "function" ? wantedOf(entry, field) : null,
      };
    });
  });
}

/** A field as regions.yaml wants it; null where it leaves the field to the code. */
function wantedOf(entry: FunctionEntry | null, field: string): string | null {
  switch (entry === null ? "" : field) {
    case "memory":
      return entry?.memoryMiB == null ? null : `${entry.memoryMiB}Mi`;
    case "cpu":
      return textOf(entry?.cpu);
    case "runtime":
      return textOf(entry?.runtime);
    case "minInstances":
      return textOf(entry?.minInstances);
    case "maxInstances":
      return textOf(entry?.maxInstances);
    default:
      return null;
  }
}

function textOf(value: string | number | null | undefined): string | null {
  return value == null ? null : String(value);
}

/** The manifest wants what is there: somebody has written a change by hand down, and not deployed it. */
export function isWrittenDown({ field, cloud, manifest }: Difference): boolean {
  if (manifest === null || cloud === null) return false;
  return field === "memory" ? mebibytesOf(cloud) === mebibytesOf(manifest) : cloud === manifest;
}

/** "512Mi", "1Gi" and what generation 1 says, "512". */
function mebibytesOf(text: string): number {
  const [, amount = "", unit = ""] = /^(\d+)(\w?)/.exec(text) ?? [];
  return Number(amount) * (unit === "G" ? 1024 : 1);
}

/** "memory (512Mi as deployed, 1Gi now), its Scheduler job (gone) and 2 further fields"; the names alone of what is all gone. */
export function clausesOf(differences: readonly Difference[]): string {
  const isLoss = differences.every(({ field }) => field === null);
  const clauses = differences.map(
    (one) => `${subjectOf(one)}${one.field === null && !isLoss ? " (gone)" : bracketed(one)}`,
  );
  const more = clauses.length - mostNamed;
  return listed(
    more <= 0 ? clauses : [...clauses.slice(0, mostNamed), counted(more, "further field", "further fields")],
  );
}

function bracketed(one: Difference): string {
  const values = valuesOf(one);
  return values === null ? "" : ` (${values})`;
}

/** Null where neither is to be shown. */
function valuesOf({ state, cloud }: Difference): string | null {
  return state === null && cloud === null ? null : `${state ?? "not set"} as deployed, ${cloud ?? "not set"} now`;
}

/** One line for each difference: state, cloud, and what `file` wants. */
export function differenceLines(differences: readonly Difference[], file: string): RelatedPlace[] {
  return differences.map((one) => {
    const values = valuesOf(one);
    const how = one.field === null ? " is gone" : values === null ? " differs" : `: ${values}`;
    const wants = one.manifest === null ? "" : `; ${file} wants ${one.manifest}`;
    return { place: null, message: `${subjectOf(one)}${how}${wants}` };
  });
}

/** "memory", "schedule of its Scheduler job", "role roles/run.invoker". */
function subjectOf({ kind, detail, region, field }: Difference): string {
  if (kind === "function") return field ?? "the function";
  const where = kind === "alert" && region !== null ? ` of ${region}` : "";
  const what = `${partWords[kind]}${detail === null ? "" : ` ${detail}`}${where}`;
  return field === null ? what : `${field} of ${what}`;
}

const partWords: Readonly<Record<PartKind, string>> = {
  function: "the function",
  invoker: "the invoker",
  job: "its Scheduler job",
  queue: "its task queue",
  topic: "the topic",
  account: "its account",
  role: "the role",
  "secret-access": "access to the secret",
  bucket: "the bucket of archives",
  archive: "the archive of codebase",
  alert: "the alert",
  dashboard: "the dashboard",
  other: "a part",
};
