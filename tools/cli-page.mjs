// docs/cli.md, from the definitions that commander itself parses and helps by.
import { commanderOf, everyCommand } from "../src/cli/arguments.ts";
import { exitCodeMeanings } from "../src/cli/exit.ts";

/** The page of these commands, as Markdown. */
export function cliPage(commands) {
  const [first] = commands;
  const everywhere = first === undefined ? [] : shownOptions(first, true);
  const list = commands.map(({ name, summary }) => `| [\`regions ${name}\`](#regions-${name}) | ${cell(summary)} |`);
  return `${[
    "# Commands",
    "Every command with its options, as `regions COMMAND --help` has them. `npm run docs` writes this page from the same definitions.",
    ["| command | does |", "|---|---|", ...list].join("\n"),
    "## Options of every command",
    "They may stand before the command's name, too. `regions --version` prints the version.",
    optionTable(everywhere.map(generalFormat)),
    "## Exit codes",
    ["| code | meaning |", "|---|---|", ...exitCodeMeanings.map(([code, text]) => `| ${code} | ${cell(text)} |`)].join(
      "\n",
    ),
    ...commands.flatMap(section),
  ].join("\n\n")}\n`;
}

function section(command) {
  const { commander } = commanderOf(command);
  const args = commander.registeredArguments.map((argument) => {
    const name = argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
    return { name, text: argument.description + choicesOf(argument.argChoices) };
  });
  const own = shownOptions(command, false);
  // What `--format` takes differs from command to command.
  const format = command.formats === undefined ? [] : shownOptions(command, true).filter(isFormat);
  const examples = command.examples.map(({ command: line, does }) => `${line}\n    # ${does}`);
  return [
    `## regions ${command.name}`,
    command.description,
    `Usage: \`${commander.name()} ${commander.usage()}\``,
    ...(args.length === 0
      ? []
      : [
          ["| argument | |", "|---|---|", ...args.map(({ name, text }) => `| \`${name}\` | ${cell(text)} |`)].join(
            "\n",
          ),
        ]),
    ...(own.length + format.length === 0 ? [] : [optionTable([...own, ...format])]),
    ...(examples.length === 0 ? [] : [`\`\`\`sh\n${examples.join("\n")}\n\`\`\``]),
  ];
}

/** The options of a command that its help shows: its own, or those of every command. */
function shownOptions(command, general) {
  const { commander } = commanderOf(command);
  return commander.options.filter((one) => !one.hidden && (one.helpGroupHeading === everyCommand) === general);
}

const isFormat = (option) => option.long === "--format";

function generalFormat(option) {
  if (!isFormat(option)) return option;
  return { flags: option.flags, description: 'what standard output carries (choices: "text", "json"); some have more' };
}

function optionTable(options) {
  const rows = options.map(
    ({ flags, description, argChoices }) => `| \`${flags}\` | ${cell(description + choicesOf(argChoices))} |`,
  );
  return ["| option | does |", "|---|---|", ...rows].join("\n");
}

function choicesOf(choices) {
  return choices === undefined ? "" : ` (choices: ${choices.map((one) => `"${one}"`).join(", ")})`;
}

/** Text for a cell: a bar would end it, and what looks like a tag would be taken for one. */
function cell(text) {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
