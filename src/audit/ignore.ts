import type { IgnoreEntry, Manifest } from "../manifest/manifest.ts";
import type { Suppression } from "../model/finding.ts";
import type { Draft } from "./rule.ts";

/** Finds the `ignore` that covers a finding. Entries past their date cover nothing. */
export class Ignores {
  readonly #byRule = new Map<string, IgnoreEntry[]>();

  constructor(manifest: Manifest | null, today: string) {
    for (const entry of manifest?.ignores ?? []) {
      if (entry.until !== null && today > entry.until) continue;
      const list = this.#byRule.get(entry.rule) ?? [];
      list.push(entry);
      this.#byRule.set(entry.rule, list);
    }
  }

  covering(rule: string, draft: Draft): Suppression | null {
    const entry = this.#byRule.get(rule)?.find((one) => covers(one, draft));
    if (entry === undefined) return null;
    return { kind: "ignore", reason: entry.reason, owner: entry.owner, until: entry.until, place: entry.place };
  }
}

function covers(entry: IgnoreEntry, draft: Draft): boolean {
  if (entry.function !== null && entry.function !== draft.function) return false;
  if (entry.region !== null && entry.region !== draft.region) return false;
  const { file } = entry;
  if (file === null) return true;
  return draft.place !== null && [draft.place, ...(draft.alsoAt ?? [])].every((place) => matchesGlob(file, place.file));
}

/** `*` and `?` stay within a folder, `**` crosses folders. Linear memory, no backtracking blow-up. */
export function matchesGlob(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const given = path.split("/");
  // reached[j]: the pattern so far matches the first j parts of the path.
  let reached = given.map(() => false);
  reached.unshift(true);
  for (const part of wanted) {
    const next = reached.map(() => false);
    for (let j = 0; j <= given.length; j++) {
      if (part === "**") next[j] = reached[j] === true || (j > 0 && next[j - 1] === true);
      else next[j] = j > 0 && reached[j - 1] === true && matchesPart(part, given[j - 1] ?? "");
    }
    reached = next;
  }
  return reached[given.length] === true;
}

function matchesPart(pattern: string, text: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  let t = 0;
  while (t < text.length) {
    if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t]) && pattern[p] !== "*") {
      p += 1;
      t += 1;
    } else if (pattern[p] === "*") {
      star = p;
      resume = t;
      p += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += 1;
      t = resume;
    } else return false;
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
}
