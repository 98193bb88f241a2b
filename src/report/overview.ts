import type { ChalkInstance } from "chalk";
import type { Report } from "../model/finding.ts";
import { sourceNames } from "../model/gap.ts";
import { type CountedGroup, type Grouping, groupedBy, groupings } from "./group-by.ts";
import { count, tailOf, wrap } from "./layout.ts";
import { openFindings } from "./ranked.ts";
import { visible } from "./visible.ts";

/** More findings than this are told in numbers: nobody reads so many, and the first would have left the screen. */
export const mostInFull = 24;

/** Lines of a screen that is 24 high, less the one that the shell writes on. */
const screen = 23;

/** So many groups are shown wherever there are so many, also on a narrow screen that they do not fit. */
const fewestGroups = 3;

export interface OverviewOptions {
  readonly width: number;
  readonly groupBy: Grouping;
  readonly paint: ChalkInstance;
  /** False: the state of deployments is nothing that could have been asked for. */
  readonly hasState: boolean;
  /** First lines: what the report is of. */
  readonly heading: readonly string[];
  /** Last lines: the verdict. */
  readonly closing: readonly string[];
}

/** Many findings on one screen of 80 columns and 24 lines: how many of what, what could not be looked at, the verdict. */
export function overview(report: Report, options: OverviewOptions): readonly string[] {
  const { width, groupBy, paint, heading, closing } = options;
  const open = openFindings(report);
  const groups = groupedBy(open, groupBy);
  const remarks = remarkLines(report, options);
  const how = wrap(
    `All ${open.length}: the same command with --all. Other groups: --group-by ${groupings.join("|")}.`,
    width,
    "",
    "  ",
  );
  // Besides the groups: their title and heading, the line for those that are left out, and two empty lines.
  const taken = heading.length + remarks.length + closing.length + how.length + 6;
  const room = Math.max(fewestGroups, screen - taken);
  const shown = groups.length <= room + 1 ? groups : groups.slice(0, room);
  const title = `${count(open.length, "finding")} in ${count(groups.length, nouns[groupBy])}`;
  return [
    ...heading,
    "",
    paint.bold.underline(title),
    ...groupTable(shown, options),
    ...(shown.length < groups.length ? [`  and ${restText(groups.slice(shown.length), groupBy)}`] : []),
    "",
    ...remarks,
    ...how,
    ...closing,
  ];
}

const nouns: Readonly<Record<Grouping, string>> = {
  function: "function",
  region: "region",
  rule: "rule",
  file: "file",
};

function groupTable(groups: readonly CountedGroup[], { width, groupBy, paint }: OverviewOptions): readonly string[] {
  const heading = "  errors  warnings  today  ";
  return [
    paint.dim(`${heading}${groupBy}`),
    ...groups.map(({ errors, warnings, now, title }) => {
      const numbers = [String(errors).padStart(8), String(warnings).padStart(10), String(now).padStart(7)];
      const painted = [
        errors > 0 ? paint.red(numbers[0]) : numbers[0],
        warnings > 0 ? paint.yellow(numbers[1]) : numbers[1],
        now > 0 ? paint.red.bold(numbers[2]) : numbers[2],
      ];
      return `${painted.join("")}  ${tailOf(visible(title), width - heading.length)}`;
    }),
  ];
}

function restText(groups: readonly CountedGroup[], groupBy: Grouping): string {
  const sum = (of: (group: CountedGroup) => number) => groups.reduce((total, group) => total + of(group), 0);
  const parts = [
    count(
      sum(({ errors }) => errors),
      "error",
    ),
    count(
      sum(({ warnings }) => warnings),
      "warning",
    ),
  ];
  return `${count(groups.length, `more ${nouns[groupBy]}`)}: ${parts.join(", ")}`;
}

/** What is no finding, in numbers: a screen of findings must not hide that something was not looked at. */
function remarkLines(report: Report, { width, hasState }: OverviewOptions): readonly string[] {
  const { gaps, notChecked, notes, findings, sources, score } = report;
  const unread = [...new Set(gaps.map(({ source }) => source))];
  const unanswered = new Set(notChecked.map(({ rule }) => rule)).size;
  const notAsked = sourceNames.filter((name) => sources[name] === "not asked" && (name !== "state" || hasState));
  const suppressed = findings.filter((one) => one.suppressed !== null).length;
  const parts = [
    gaps.length === 0 ? null : `Could not look: ${count(gaps.length, "gap")} (${unread.join(", ")}).`,
    unanswered === 0 ? null : `Not or not fully checked: ${count(unanswered, "rule")}.`,
    notAsked.length === 0 ? null : `Not asked: ${notAsked.join(", ")}.`,
    notes.length === 0 ? null : `Worth knowing: ${count(notes.length, "remark")}.`,
    suppressed === 0 ? null : `${count(suppressed, "finding")} left out by \`ignore\` or the baseline.`,
    score.overall === null ? "Score: nothing could be checked." : `Score ${score.overall.toFixed(1)} of 10.`,
  ];
  return wrap(parts.filter((part) => part !== null).join(" "), width, "", "  ");
}
