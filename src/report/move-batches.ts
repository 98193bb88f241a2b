import type { MovePlan } from "../model/move.ts";
import { table, wrap } from "./layout.ts";
import { visible } from "./visible.ts";

/** Several moves as a person reads them before agreeing: which go together, and what stays as it is. */
export function batchesText(
  batches: readonly (readonly MovePlan[])[],
  leftOut: readonly { readonly function: string; readonly why: string }[],
  width: number,
): string {
  const all = batches.flat();
  const [first] = all;
  const lines: string[] = [];
  if (first !== undefined) {
    const { to, environment, project } = first;
    const inBatches = batches.length === 1 ? "one after the other" : `in ${batches.length} batches`;
    const who = all.length === 1 ? "1 function moves" : `${all.length} functions move`;
    const told = `${who} to ${to} in ${environment} (project ${project})${all.length === 1 ? "" : `, ${inBatches}`}.`;
    const more = batches.length === 1 ? "" : " Each batch has ended or waits before the next one begins.";
    lines.push(...wrap(`${told}${more}`, width, "", ""), "");
    const rows = batches.flatMap((batch, index) =>
      batch.map(({ function: name, kind, from, steps, preconditions }) => {
        const broken = preconditions.filter(({ holds }) => !holds).length;
        const can = broken === 0 ? `${steps.length} steps` : `${broken} in the way`;
        return [String(index + 1), name, kind, from, can];
      }),
    );
    lines.push(...table(["batch", "function", "kind", "from", ""], rows));
  }
  if (leftOut.length > 0) {
    lines.push(...(lines.length === 0 ? [] : [""]), "Left out:");
    for (const { function: name, why } of leftOut) lines.push(...wrap(`${name}: ${why}`, width, "  ", "    "));
  }
  return `${lines.map(visible).join("\n")}\n`;
}
