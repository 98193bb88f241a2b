import type { ChalkInstance } from "chalk";
import type { Drift } from "../model/state.ts";
import { wrap } from "./layout.ts";
import { nameOf } from "./part-name.ts";
import type { Entry } from "./short-list.ts";
import { visible } from "./visible.ts";

/** What somebody else has changed or deleted, by region and function; the changes above put it back or leave it so. */
export function driftLines(drifts: readonly Drift[], width: number, paint: ChalkInstance): Entry[] {
  const lost = new Set(drifts.filter(({ part, kind }) => part.kind === "function" && kind === "gone").map(copyOf));
  // What hung on a function that is gone went with it.
  const told = drifts.filter((one) => one.part.kind === "function" || !lost.has(copyOf(one)));
  const sorted = told.sort((one, other) => {
    const [first, second] = [one, other].map(({ part }) => `${part.region ?? ""} ${nameOf(part)}`);
    return (first ?? "") < (second ?? "") ? -1 : 1;
  });
  return sorted.map(({ part, kind, fields }) => {
    const name = visible(nameOf(part));
    if (kind === "gone") return { lines: [`  ${paint.red("-")} ${name} is gone`], keep: false };
    const lines = [
      `  ${paint.yellow("~")} ${name}`,
      ...fields.flatMap(({ field, state, cloud }) => {
        const was = state === null ? "not set" : visible(state);
        const now = cloud === null ? "not set" : visible(cloud);
        const values = state === null && cloud === null ? " differs" : `: ${was} as deployed, ${now} now`;
        return wrap(`${visible(field)}${values}`, width, "        ", "          ");
      }),
    ];
    return { lines, keep: false };
  });
}

function copyOf({ part }: Drift): string {
  return `${part.function} ${part.region}`;
}
