import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commanderOf, parseArguments } from "../../src/cli/arguments.ts";
import { defineCommand, flag, values } from "../../src/cli/command.ts";
import { exitCodes } from "../../src/cli/exit.ts";
import { loadCommands } from "../../src/cli/main.ts";
import { cliPage } from "../../tools/cli-page.mjs";

const page = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");

describe("the page of all commands", () => {
  it("shows a command as its definition has it", () => {
    const tidy = defineCommand({
      name: "tidy",
      summary: "puts things where they belong",
      description: "Looks at each thing, and moves it.",
      arguments: [{ name: "what", description: "things to move", required: false, choices: ["shoes", "coats"] }],
      formats: ["list"],
      options: { twice: flag("-t, --twice", "a|b, <and> again"), in: values("--in <room>", "where (default: here)") },
      examples: [{ command: "regions tidy shoes --twice", does: "both of them" }],
      run: async () => exitCodes.clean,
    });
    const [before = "", own = ""] = cliPage([tidy]).split("## regions tidy\n");
    expect(before).toContain("| [`regions tidy`](#regions-tidy) | puts things where they belong |\n");
    expect(own).toBe(`
Looks at each thing, and moves it.

Usage: \`regions tidy [options] [what]\`

| argument | |
|---|---|
| \`[what]\` | things to move (choices: "shoes", "coats") |

| option | does |
|---|---|
| \`-t, --twice\` | a\\|b, &lt;and> again |
| \`--in <room>\` | where (default: here) |
| \`--format <format>\` | what standard output carries; FORMAT=FILE writes a file beside it, and may stand several times (choices: "text", "json", "list") |

\`\`\`sh
regions tidy shoes --twice
    # both of them
\`\`\`
`);
  });

  it("has every command, with every option that commander takes and every choice of an argument", async () => {
    const everywhere = page.slice(0, page.indexOf("## regions "));
    const missing: string[] = [];
    for (const command of await loadCommands()) {
      const [, rest = ""] = page.split(`## regions ${command.name}\n`);
      const own = rest.split("\n## regions ")[0] ?? "";
      for (const { flags } of commanderOf(command).commander.options) {
        if (!`${everywhere}${own}`.includes(`| \`${flags}\` |`)) missing.push(`${command.name} ${flags}`);
      }
      for (const choice of command.arguments.flatMap(({ choices }) => choices ?? [])) {
        if (!own.includes(`"${choice}"`)) missing.push(`${command.name} ${choice}`);
      }
      for (const { command: line } of command.examples) if (!own.includes(`\n${line}\n`)) missing.push(line);
    }
    expect(missing).toEqual([]);
  });

  it("has every exit code, as --help has them", async () => {
    const codes = [...page.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(([, code, meaning]) => [Number(code), meaning]);
    expect(codes.map(([code]) => code)).toEqual(Object.values(exitCodes));
  });

  it("says of options what --help says of them", async () => {
    for (const command of await loadCommands()) {
      const help = parseArguments(command, ["--help"], "2026-11-22", 10_000);
      if (help.kind !== "help") throw new Error("no help");
      const [, rest = ""] = page.split(`## regions ${command.name}\n`);
      const rows = (rest.split("\n## regions ")[0] ?? "").matchAll(/^\| `(--?[^`]+)` \| (.+) \|$/gm);
      for (const [, flags = "", text = ""] of rows) {
        const said = text.replaceAll("\\|", "|").replaceAll("&lt;", "<");
        expect(help.text.replaceAll(/ +/g, " ")).toContain(` ${flags} ${said}`);
      }
    }
  });
});
