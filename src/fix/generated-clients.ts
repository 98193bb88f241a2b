import { isGeneratedClient } from "../model/generated-code.ts";
import { type Reading, type Refusal, rowsOf, type Task } from "./task.ts";

/** What a generated client calls is mended by generating it anew: an edit in it would be lost with the next time. */
export function apartFromGenerated(
  tasks: readonly Task[],
  reading: Reading,
  textOf: (file: string) => string | null,
): { readonly tasks: readonly Task[]; readonly refused: readonly Refusal[] } {
  const refused: Refusal[] = [];
  const left = tasks.filter((task) => {
    const file = rowsOf(task, reading)
      .map(({ regionPlace }) => regionPlace?.file ?? null)
      .find((one) => one !== null && isGeneratedClient(textOf(one) ?? ""));
    if (file === undefined || file === null) return true;
    const { rule, function: name, place } = task.finding;
    const reason = `its region comes from ${file}, which \`regions generate client\` writes`;
    refused.push({ rule, function: name, place, reason, mend: "Run `regions generate client`." });
    return false;
  });
  return { tasks: left, refused };
}
