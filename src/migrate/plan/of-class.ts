import type { FunctionEntry, Manifest } from "../../manifest/manifest.ts";
import type { DeployedFunction } from "../../model/deployed.ts";

export interface ClassAsk {
  readonly class: string;
  readonly to: string;
  /** Null: from wherever each is live. */
  readonly from: string | null;
}

/** A function of the class that does not move, and why. */
export interface LeftOut {
  readonly function: string;
  readonly why: string;
  /** It is in a move already. */
  readonly isMoving: boolean;
}

export interface OfClass {
  readonly functions: readonly string[];
  /** Those that are there already are among these only where a copy elsewhere is left. */
  readonly leftOut: readonly LeftOut[];
}

/** Functions of a class that are not in a region yet and can be moved there, by name. */
export function ofClass(
  manifest: Manifest,
  copiesOf: (name: string) => readonly DeployedFunction[],
  openMove: (name: string) => string | null,
  ask: ClassAsk,
): OfClass {
  const functions: string[] = [];
  const leftOut: LeftOut[] = [];
  for (const entry of [...manifest.functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.class !== ask.class) continue;
    const open = openMove(entry.name);
    const why = open === null ? reason(entry, copiesOf(entry.name), ask) : `it is in the move ${open}`;
    if (why === null) functions.push(entry.name);
    else if (why !== "there") leftOut.push({ function: entry.name, why, isMoving: open !== null });
  }
  return { functions, leftOut };
}

const oncePerProject: ReadonlySet<string> = new Set(["blocking", "other"]);

/** Why a function does not move; "there": it is where it is to go. Null: it moves. */
function reason(entry: FunctionEntry, copies: readonly DeployedFunction[], { to, from }: ClassAsk): string | null {
  const elsewhere = copies.filter(({ region }) => region !== to);
  const [one, other] = elsewhere;
  if (copies.length > elsewhere.length) {
    if (one === undefined || entry.regions.includes(one.region)) return "there";
    return `it is live in ${to} already; the copy in ${elsewhere.map(({ region }) => region).join(" and ")} is left`;
  }
  if (one === undefined) return "it is live nowhere";
  if (entry.regions.length > 1) return `it is meant to be in ${entry.regions.join(" and ")}`;
  if (oncePerProject.has(one.trigger)) {
    return `it is of a kind (${one.trigger}) that has one registration in the whole project`;
  }
  if (from !== null) return elsewhere.some(({ region }) => region === from) ? null : `it is not live in ${from}`;
  return other === undefined
    ? null
    : `it is live in ${elsewhere.map(({ region }) => region).join(" and ")}: say with --from which copy moves`;
}
