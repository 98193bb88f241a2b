import type { TriggerKind } from "../model/deployed.ts";
import type { RelatedPlace } from "../model/place.ts";
import { exportLines } from "./related.ts";
import type { View } from "./view.ts";
import { listed } from "./wording.ts";

/** How a function is reached, as far as anybody can tell. */
export interface KnownKind {
  readonly kind: TriggerKind;
  readonly gen1: boolean;
  /** Who says so, as the end of a sentence's subject: "(index.ts:40)" is in the related places. */
  readonly related: readonly RelatedPlace[];
}

/**
 * The kind of a function by its source, or by what is deployed; null where neither tells. A copy that shows as plain
 * https tells only where firebase deployed it: other tools leave out the label that makes a callable one. Source and
 * project that disagree are between two deploys: then a reason.
 */
export function kindOf(view: View, name: string): KnownKind | { reason: string } | null {
  const exports = view.exportsOf(name);
  const copies = view.fleet.copiesOf(name).filter((copy) => copy.trigger !== "https" || copy.deployer === "firebase");
  const kinds = [...new Set([...exports, ...copies].map(({ trigger }) => trigger))];
  const [kind] = kinds;
  if (kind === undefined) return null;
  if (kinds.length > 1) return { reason: `its source and its copies are of several kinds (${listed(kinds)})` };
  const gen1 = [...exports, ...copies].every(({ generation }) => generation === 1);
  const related = copies
    .slice(0, 1)
    .map(({ region }) => ({ place: null, message: `deployed in ${region} as ${kindWords[kind]}` }));
  return { kind, gen1, related: exports.length > 0 ? exportLines(view, name) : related };
}

export const kindWords: Readonly<Record<TriggerKind, string>> = {
  callable: "a callable",
  https: "a plain HTTPS function",
  scheduled: "a scheduled function",
  task: "a task function",
  event: "an event function",
  blocking: "a blocking function of sign-in",
  other: "a function of another kind",
};
