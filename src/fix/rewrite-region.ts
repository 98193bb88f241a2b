import { type Attempt, type Bench, type Proposal, rowsOf, spot, type Task } from "./task.ts";
import { indentAt, lineEndAt, offsetOf, type TextEdit } from "./text-edit.ts";

/** Names the region at a Hosting rewrite that names none; one that names a wrong one is a plain text like others. */
export function rewriteRewrites(bench: Bench, tasks: readonly Task[]): Attempt {
  const reasons = new Map<Task, string>();
  const proposals: Proposal[] = [];
  for (const task of tasks) {
    const [row, ...others] = rowsOf(task, bench.reading);
    if (row === undefined || others.length > 0 || row.how !== "rewrite" || row.regionPlace !== null) continue;
    const text = bench.project.text(row.file);
    const start = text === null ? null : offsetOf(text, row.line, row.column);
    const edits = text === null || start === null ? null : regionAtRewrite(row.file, text, start, task.region);
    if (edits === null) reasons.set(task, `the rewrite at ${spot(row)} is not written as expected`);
    else proposals.push({ tasks: [task], edits, what: `region ${task.region} for the rewrite` });
  }
  return { proposals, reasons };
}

/** `"function": "x"` becomes an object; an object gets a `region` after its `functionId` or `serviceId`. */
export function regionAtRewrite(file: string, text: string, start: number, region: string): TextEdit[] | null {
  const end = endOfObject(text, start);
  if (end === null) return null;
  const rewrite = text.slice(start, end);
  const plain = /(["']?)function\1\s*:\s*((["'])[^"'\n]*\3)/.exec(rewrite);
  if (plain?.[2] !== undefined && plain[3] !== undefined) {
    const quote = plain[3];
    const key = (name: string) => plain[1] + name + plain[1];
    const to = start + plain.index + plain[0].length;
    const from = to - plain[2].length;
    const value = `{ ${key("functionId")}: ${plain[2]}, ${key("region")}: ${quote}${region}${quote} }`;
    return [{ file, start: from, end: to, text: value }];
  }
  const object = /(["']?)(?:functionId|serviceId)\1(\s*:\s*)(["'])[^"'\n]*\3/.exec(rewrite);
  if (object === null) return null;
  const at = start + object.index + object[0].length;
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, start + object.index);
  const separator = line.trim() === "" ? lineEndAt(text, at) + indentAt(text, start + object.index) : " ";
  const quote = object[3] ?? '"';
  const pair = `${object[1]}region${object[1]}${object[2]}${quote}${region}${quote}`;
  return [{ file, start: at, end: at, text: `,${separator}${pair}` }];
}

/** Offset behind the bracket that closes the object at `start`; comments and texts are stepped over. */
function endOfObject(text: string, start: number): number | null {
  if (text[start] !== "{") return null;
  let depth = 0;
  const token = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[{}]/g;
  token.lastIndex = start;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === "{") depth++;
    else if (match[0] === "}" && --depth === 0) return token.lastIndex;
  }
  return null;
}
