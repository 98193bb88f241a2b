import type { RelatedPlace } from "../model/place.ts";
import type { Placement } from "./placement.ts";
import type { View } from "./view.ts";
import { counted, holderName, listed } from "./wording.ts";

/** The function's line in regions.yaml, where it has one. */
export function manifestLine(placement: Placement): RelatedPlace[] {
  const { entry } = placement;
  if (entry === null) return [];
  return [{ place: entry.place, message: `class ${entry.class} wants it in ${listed(entry.regions)}` }];
}

/**
 * Callers and holders that hang on where the function is, with what its copies mean for each of them. `naming` limits
 * them to those that name one of these regions.
 */
export function dependents(view: View, placement: Placement, naming: readonly string[] | null = null): RelatedPlace[] {
  const found: RelatedPlace[] = [];
  for (const use of view.usesOf(placement.name)) {
    if (naming !== null && !use.regions.some((region) => naming.includes(region))) continue;
    const regions = use.regions.length === 0 ? "" : ` in ${listed(use.regions, "or")}`;
    found.push({ place: use.place, message: `calls it${regions}${effect(use.regions[0])}` });
  }
  for (const use of view.holdersOf(placement.name)) {
    if (naming !== null && !naming.includes(use.region ?? "")) continue;
    const verb = use.own ? "belongs to the copy" : "sends to it";
    const region = use.region === null ? "" : ` in ${use.region}`;
    found.push({ place: null, message: `${holderName(use.holder)} ${verb}${region}${effect(use.region)}` });
  }
  return found;

  function effect(region: string | null | undefined): string {
    if (region === null || region === undefined) return "";
    const presence = view.fleet.presence(placement.name, region);
    if (presence === "live") return ", and works only because of that copy";
    return presence === "absent" ? ", where nothing answers" : "";
  }
}

/** What hangs on a function whose copies all stand elsewhere, in words; `failing` where somebody went ahead of the move. */
export function leaning(view: View, placement: Placement): { readonly text: string; readonly failing: boolean } {
  const { name } = placement;
  const silent = (region: string) => view.fleet.presence(name, region) === "absent";
  const callers = view.usesOf(name);
  const holders = view.holdersOf(name);
  const lostCallers = callers.filter(({ regions }) => regions.length > 0 && regions.every(silent)).length;
  const lostHolders = holders.filter(({ region }) => region !== null && silent(region)).length;
  const hanging = peers(callers.length - lostCallers, holders.length - lostHolders);
  const lost = peers(lostCallers, lostHolders);
  const text = [
    hanging === null ? "" : ` ${hanging.text} ${hanging.one ? "hangs" : "hang"} on it.`,
    lost === null
      ? ""
      : ` ${lost.text} already ${lost.one ? "points" : "point"} where nothing answers, and ${lost.one ? "fails" : "fail"} now.`,
  ];
  return { text: text.join(""), failing: lost !== null };
}

/** "2 callers and 1 holder"; null for nobody. */
function peers(callers: number, holders: number): { readonly text: string; readonly one: boolean } | null {
  const parts = [
    ...(callers === 0 ? [] : [counted(callers, "caller", "callers")]),
    ...(holders === 0 ? [] : [counted(holders, "holder", "holders")]),
  ];
  return parts.length === 0 ? null : { text: listed(parts), one: callers + holders === 1 };
}

/** The jobs, queues and subscriptions that come and go with one copy. */
export function ownHolders(view: View, name: string, region: string): RelatedPlace[] {
  const own = view.holdersOf(name).filter((use) => use.own && use.region === region);
  return own.map((use) => ({
    place: null,
    message: `${holderName(use.holder)} belongs to this copy and goes with it`,
  }));
}

/** How to move a function whose only copies stand in the wrong place, in the order in which nothing breaks. */
export function moving(wanted: readonly string[], from: readonly string[]): string {
  const copies = from.length === 1 ? "the copy" : "the copies";
  return `deploy it to ${listed(wanted)} as well, bring its callers and holders over, then delete ${copies} in ${listed(from)} once nothing reaches ${from.length === 1 ? "it" : "them"}`;
}

/** How to remove a copy nobody wants; holders of an undeclared function are handed over first. */
export function removal(view: View, name: string, region: string): string {
  const declared = view.manifest?.functions.has(name) ?? false;
  const held = !declared && view.holdersOf(name).some((use) => !use.own);
  return held
    ? `point its holders at another function, then delete it in ${region}`
    : `delete it in ${region} once nothing reaches it`;
}

/** Where the source exports the function. */
export function exportLines(view: View, name: string): RelatedPlace[] {
  return view.exportsOf(name).map((one) => ({
    place: { file: one.file, line: one.line },
    message: `exported here by codebase ${one.codebase}`,
  }));
}
