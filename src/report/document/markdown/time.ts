import type { FleetDocument } from "../../../model/document.ts";
import type { CopyChange, FindingChange } from "../../../model/document-history.ts";
import { adviceWords, moment, scoreText, vcpuText } from "../words.ts";
import { list, name, names, table, text } from "./cells.ts";

export function changesText({ changes, moves, score }: FleetDocument): string {
  const parts: string[] = [];
  if (changes === null) parts.push("No earlier report was given, so nothing is compared.\n");
  else {
    const { since, scoreBefore, copies, findings, why } = changes;
    parts.push(
      `Compared with ${name(since.file)}, of ${moment(since.at)}. Score then ${scoreText(scoreBefore)}, now ${scoreText(score.overall)}.\n`,
    );
    if (why !== null) parts.push(`Copies are not compared: ${text(why)}\n`);
    if (copies !== null) {
      parts.push(copyList("Moved", copies.moved), copyList("Removed", copies.removed), copyList("Added", copies.added));
      parts.push(copyList("Gone or new, or only not seen in one of the two looks", copies.open));
    }
    parts.push(findingList("Found since", findings.added), findingList("Mended", findings.mended));
    parts.push(findingList("Not found again, which proves nothing: the looks were not the same", findings.open));
    parts.push(`Of the findings of then, ${findings.standing} still stand.\n`);
  }
  if (moves === null) parts.push("The journals of moves could not be read.\n");
  else {
    parts.push(
      table(
        ["move", "from", "to", "stands", "last record"],
        moves.map(({ function: of, from, to, state, at }) => [
          name(of),
          name(from),
          to === null ? "taken away" : name(to),
          state,
          moment(at),
        ]),
      ),
    );
  }
  return parts.filter((part) => part !== "").join("\n");
}

export function capacityText({ capacity }: FleetDocument): string {
  return (
    table(
      ["region", "vCPU in use", "quota", "warning from", "stands"],
      capacity.map(({ region, vcpu, quota, warnAt, standing, why }) => [
        name(region),
        vcpu === null ? "not known" : vcpuText(vcpu),
        quota === null ? "none stated" : vcpuText(quota),
        warnAt === null ? "" : vcpuText(warnAt),
        why === null ? standing : `${standing}: ${text(why)}`,
      ]),
    ) || "No region is known.\n"
  );
}

export function runtimesText({ runtimes }: FleetDocument): string {
  return (
    table(
      ["runtime", "functions", "deprecated", "gone", "stands"],
      runtimes.map(({ runtime, copies, deprecated, decommissioned, standing, confirmed }) => [
        name(runtime),
        copies,
        deprecated ?? "",
        decommissioned ?? "",
        confirmed ? standing : `${standing} (not confirmed)`,
      ]),
    ) || "No runtime is known.\n"
  );
}

export function scoreSectionText({ score, history }: FleetDocument): string {
  const parts = [
    score.overall === null ? "No score: nothing was checked.\n" : `**${scoreText(score.overall)}** of 10.\n`,
    table(
      ["area", "score", "passed", "checked", "weight"],
      score.parts.map(({ area, score: own, passed, checked, weight }) => [
        area,
        scoreText(own),
        passed,
        checked,
        weight,
      ]),
    ),
    history === null
      ? "No history is kept: `--history FILE` adds each report's score to a file.\n"
      : table(
          ["look", "score", "errors", "warnings", "gaps", "not asked"],
          history
            .map(({ takenAt, overall, errors, warnings, gaps, notAsked }) => [
              moment(takenAt),
              scoreText(overall),
              errors,
              warnings,
              gaps,
              notAsked.join(", "),
            ])
            .toReversed(),
        ),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

export function adviceText({ advice }: FleetDocument): string {
  const groups = [...Map.groupBy(advice, ({ kind }) => kind)].map(([kind, items]) => {
    const lines = items.map(
      ({ text: words, functions }) => `${text(words)}${functions.length === 0 ? "" : ` ${names(functions, "")}`}`,
    );
    return `### ${adviceWords[kind].title}\n\n${adviceWords[kind].about}\n\n${list(lines)}`;
  });
  return ["To think about; nothing here is a fault.\n", ...groups].join("\n");
}

function copyList(title: string, changes: readonly CopyChange[]): string {
  if (changes.length === 0) return "";
  const lines = changes.map(({ function: of, from, to }) => {
    const where = from === null ? `in ${name(to)}` : to === null ? `from ${name(from)}` : `${name(from)} → ${name(to)}`;
    return `${name(of)} ${where}`;
  });
  return `### ${title} (${changes.length})\n\n${list(lines)}`;
}

function findingList(title: string, changes: readonly FindingChange[]): string {
  if (changes.length === 0) return "";
  const lines = changes.map(({ function: of, rule, message }) => `${name(of)} ${name(rule)}: ${text(message)}`);
  return `### ${title} (${changes.length})\n\n${list(lines)}`;
}
