import type { View } from "../audit/view.ts";
import { holderName, listed } from "../audit/wording.ts";
import type { PlannedDeploy } from "../firebase/planned-deploy.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Gap, SourceName } from "../model/gap.ts";
import type { KeptCopy, Obstacle, OpenCopy } from "../model/guard.ts";

export interface Judgement {
  readonly refused: readonly KeptCopy[];
  readonly open: readonly OpenCopy[];
  /** Gaps that bear on the answer. */
  readonly gaps: readonly Gap[];
}

/** Sources that tell whether anybody needs a copy. They are of no interest where nothing is deleted. */
const dependents: readonly SourceName[] = ["callers", "holders"];

/**
 * Judges what a deployment would delete: a copy that is being moved, that somebody calls or holds the URL of, or that
 * the manifest wants where it is, must stay. Where nobody could look, it is open; open is never taken for free.
 */
export function judgeDeploy(planned: PlannedDeploy, view: View, manifest: Manifest): Judgement {
  const refused: KeptCopy[] = [];
  const open: OpenCopy[] = [];
  const unread = dependents.filter((source) => !isWhole(view, source));
  for (const copy of planned.deletes) {
    const obstacles = obstaclesOf(copy.function, copy.region, view, manifest);
    if (obstacles.length > 0) refused.push({ ...copy, obstacles, mend: mendOf(obstacles) });
    else if (unread.length > 0) {
      open.push({ ...copy, reason: `it would be deleted, and ${listed(unread)} could not be read in full` });
    }
  }
  for (const { reason, ...copy } of planned.doubts) {
    const obstacles = obstaclesOf(copy.function, copy.region, view, manifest);
    const [first] = obstacles;
    if (first === undefined && unread.length === 0) continue;
    const why = first === undefined ? `${listed(unread)} could not be read in full` : `something hangs on it`;
    open.push({ ...copy, reason: `it may be deleted (${reason}), and ${why}` });
  }
  const hasDeletions = planned.deletes.length + planned.doubts.length > 0;
  const bearing = view.snapshot.gaps.filter(({ source, facet }) => {
    if (source === "deployed") return facet === "functions";
    return hasDeletions && (source === "declared" || dependents.includes(source));
  });
  return { refused, open, gaps: bearing };
}

function isWhole(view: View, source: SourceName): boolean {
  return view.snapshot.sources[source] === "read";
}

function obstaclesOf(name: string, region: string, view: View, manifest: Manifest): readonly Obstacle[] {
  const found: Obstacle[] = [];
  const entry = manifest.functions.get(name);
  const moving = entry?.moving ?? null;
  if (entry !== undefined && moving !== null) {
    const to = listed(entry.regions.filter((one) => one !== moving.from));
    const message = `is being moved from ${moving.from} to ${to}, until ${moving.until}`;
    found.push({ kind: "moving", place: moving.place, message });
  } else if (entry?.regions.includes(region) === true) {
    const message = `wants it in ${listed(entry.regions)} (class ${entry.class})`;
    found.push({ kind: "wanted", place: entry.place, message });
  }
  for (const use of view.usesOf(name)) {
    if (!use.regions.includes(region)) continue;
    const proviso = use.proviso === null ? "" : `, ${use.proviso}`;
    found.push({ kind: "caller", place: use.place, message: `calls it in ${region}${proviso}` });
  }
  for (const use of view.holdersOf(name)) {
    // What was made with the copy goes with it.
    if (use.own || use.region !== region) continue;
    found.push({ kind: "holder", place: null, message: `${holderName(use.holder)} sends to it in ${region}` });
  }
  return found;
}

function mendOf(obstacles: readonly Obstacle[]): string {
  const has = (kind: Obstacle["kind"]): boolean => obstacles.some((one) => one.kind === kind);
  if (has("moving")) {
    return "Let its source name both regions until the move is over; `regions generate options` writes them.";
  }
  const users = [...(has("caller") ? ["callers"] : []), ...(has("holder") ? ["holders"] : [])];
  const last = has("wanted") ? "take it out of there in regions.yaml" : "deploy again";
  if (users.length === 0) {
    return "Let its source name that region as well; or, if it is to go, take it out of there in regions.yaml first.";
  }
  return `Let its source name that region as well, bring its ${listed(users)} over, then ${last}.`;
}
