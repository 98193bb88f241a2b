import type { Advice, FunctionRow } from "../../../model/document.ts";
import { subjectOf } from "../../../model/name-words.ts";
import type { Advisor } from "./advisor.ts";

/** Fewest functions that are worth the work of a merge. */
const smallest = 8;

/** Callables about one thing, of one class, size and region: each is a service with instances of its own. */
export const mergeable: Advisor = ({ view, functions }) => {
  const key = (row: FunctionRow): string | null => {
    const subject = subjectOf(row.name);
    const entry = view.manifest?.functions.get(row.name);
    if (subject === null || entry === undefined || row.trigger !== "callable" || row.standing !== "in place")
      return null;
    const { class: of, codebase, regions, runtime, memoryMiB, cpu } = entry;
    return JSON.stringify([subject, of, codebase, regions, runtime, memoryMiB, cpu]);
  };
  const families = Map.groupBy(functions, key);
  const advice: Advice[] = [];
  for (const [family, members] of families) {
    if (family === null || members.length < smallest) continue;
    const names = members.map(({ name }) => name);
    advice.push({
      kind: "merge",
      text: `${members.length} callables about "${subjectOf(names[0] ?? "")}" in class ${members[0]?.class}.`,
      functions: names,
    });
  }
  return { advice: advice.sort((a, b) => b.functions.length - a.functions.length), noAdvice: [] };
};
