import { didYouMean } from "../../manifest/nearest.ts";
import { pad } from "../../report/layout.ts";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
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
    if (rule === null) {
      const rows = names.map((name) => ({ rule: name, summary: summaryOf(rulePage(name)) }));
      const width = Math.max(...names.map((name) => name.length));
      const text = rows.map((row) => `${pad(row.rule, width)}  ${row.summary}`.trimEnd()).join("\n");
      await io.stdout.write(
        global.format === "json" ? `${JSON.stringify({ version: 1, rules: rows }, null, 2)}\n` : `${text}\n`,
      );
      return exitCodes.clean;
    }
    if (!names.includes(rule)) {
      throw inputError(`There is no rule "${rule}".`, didYouMean(rule, names) ?? "`regions explain` lists the rules.");
    }
    const page = rulePage(rule);
    await io.stdout.write(global.format === "json" ? `${JSON.stringify({ version: 1, rule, page }, null, 2)}\n` : page);
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
