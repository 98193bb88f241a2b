import type { FunctionEntry, Manifest } from "../manifest/manifest.ts";
import type { DeployedFunction } from "../model/deployed.ts";
import type { Fleet } from "./fleet.ts";

/**
 * How a function's copies stand to what is wanted:
 * in-place    at least one wanted region has a copy;
 * moving      only the region it is moving from has one, and the date has not passed;
 * overdue     the same, and the date has passed;
 * misplaced   copies, none of them where one is wanted;
 * missing     no copy anywhere, and every region was read;
 * unknown     not enough was read to say.
 */
export type Standing = "in-place" | "moving" | "overdue" | "misplaced" | "missing" | "unknown";

/** One function: what is wanted, by whom, and what is there. */
export interface Placement {
  readonly name: string;
  readonly entry: FunctionEntry | null;
  /** Regions wanted by the manifest, or named by the source where there is no manifest; empty when nobody says. */
  readonly wanted: readonly string[];
  /** `wanted` with the region of a declared move that still has time. */
  readonly accepted: readonly string[];
  readonly copies: readonly DeployedFunction[];
  readonly standing: Standing;
  /** False: the conclusion hangs on a region that the listing may merely not have reached. */
  readonly certain: boolean;
  readonly liveWanted: readonly string[];
  /** Wanted regions that were read and have no copy. */
  readonly absentWanted: readonly string[];
  /** Wanted regions that were not read. */
  readonly unreadWanted: readonly string[];
  /** Copies in regions that nobody wants, less the one an accepted or overdue move accounts for. */
  readonly extras: readonly DeployedFunction[];
  /** The copy that a declared move should have removed by now. */
  readonly overdueCopy: DeployedFunction | null;
}

/** Places one function. `sourceRegions` are what the source names, used where the manifest is null. */
export function place(
  name: string,
  manifest: Manifest | null,
  sourceRegions: readonly string[],
  fleet: Fleet,
  today: string,
): Placement {
  const entry = manifest?.functions.get(name) ?? null;
  const wanted = manifest === null ? sourceRegions : (entry?.regions ?? []);
  const copies = fleet.copiesOf(name);
  const moving = entry?.moving ?? null;
  const inTime = moving !== null && today <= moving.until;
  const from = moving === null || wanted.includes(moving.from) ? null : fleet.copyIn(name, moving.from);

  const liveWanted: string[] = [];
  const absentWanted: string[] = [];
  const unreadWanted: string[] = [];
  let certain = true;
  for (const region of wanted) {
    const presence = fleet.presence(name, region);
    if (presence === "live") liveWanted.push(region);
    else if (presence === "unread") unreadWanted.push(region);
    else {
      absentWanted.push(region);
      if (presence === "doubtful") certain = false;
    }
  }
  const extras = copies.filter((copy) => !wanted.includes(copy.region) && copy !== from);
  const standing = (): Standing => {
    if (liveWanted.length > 0) return "in-place";
    if (wanted.length === 0 || unreadWanted.length > 0) return "unknown";
    if (from !== null) return inTime ? "moving" : "overdue";
    if (extras.length > 0) return "misplaced";
    return fleet.complete && certain ? "missing" : "unknown";
  };
  return {
    name,
    entry,
    wanted,
    accepted: inTime && moving !== null ? [...wanted, moving.from] : wanted,
    copies,
    standing: standing(),
    certain,
    liveWanted,
    absentWanted,
    unreadWanted,
    extras,
    overdueCopy: inTime ? null : from,
  };
}
