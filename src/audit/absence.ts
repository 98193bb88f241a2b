import type { RelatedPlace } from "../model/place.ts";
import type { View } from "./view.ts";
import { listed } from "./wording.ts";

/**
 * Why it cannot be said that a function which nobody names does not exist; null when it can. Absence can be concluded
 * only from places that were read whole, and at least one of them must have the say.
 */
export function doubtOfAbsence(view: View): { scope: string; reason: string } | null {
  if (view.asked("deployed")) {
    if (view.fleet.complete) return null;
    const scope = view.fleet.unreadScope;
    return { scope, reason: "functions that callers reach may be deployed in what was not read" };
  }
  const unread = {
    scope: "*",
    reason: "functions that callers reach may be exported where the source could not be read",
  };
  if (view.asked("declared") && view.gapsOf("declared").length > 0) return unread;
  if (view.manifest !== null) return null;
  if (view.declared === null)
    return { scope: "*", reason: "neither source, nor deployed functions, nor a manifest to compare with" };
  return view.declared.unresolved.length > 0 ? unread : null;
}

/** "regions.yaml, the source and the project have": who was asked for a function that nobody knows. */
export function whoWasAsked(view: View): string {
  const places = [
    ...(view.manifest === null ? [] : [view.manifest.file]),
    ...(view.declared === null ? [] : ["the source"]),
    ...(view.fleet.facts === null ? [] : ["the project"]),
  ];
  return `${listed(places)} ${places.length > 1 ? "have" : "has"}`;
}

/** The place that defines a function nobody exports, as a sentence and a related place; null where there is none. */
export function definedAt(view: View, name: string): { readonly text: string; readonly related: RelatedPlace } | null {
  const found = view.declared?.unexported?.find((one) => one.name === name);
  if (found === undefined) return null;
  const { file, line } = found;
  return {
    text: ` It is defined in ${file}:${line}, and the index of codebase ${found.codebase} does not export it.`,
    related: { place: { file, line }, message: "defined here, and not exported" },
  };
}

/** What is deployed was read, by means that would show every function: what is not there, is not. */
export function provesAbsence(view: View): boolean {
  return view.fleet.facts !== null && !view.fleet.lacks("unreachable-regions");
}
