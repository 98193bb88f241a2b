import type { Advice } from "../../../model/document.ts";
import { counted } from "../../wording.ts";
import type { Advisor } from "./advisor.ts";

const reachable = new Set(["callable", "https", "task"]);

/** Functions that wait to be called, and that nobody who was looked at calls. */
export const uncalled: Advisor = ({ view, functions, calls }) => {
  const { callers, holders } = view.snapshot.sources;
  if (callers !== "read" || holders !== "read") {
    const [source, status] = callers === "read" ? ["holders", holders] : ["callers", callers];
    const why = status === "not asked" ? "were not asked for" : "could not be read in full";
    return { advice: [], noAdvice: [`Functions that nobody calls: ${source} ${why}.`] };
  }
  const untold = calls.filter(({ function: name }) => name === null).length;
  const called = new Set(calls.flatMap(({ function: name }) => name ?? []));
  const idle = functions.filter(
    ({ name, trigger, flows, copies }) =>
      trigger !== null &&
      reachable.has(trigger) &&
      copies.length > 0 &&
      flows.length === 0 &&
      !called.has(name) &&
      view.holdersOf(name).every(({ own }) => own),
  );
  const advice = [...Map.groupBy(idle, ({ class: of }) => of)].map(([of, members]): Advice => {
    const where = of === null ? "without a class" : `of class ${of}`;
    const doubt = untold === 0 ? "" : ` ${counted(untold, "call", "calls")} cannot be told, and may be theirs.`;
    return {
      kind: "uncalled",
      text: `${counted(members.length, "function", "functions")} ${where}.${doubt}`,
      functions: members.map(({ name }) => name),
    };
  });
  return { advice: advice.sort((a, b) => b.functions.length - a.functions.length), noAdvice: [] };
};
