import type { Severity } from "../model/finding.ts";
import type { SourceName } from "../model/gap.ts";
import type { ExitCode } from "./exit.ts";
import type { Io } from "./io.ts";

/** One option of a command. `T` is what the handler gets. */
export interface OptionSpec<T> {
  /** As commander writes it: "-o, --output <file>". */
  readonly flags: string;
  readonly description: string;
  /** Allowed values; null = any. */
  readonly choices: readonly string[] | null;
  /** May be given several times. */
  readonly many?: true;
  readonly read: (raw: unknown) => T;
}

/** An option that is there or not. */
export function flag(flags: string, description: string): OptionSpec<boolean> {
  return { flags, description, choices: null, read: (raw) => raw === true };
}

/** An option with a value; null when it is not given. */
export function value(flags: string, description: string): OptionSpec<string | null> {
  return { flags, description, choices: null, read: (raw) => (typeof raw === "string" ? raw : null) };
}

/** An option with a value that may be given several times. */
export function values(flags: string, description: string): OptionSpec<readonly string[]> {
  const read = (raw: unknown): readonly string[] => (Array.isArray(raw) ? raw.map(String) : []);
  return { flags, description, choices: null, many: true, read };
}

/** An option with one of a few values; null when it is not given. */
export function choice<const C extends string>(
  flags: string,
  description: string,
  choices: readonly C[],
): OptionSpec<C | null> {
  return { flags, description, choices, read: (raw) => choices.find((one) => one === raw) ?? null };
}

export interface ArgumentSpec {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly choices: readonly string[] | null;
  /** Takes all that follow; the last argument of a command alone. */
  readonly many?: true;
}

/** One thing that `--format` asks for. */
export interface OutputChoice {
  readonly format: string;
  /** Path as typed; null = standard output. */
  readonly file: string | null;
}

/** Options that every command takes. */
export interface GlobalOptions {
  /** Path as typed; null = look for regions.yaml from the working directory upwards. */
  readonly manifest: string | null;
  readonly environment: string | null;
  /** What standard output carries, of the two formats that every command has. */
  readonly format: "text" | "json";
  /** All that `--format` asks for; one of them at most goes to standard output. */
  readonly outputs: readonly OutputChoice[];
  /** Null = what the manifest configures. */
  readonly sources: readonly SourceName[] | null;
  readonly root: string | null;
  /** YYYY-MM-DD. */
  readonly today: string;
  readonly failOn: Severity;
  readonly color: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** False: the code is read anew, and nothing of it is remembered. */
  readonly cache: boolean;
}

type Values<O> = { readonly [K in keyof O]: O[K] extends OptionSpec<infer T> ? T : never };

export interface Invocation<O> {
  /** Positional arguments, in order; null where an optional one is missing. Of one that takes many: each, and none is null. */
  readonly args: readonly (string | null)[];
  readonly options: Values<O>;
  readonly global: GlobalOptions;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `--help` of the command says first. */
  readonly description: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: Readonly<Record<string, OptionSpec<unknown>>>;
  readonly examples: readonly Example[];
  /** What it can print besides text and json; left out: nothing. Only where there is more may `--format` name files. */
  readonly formats?: readonly string[];
  /** How long it may take to end what it is at after Ctrl-C; left out: a few seconds. A second Ctrl-C ends it at once. */
  readonly graceMilliseconds?: number;
  readonly run: (invocation: Invocation<Record<string, OptionSpec<unknown>>>, io: Io) => Promise<ExitCode>;
}

export interface Example {
  readonly command: string;
  readonly does: string;
}

interface CommandDefinition<O extends Readonly<Record<string, OptionSpec<unknown>>>> extends Omit<Command, "run"> {
  readonly options: O;
  readonly run: (invocation: Invocation<O>, io: Io) => Promise<ExitCode>;
}

/** A command as one value: what it is called, what it takes, examples, and what it does, with typed options. */
export function defineCommand<const O extends Readonly<Record<string, OptionSpec<unknown>>>>(
  definition: CommandDefinition<O>,
): Command {
  // Sound because the options a handler gets are made from this very definition (see parse.ts).
  return definition as unknown as Command;
}
