import type { ChangedSince } from "../model/finding.ts";
import { count } from "./layout.ts";
import { visible } from "./visible.ts";

/** "origin/main (0123456789)": what a change is judged against. */
export function sinceText({ ref, mergeBase }: ChangedSince): string {
  return `${visible(ref)} (${mergeBase.slice(0, 10)})`;
}

/** What an audit of a change found and does not list, in one sentence. */
export function setAsideText({ setAside }: ChangedSince): string {
  const { errors, warnings, suppressed } = setAside;
  const parts = [
    ...(errors > 0 ? [count(errors, "error")] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
  ];
  if (parts.length === 0) return "Nothing was set aside.";
  return `Set aside, as it was before the change: ${parts.join(", ")}.`;
}
