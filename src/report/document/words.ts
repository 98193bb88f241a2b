import type { Advice, CallRow, FleetDocument, FunctionStanding, HopRow, ReachVerdict } from "../../model/document.ts";
import type { SourceName, SourceStatus } from "../../model/gap.ts";
import { count } from "../layout.ts";

/* Words that Markdown and HTML share. Plain text: each rendering escapes it by its own rules. */

/** Sections in their order: the id of each, and its title. */
export const titles = {
  unseen: "What was not seen",
  findings: "What is wrong",
  regions: "Regions",
  map: "Map of the fleet",
  flows: "Flows",
  consistency: "Wanted and found",
  changes: "Since the last report",
  capacity: "Capacity",
  runtimes: "Runtimes",
  score: "Score",
  advice: "Advice",
} as const;
export type SectionId = keyof typeof titles;

export const sourceWords: Readonly<Record<SourceName, string>> = {
  declared: "functions that the source declares",
  callers: "callers in the source",
  deployed: "what is deployed",
  holders: "holders of URLs: Stripe, Twilio, Telegram, Google's own senders",
  state: "the deployments' state",
};

export const statusWords: Readonly<Record<SourceStatus, string>> = {
  read: "read",
  partial: "read in part",
  failed: "could not be read",
  "not asked": "not asked",
};

export const reachWords: Readonly<Record<ReachVerdict, string>> = {
  right: "right",
  astray: "wrong region",
  follows: "waits for the function",
  open: "open",
};

export const hopWords: Readonly<Record<HopRow["verdict"], string>> = {
  whole: "there",
  broken: "broken",
  follows: "waits for the function",
  open: "not checked",
  note: "",
};

export const viaWords: Readonly<Record<HopRow["via"], string>> = {
  callable: "calls",
  task: "enqueues a task for",
  holder: "sends to",
  trigger: "triggers",
  note: "then",
};

export const howWords: Readonly<Record<CallRow["how"], string>> = {
  callable: "callable",
  url: "URL",
  rewrite: "Hosting rewrite",
  env: "env value",
  enqueuer: "task",
  unresolved: "cannot be told",
};

/** Standings in which nothing is to be done. */
export const calm: ReadonlySet<FunctionStanding> = new Set(["in place", "moving", "left out"]);

/** What the whole comes to, in one sentence. */
export function headline({ verdict, score }: Pick<FleetDocument, "verdict" | "score">): string {
  const { tone, errors, warnings, now, gaps } = verdict;
  const unseen = gaps > 0 ? `${count(gaps, "thing")} could not be looked at` : "not everything could be looked at";
  switch (tone) {
    case "wrong": {
      const counts = [
        ...(errors > 0 ? [count(errors, "error")] : []),
        ...(warnings > 0 ? [count(warnings, "warning")] : []),
      ];
      return `${counts.join(" and ")}${now > 0 ? `; customers feel ${now} of them today` : ""}.`;
    }
    case "unseen":
      return score.overall === null
        ? `Nothing could be judged: ${unseen}.`
        : `No fault in what could be seen, but ${unseen}.`;
    case "partial":
      return score.overall === null ? "Nothing was judged." : "No fault in what was looked at.";
    case "clean":
      return "All was looked at, and all is as it should be.";
  }
}

/** What keeps the first line from being the whole truth; null where all was seen. */
export function caveat({ verdict, openQuestions, moves }: FleetDocument): string | null {
  const { gaps, notAsked } = verdict;
  const rules = new Set(openQuestions.flatMap((one) => one.rules));
  const parts = [
    ...(gaps > 0
      ? [`${count(gaps, "thing")} that ${gaps === 1 ? "was" : "were"} asked for could not be looked at`]
      : []),
    ...(notAsked.length > 0 ? [`not asked: ${notAsked.join(", ")}`] : []),
    ...(rules.size > 0 ? [`${count(rules.size, "rule")} left without an answer`] : []),
    ...(moves === null ? ["the journals of moves could not be read"] : []),
  ];
  const text = parts.join("; ");
  return text === "" ? null : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** "2026-11-28 12:22 UTC"; a day stays a day, and what is no date stays as it is. */
export function moment(at: string): string {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(at) ? `${at.slice(0, 10)} ${at.slice(11, 16)} UTC` : at;
}

/** One decimal, as scores have; null = nothing was checked. */
export function scoreText(score: number | null): string {
  return score === null ? "not checked" : score.toFixed(1);
}

/** Up to two decimals, without trailing zeros. */
export function vcpuText(vcpu: number): string {
  return String(Math.round(vcpu * 100) / 100);
}

/** Regions as text; nothing where there are none. */
export function regionsText(regions: readonly string[], none = "nowhere"): string {
  return regions.length === 0 ? none : regions.join(", ");
}

/** What each kind of advice is about, said once. */
export const adviceWords: Readonly<Record<Advice["kind"], { readonly title: string; readonly about: string }>> = {
  services: {
    title: "Room for services",
    about: "Google holds a project to a number of services per region, and each function of generation 2 is one.",
  },
  distance: {
    title: "Far from the database",
    about: "What these functions read crosses an ocean each time.",
  },
  merge: {
    title: "Could be merged",
    about:
      "Callables of one class, size and region about one thing could be one function with a switch: one service, whose instances all of them share.",
  },
  uncalled: {
    title: "Called by nobody",
    about: "No caller, holder or flow of theirs is in what was read. Another repository may still call them.",
  },
};
