import { didYouMean } from "../manifest/nearest.ts";
import { ActionError, InputError } from "../model/problem.ts";
import type { Command } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit.ts";
import { inputError } from "./input-error.ts";
import { type Io, widthOf } from "./io.ts";

/** The one list of commands. Only the chosen one is loaded; the list is also the order in `regions --help`. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ["audit", async () => (await import("./commands/audit.ts")).audit],
  ["baseline", async () => (await import("./commands/baseline.ts")).baseline],
  ["replay", async () => (await import("./commands/replay.ts")).replay],
  ["init", async () => (await import("./commands/init.ts")).init],
  ["sync", async () => (await import("./commands/sync.ts")).sync],
  ["fix", async () => (await import("./commands/fix.ts")).fix],
  ["verify", async () => (await import("./commands/verify.ts")).verify],
  ["guard", async () => (await import("./commands/guard.ts")).guard],
  ["generate", async () => (await import("./commands/generate.ts")).generate],
  ["preview", async () => (await import("./commands/preview.ts")).preview],
  ["deploy", async () => (await import("./commands/deploy.ts")).deploy],
  ["adopt", async () => (await import("./commands/adopt.ts")).adopt],
  ["destroy", async () => (await import("./commands/destroy.ts")).destroy],
  ["migrate", async () => (await import("./commands/migrate.ts")).migrate],
  ["prune", async () => (await import("./commands/prune.ts")).prune],
  ["list", async () => (await import("./commands/list.ts")).list],
  ["snapshot", async () => (await import("./commands/snapshot.ts")).snapshot],
  ["doctor", async () => (await import("./commands/doctor.ts")).doctor],
  ["explain", async () => (await import("./commands/explain.ts")).explain],
  ["sandbox", async () => (await import("./commands/sandbox.ts")).sandbox],
  ["schema", async () => (await import("./commands/schema.ts")).schema],
]);

/** All commands, loaded, in the order of the list. */
export function loadCommands(): Promise<readonly Command[]> {
  return Promise.all([...commands.values()].map((load) => load()));
}

/** How long a command may take to tidy up after Ctrl-C, where it does not say more. */
const usualGraceMilliseconds = 3_000;

/**
 * Runs one command line (without "node" and the script) and returns its exit code. Never throws: what is wrong with
 * the input is told in full on standard error, and so is, in one sentence, what no one foresaw.
 */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  let grace = usualGraceMilliseconds;
  const interrupted = new Promise<ExitCode>((resolve) => {
    const stop = () => setTimeout(() => resolve(exitCodes.interrupted), grace).unref();
    if (io.signal.aborted) stop();
    else io.signal.addEventListener("abort", stop, { once: true });
  });
  try {
    const code = await Promise.race([dispatch(argv, io, (ms) => (grace = ms)), interrupted]);
    return io.signal.aborted ? exitCodes.interrupted : code;
  } catch (error) {
    if (io.signal.aborted) return exitCodes.interrupted;
    return tell(error, argv, io);
  }
}

async function dispatch(argv: readonly string[], io: Io, allow: (graceMs: number) => void): Promise<ExitCode> {
  const { parseArguments, takesValue, topHelp } = await import("./arguments.ts");
  const at = commandIndex(argv, takesValue);
  const name = argv[at];
  if (name === undefined || (name === "help" && argv.length === 1)) {
    if (name === undefined && argv.length > 0 && !argv.some((word) => word === "-h" || word === "--help")) {
      throw await unknown(argv[0] ?? "", "No command is given.");
    }
    await io.stdout.write(topHelp(await loadCommands(), widthOf(io)));
    return exitCodes.clean;
  }
  // `regions help audit` is `regions audit --help`.
  const [chosen, rest] =
    name === "help" ? [argv[at + 1] ?? "", ["--help"]] : [name, [...argv.slice(0, at), ...argv.slice(at + 1)]];
  const load = commands.get(chosen);
  if (load === undefined) throw await unknown(chosen, `There is no command "${chosen}".`);
  const command = await load();
  const today = io.now().toISOString().slice(0, 10);
  const parsed = parseArguments(command, rest, today, widthOf(io));
  if (parsed.kind === "help") {
    await io.stdout.write(parsed.text);
    return exitCodes.clean;
  }
  if (command.graceMilliseconds !== undefined) allow(command.graceMilliseconds);
  return command.run(parsed.invocation, io);
}

/** Where the first word stands that is neither an option nor an option's value. */
function commandIndex(argv: readonly string[], takesValue: (word: string) => boolean): number {
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? "";
    if (!word.startsWith("-")) return index;
    if (takesValue(word)) index++;
  }
  return argv.length;
}

async function unknown(word: string, message: string): Promise<InputError> {
  const { byHand } = await import("./planned.ts");
  const instead = byHand(word);
  if (instead !== null) return inputError(`\`regions ${word}\` is planned, and not in this version.`, instead);
  const mend = didYouMean(word, commands.keys()) ?? "See `regions --help` for the commands.";
  return inputError(message, mend);
}

async function tell(error: unknown, argv: readonly string[], io: Io): Promise<ExitCode> {
  const { problemsText, unforeseenText } = await import("./problems.ts");
  if (error instanceof InputError) {
    await io.stderr.write(problemsText(error.problems));
    return error instanceof ActionError ? exitCodes.failed : exitCodes.usage;
  }
  await io.stderr.write(unforeseenText(error, argv.includes("--verbose")));
  // Whatever was asked for was not looked at, and nothing may take that for clean.
  return exitCodes.gap;
}
