import type { DeclaredFacts } from "../model/declared.ts";
import type { DeployedFacts } from "../model/deployed.ts";

/** What is known of one function, from wherever it was seen. */
export interface Seen {
  readonly name: string;
  /** Regions it is live in, sorted; empty when it is live nowhere that was looked at. */
  readonly live: readonly string[];
  /** Regions its source names, sorted; empty when the source names none, null when no source declares it. */
  readonly declared: readonly string[] | null;
  /** False where the source could name other regions than those. */
  readonly declaredCertain: boolean;
  readonly codebase: string | null;
  /** How it is reached, per copy: for the counts that help a person to name a region. */
  readonly triggers: readonly { readonly region: string; readonly trigger: string }[];
}

/** Joins deployed and declared facts by name. Rows of another project than the one meant are left out. */
export function joinFleet(
  deployed: DeployedFacts | null,
  declared: DeclaredFacts | null,
  project: string | null,
): Map<string, Seen> {
  interface Draft {
    live: Set<string>;
    declared: Set<string> | null;
    certain: boolean;
    codebase: string | null;
    triggers: { region: string; trigger: string }[];
  }
  const drafts = new Map<string, Draft>();
  const draftOf = (name: string): Draft => {
    let draft = drafts.get(name);
    if (draft === undefined) {
      draft = { live: new Set(), declared: null, certain: true, codebase: null, triggers: [] };
      drafts.set(name, draft);
    }
    return draft;
  };
  for (const copy of deployed?.functions ?? []) {
    if (project !== null && copy.project !== project) continue;
    const draft = draftOf(copy.name);
    draft.live.add(copy.region);
    draft.codebase ??= copy.codebase;
    draft.triggers.push({ region: copy.region, trigger: copy.trigger });
  }
  for (const one of declared?.functions ?? []) {
    if (project !== null && one.project !== null && one.project !== project) continue;
    const draft = draftOf(one.name);
    draft.declared ??= new Set();
    for (const region of one.regions) draft.declared.add(region);
    if (!one.certain) draft.certain = false;
    // The source knows its codebase; a label of what is deployed may be of yesterday.
    draft.codebase = one.codebase;
  }
  return new Map(
    [...drafts].map(([name, draft]): [string, Seen] => [
      name,
      {
        name,
        live: [...draft.live].sort(),
        declared: draft.declared === null ? null : [...draft.declared].sort(),
        declaredCertain: draft.certain,
        codebase: draft.codebase,
        triggers: draft.triggers,
      },
    ]),
  );
}

/** Project that most of the listed functions are in; null without any. */
export function projectOf(deployed: DeployedFacts | null): string | null {
  const counts = new Map<string, number>();
  for (const { project } of deployed?.functions ?? []) counts.set(project, (counts.get(project) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  // A listing that names no project leaves it empty.
  return most?.[0] || null;
}

/** Every function of the sources is known: none was unreadable, none has a name or place that could not be told. */
export function declaredFully(declared: DeclaredFacts | null, gaps: readonly { readonly source: string }[]): boolean {
  return declared !== null && declared.unresolved.length === 0 && !gaps.some((gap) => gap.source === "declared");
}

/** By letters, not by case; the order of every list that is written. */
export function byName(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  if (left !== right) return left < right ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Names that Cloud Run, and many people, cannot tell apart: they differ in case, "_" and "-" alone. */
export function foldName(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, "");
}
