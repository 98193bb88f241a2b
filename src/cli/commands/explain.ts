import { didYouMean } from "../../manifest/nearest.ts";
import { wrap } from "../../report/layout.ts";
import { rulePageText } from "../../report/rule-page.ts";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import { wantsColor, widthOf } from "../io.ts";
import { ruleNames, rulePage } from "../rule-pages.ts";

export const explain = defineCommand({
  name: "explain",
  summary: "what a rule means, why, an example that fails, and the mend",
  description: "Prints the page of a rule; without a name, the list of all rules.",
  arguments: [{ name: "rule", description: "id of the rule, as in a finding", required: false, choices: null }],
  options: {},
  examples: [
    { command: "regions explain", does: "all rules with one line each" },
    { command: "regions explain mismatched-caller", does: "the page of one rule" },
  ],
  run: async ({ args: [rule = null], global }, io) => {
    const names = ruleNames();
    const width = widthOf(io);
    if (rule === null) {
      const rows = names.map((name) => ({ rule: name, summary: summaryOf(rulePage(name)) }));
      const indent = Math.max(...names.map((name) => name.length)) + 2;
      const text = rows
        .flatMap((row) => wrap(row.summary, width, row.rule.padEnd(indent), " ".repeat(indent)))
        .join("\n");
      await io.stdout.write(
        global.format === "json" ? `${JSON.stringify({ version: 1, rules: rows }, null, 2)}\n` : `${text}\n`,
      );
      return exitCodes.clean;
    }
    if (!names.includes(rule)) {
      throw inputError(`There is no rule "${rule}".`, didYouMean(rule, names) ?? "`regions explain` lists the rules.");
    }
    const page = rulePage(rule);
    await io.stdout.write(
      global.format === "json"
        ? `${JSON.stringify({ version: 1, rule, page }, null, 2)}\n`
        : rulePageText(page, { width, color: wantsColor(io, global.color) }),
    );
    return exitCodes.clean;
  },
});

/** First sentence of the page's first paragraph. */
function summaryOf(page: string): string {
  const paragraph = page
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .find((block) => block !== "" && !block.startsWith("#"));
  const line = (paragraph ?? "").replaceAll(/\s+/g, " ");
  return /^.*?[.!?](?=\s|$)/.exec(line)?.[0] ?? line;
}
