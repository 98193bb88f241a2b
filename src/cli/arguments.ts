import { Argument, Command as Commander, CommanderError, Option } from "commander";
import { didYouMean } from "../manifest/nearest.ts";
import { sourceNames } from "../model/gap.ts";
import { InputError } from "../model/problem.ts";
import {
  type ArgumentSpec,
  type Command,
  choice,
  type Example,
  flag,
  type GlobalOptions,
  type Invocation,
  type OptionSpec,
  value,
} from "./command.ts";
import { readDay } from "./day.ts";
import { exitCodeMeanings } from "./exit.ts";
import { formatOption, readOutputs } from "./formats.ts";
import { inputError } from "./input-error.ts";
import { readSources } from "./read-sources.ts";

const globalOptions = {
  manifest: value("-m, --manifest <file>", "regions.yaml to use (default: the nearest one upwards)"),
  environment: value("--env <name>", "environment of the manifest (default: its defaultEnvironment)"),
  format: formatOption([]),
  sources: value("--sources <names>", `facts to look at, of ${sourceNames.join(",")} (default: what is configured)`),
  root: value("--root <folder>", "folder of the code (default: the manifest's, else the working directory)"),
  today: value("--today <day>", "day to judge dates by, as YYYY-MM-DD (default: today)"),
  failOn: choice("--fail-on <severity>", "findings that end with exit code 1 (default: error)", ["error", "warning"]),
  color: flag("--no-color", "no colours, as with NO_COLOR"),
  quiet: flag("--quiet", "no progress and no remarks on standard error"),
  verbose: flag("--verbose", "more detail"),
  cache: flag("--no-cache", "read the code anew, and remember nothing of it"),
} as const;

type Specs = Readonly<Record<string, OptionSpec<unknown>>>;

/** What was typed, or the help that was asked for instead. */
export type Parsed = { readonly kind: "run"; readonly invocation: Invocation<Specs> } | Help;

interface Help {
  readonly kind: "help";
  readonly text: string;
}

/**
 * Reads what follows the command's name (global options may stand before it, too: the caller takes only the name
 * out). Throws InputError for anything the command does not know.
 */
export function parseArguments(command: Command, argv: readonly string[], today: string, width: number): Parsed {
  const { commander, own, global } = commanderOf(command);
  const help = captureHelp(commander, width);
  try {
    commander.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return { kind: "help", text: help() };
    throw usageError(error, command);
  }
  const raw = commander.opts<Record<string, unknown>>();
  refuseEmpty(commander);
  const args = command.arguments.flatMap((spec, index): (string | null)[] => {
    const arg: unknown = commander.processedArgs[index];
    if (spec.many === true) return Array.isArray(arg) ? arg.map(String) : [];
    return [typeof arg === "string" ? arg : null];
  });
  return {
    kind: "run",
    invocation: { args, options: readOptions(own, raw), global: readGlobal(readOptions(global, raw), today, command) },
  };
}

/** Heading of the options that `commanderOf` adds to every command's own. */
export const everyCommand = "Options of every command:";

/** A command as commander knows it: what `--help` says, and what the page of all commands is made of. */
export function commanderOf(command: Command) {
  const commander = new Commander(`regions ${command.name}`);
  commander.description(command.description);
  for (const spec of command.arguments) commander.addArgument(argumentOf(spec));
  const own = addOptions(commander, command.options);
  const specs = { ...globalOptions, format: formatOption(command.formats ?? []) };
  const global = addOptions(commander, specs, everyCommand);
  commander.helpOption("-h, --help", "this help");
  commander.addHelpText("after", exampleText(command.examples));
  return { commander, own, global };
}

/** `--root "$UNSET"` must not quietly mean the working directory. */
function refuseEmpty(commander: Commander): void {
  const empty = commander.options.filter((option) => {
    const given: unknown = commander.getOptionValue(option.attributeName());
    return given === "" || (Array.isArray(given) && given.includes(""));
  });
  if (empty.length === 0) return;
  throw new InputError(
    empty.map(({ long }) => ({
      place: null,
      message: `${long} is given nothing.`,
      mend: "Give it a value, or leave it away.",
      excerpt: null,
    })),
  );
}

/** Names of the global options that take a value, so that `regions --env sandbox audit` finds its command. */
export function takesValue(word: string): boolean {
  return Object.values(globalOptions).some((spec) => {
    const [flags = "", argument] = spec.flags.split(" <");
    return argument !== undefined && flags.split(", ").includes(word);
  });
}

const exitCodeText = `
Exit codes:
${exitCodeMeanings.map(([code, meaning]) => `  ${String(code).padEnd(3)}  ${meaning}`).join("\n")}`;

/** Help of the program itself, with every command's summary. */
export function topHelp(commands: readonly Command[], width: number): string {
  const commander = new Commander("regions");
  commander.usage("COMMAND [options]");
  commander.description(
    "Keeps every Cloud Function in the region that regions.yaml gives it, and every caller and webhook pointed there.",
  );
  for (const command of commands) commander.command(command.name).description(command.summary);
  commander.helpCommand(false);
  addOptions(commander, globalOptions);
  commander.option("-V, --version", "the version");
  commander.helpOption("-h, --help", "this help; `regions COMMAND --help` has more and examples");
  const example = (command: string, does: string): Example => ({ command, does });
  commander.addHelpText(
    "after",
    exampleText([
      example("regions audit --root path/to/repository", "first look, with no manifest and no credentials"),
      example("regions init --deployed listing.txt -o regions.yaml", "a first manifest from `firebase functions:list`"),
      example("regions audit --env production", "everything deployed, written and registered, against the manifest"),
    ]),
  );
  commander.addHelpText("after", exitCodeText);
  return helpOf(commander, width);
}

function helpOf(commander: Commander, width: number): string {
  const help = captureHelp(commander, width);
  commander.outputHelp();
  return help();
}

function captureHelp(commander: Commander, width: number): () => string {
  let text = "";
  commander.exitOverride();
  commander.configureOutput({
    writeOut: (chunk) => {
      text += chunk;
    },
    writeErr: () => {},
    getOutHelpWidth: () => width,
    getOutHasColors: () => false,
  });
  return () => inReadingOrder(text);
}

/** What a person looks for first stands first: commands before options, a command's own options before everyone's. */
function inReadingOrder(help: string): string {
  const order = ["Commands:", "Options:", everyCommand, "Examples:", "Exit codes:"];
  const rank = (block: string) => order.findIndex((heading) => block.startsWith(`${heading}\n`));
  return `${help
    .trimEnd()
    .split("\n\n")
    .sort((a, b) => rank(a) - rank(b))
    .join("\n\n")}\n`;
}

function argumentOf(spec: ArgumentSpec): Argument {
  const name = spec.many === true ? `${spec.name}...` : spec.name;
  const argument = new Argument(spec.required ? `<${name}>` : `[${name}]`, spec.description);
  return spec.choices === null ? argument : argument.choices([...spec.choices]);
}

type Bound<S extends Specs> = readonly {
  readonly key: keyof S & string;
  readonly attribute: string;
  readonly spec: S[string];
}[];

function addOptions<S extends Specs>(commander: Commander, specs: S, heading?: string): Bound<S> {
  return Object.entries(specs).map(([key, spec]) => {
    const option = new Option(spec.flags, spec.description);
    if (spec.choices !== null) option.choices([...spec.choices]);
    if (spec.many === true)
      option.argParser((given, before: unknown) => [...(Array.isArray(before) ? before : []), given]);
    if (heading !== undefined) option.helpGroup(heading);
    commander.addOption(option);
    return { key, attribute: option.attributeName(), spec: spec as S[string] };
  });
}

function readOptions<S extends Specs>(bound: Bound<S>, raw: Record<string, unknown>) {
  const entries = bound.map(({ key, attribute, spec }) => [key, spec.read(raw[attribute])] as const);
  return Object.fromEntries(entries) as { readonly [K in keyof S]: S[K] extends OptionSpec<infer T> ? T : never };
}

type RawGlobal = {
  readonly [K in keyof typeof globalOptions]: (typeof globalOptions)[K] extends OptionSpec<infer T> ? T : never;
};

function readGlobal(raw: RawGlobal, today: string, command: Command): GlobalOptions {
  const outputs = readOutputs(raw.format, command);
  return {
    manifest: raw.manifest,
    environment: raw.environment,
    format: outputs.some(({ format, file }) => format === "json" && file === null) ? "json" : "text",
    outputs,
    sources: raw.sources === null ? null : readSources("--sources", raw.sources.split(",")),
    root: raw.root,
    today: raw.today === null ? today : readDay("--today", raw.today),
    failOn: raw.failOn ?? "error",
    // Commander reads "--no-color" as `color`, true unless the flag is given.
    color: raw.color,
    quiet: raw.quiet,
    verbose: raw.verbose,
    cache: raw.cache,
  };
}

function exampleText(examples: readonly Example[]): string {
  const lines = examples.map(({ command, does }) => `  ${command}\n      ${does}`);
  return lines.length === 0 ? "" : `\nExamples:\n${lines.join("\n")}`;
}

function usageError(error: CommanderError, command: Command): InputError {
  const [first = "", second = ""] = error.message.replace(/^error: /, "").split("\n");
  const message = `${first.charAt(0).toUpperCase()}${first.slice(1)}${/[.?!]$/.test(first) ? "" : "."}`;
  const flag = /^\(Did you mean (.+)\?\)$/.exec(second)?.[1];
  // Commander suggests flags; for values with choices the nearest one is ours to find.
  const word = /value '([^']*)'/.exec(first)?.[1];
  const choices = [...command.arguments, ...Object.values(command.options), ...Object.values(globalOptions)].flatMap(
    (spec) => spec.choices ?? [],
  );
  const meant = flag === undefined ? word && didYouMean(word, choices) : `did you mean ${flag}?`;
  return inputError(message, meant || `See \`regions ${command.name} --help\`.`);
}
