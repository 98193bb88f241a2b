import type { Node } from "oxc-parser";
import { callAt } from "./call-at.ts";
import { type Attempt, type Bench, type Proposal, rowsOf, spot, type Task } from "./task.ts";

/** `taskQueue("x")` means us-central1: gives it the long name that carries the region. */
export function rewriteQueueNames(bench: Bench, tasks: readonly Task[]): Attempt {
  const reasons = new Map<Task, string>();
  const proposals: Proposal[] = [];
  for (const task of tasks) {
    const [row, ...others] = rowsOf(task, bench.reading);
    if (row === undefined || others.length > 0 || row.how !== "enqueuer" || row.regionPlace !== null) continue;
    const site = callAt(bench, row);
    const outcome =
      site === null
        ? "the call cannot be found in its file"
        : editOf(site.node, site.module.text, task, row.targets[0]?.function ?? "");
    if (typeof outcome === "string") reasons.set(task, outcome.replace("$at", spot(row)));
    else proposals.push({ tasks: [task], edits: [{ file: row.file, ...outcome }], what: `queue in ${task.region}` });
  }
  return { proposals, reasons };
}

function editOf(node: Node, text: string, { region }: Task, name: string) {
  if (node.type !== "CallExpression" || node.arguments.length !== 1)
    return "the call at $at has more to it than a name";
  const [argument] = node.arguments;
  if (argument === undefined) return "the call at $at names no queue";
  const { start, end } = argument;
  const long = `locations/${region}/functions/`;
  const isPlain = argument.type === "TemplateLiteral" && argument.expressions.length === 0;
  if ((argument.type === "Literal" && argument.value === name) || isPlain) {
    return { start: start + 1, end: start + 1, text: long };
  }
  if (argument.type === "Identifier" || argument.type === "MemberExpression") {
    return { start, end, text: `\`${long}\${${text.slice(start, end)}}\`` };
  }
  return "the queue's name at $at is made in a way that cannot be rewritten";
}
