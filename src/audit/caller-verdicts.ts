import type { Manifest } from "../manifest/manifest.ts";
import type { Place } from "../model/place.ts";
import type { Fleet } from "./fleet.ts";
import { type Answer, judge } from "./judge.ts";
import { addTo } from "./multimap.ts";
import type { Names } from "./names.ts";
import type { Placement } from "./placement.ts";
import type { Use, Uses } from "./uses.ts";

/** What all regions that one caller names for one function amount to. */
export type CallerVerdict =
  | { readonly kind: "fine"; readonly use: Use }
  | {
      readonly kind: "stray";
      readonly use: Use;
      readonly regions: readonly string[];
      readonly expected: readonly string[];
      readonly answer: Answer;
      /** The env value is wrong for every caller that uses it: one finding there, none here. */
      readonly throughEnv: boolean;
    };

/** What callers are judged by. */
export interface Ground {
  readonly manifest: Manifest | null;
  readonly fleet: Fleet;
  readonly names: Names;
  readonly uses: Uses;
  placementOf(name: string): Placement;
  isExcepted(name: string): boolean;
}

export interface CallerVerdicts {
  readonly verdicts: readonly CallerVerdict[];
  /** Strays by the line of the env file they come through, where that line is at fault. */
  readonly byEnv: ReadonlyMap<string, readonly Extract<CallerVerdict, { kind: "stray" }>[]>;
  /** Other uses of such a line: callers that a new value would break, because their function has still to move. */
  readonly leaningOnEnv: ReadonlyMap<string, readonly Use[]>;
  /** Committed env values that callers use and that are right for them. */
  readonly soundEnv: number;
  readonly openQuestions: readonly OpenQuestion[];
}

/** A caller that cannot be judged, and why. */
export interface OpenQuestion {
  readonly how: Use["how"];
  readonly scope: string;
  readonly reason: string;
}

/** Judges every use of a function that somebody knows; unknown functions are unknown-callee's business. */
export function judgeCallers(view: Ground): CallerVerdicts {
  const judged: CallerVerdict[] = [];
  const openQuestions: OpenQuestion[] = [];
  const soundLines = new Set<string>();
  const leaningOnEnv = new Map<string, Use[]>();
  for (const use of view.uses.all) {
    if (!view.names.has(use.function) || view.isExcepted(use.function) || use.regions.length === 0) continue;
    const verdict = judgeUse(view, use);
    if (use.env !== null && (verdict === null || "scope" in verdict)) addTo(leaningOnEnv, lineKey(use.env), use);
    if (verdict === null) continue;
    if ("scope" in verdict) openQuestions.push({ how: use.how, ...verdict });
    else {
      judged.push(verdict);
      if (verdict.kind === "fine" && use.env !== null) soundLines.add(lineKey(use.env));
    }
  }
  const byEnv = new Map<string, Extract<CallerVerdict, { kind: "stray" }>[]>();
  const verdicts = judged.map((verdict) => {
    if (verdict.kind !== "stray" || verdict.use.env === null) return verdict;
    const key = lineKey(verdict.use.env);
    // A value that is right for others is not at fault: the caller uses the wrong instance.
    if (soundLines.has(key)) return verdict;
    const through = { ...verdict, throughEnv: true };
    addTo(byEnv, key, through);
    return through;
  });
  return { verdicts, byEnv, leaningOnEnv, soundEnv: soundLines.size, openQuestions };
}

function judgeUse(view: Ground, use: Use): CallerVerdict | { scope: string; reason: string } | null {
  const placement = view.placementOf(use.function);
  if (placement.wanted.length === 0 && view.manifest === null && view.fleet.facts === null) {
    return { scope: use.function, reason: "the source leaves its region open, and what is deployed was not looked at" };
  }
  const regions: string[] = [];
  let expected: readonly string[] = [];
  let answer: Answer = "answers";
  let follows = false;
  for (const region of use.regions) {
    const judgement = judge(region, placement, view.fleet);
    if (judgement.kind === "unread") {
      return {
        scope: judgement.region,
        reason: "it was not read, so it is open where the functions that callers reach are live",
      };
    }
    if (judgement.kind === "follows") follows = true;
    if (judgement.kind !== "stray") continue;
    if (regions.length === 0) expected = judgement.expected;
    if (regions.length === 0 || judgement.answer === "silent") answer = judgement.answer;
    regions.push(region);
  }
  if (regions.length > 0) return { kind: "stray", use, regions, expected, answer, throughEnv: false };
  return follows ? null : { kind: "fine", use };
}

export function lineKey(place: Place): string {
  return `${place.file}:${place.line}`;
}
