import { Chalk } from "chalk";
import { wrap } from "./layout.ts";

/** A rule's page (Markdown) for a terminal: headings bold, text wrapped, examples indented, fences gone. */
export function rulePageText(page: string, options: { readonly width: number; readonly color: boolean }): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const lines: string[] = [];
  let fence: string | null = null;
  for (const line of page.trimEnd().split("\n")) {
    const mark = /^```(\w*)/.exec(line);
    if (mark !== null) {
      fence = fence === null ? (mark[1] ?? "") : null;
    } else if (fence === "text") {
      const indent = `    ${/^ */.exec(line)?.[0] ?? ""}`;
      lines.push(...wrap(line.trim(), options.width, indent, indent).map((one) => one.trimEnd()));
    } else if (fence !== null) {
      // Input is copied into files: it is never broken.
      lines.push(`    ${line}`);
    } else if (line.startsWith("#")) {
      lines.push(paint.bold(line.replace(/^#+ /, "")));
    } else {
      const number = /^\d+\. /.exec(line)?.[0] ?? "";
      lines.push(...wrap(line.slice(number.length), options.width, number, " ".repeat(number.length)));
    }
  }
  return `${lines.join("\n")}\n`;
}
