/** How a `firebase deploy` was typed. */
export interface Invocation {
  /** Value of `--only`; null = not given. */
  readonly only: string | null;
  readonly force: boolean;
  /** It says that nobody is to be asked. Where it does not, the CLI goes by whether there is a terminal. */
  readonly nonInteractive: boolean;
  readonly dryRun: boolean;
  /** Value of `--config`: another firebase.json; null = not given. */
  readonly config: string | null;
  /** Path of the CLI, as it was started. */
  readonly program: string;
}

/** Options of the CLI that take a value, so that the value is not taken for the command's name. */
const withValue = new Map([
  ["-P", "project"],
  ["--project", "project"],
  ["--account", "account"],
  ["--token", "token"],
  ["-c", "config"],
  ["--config", "config"],
  ["--only", "only"],
  ["--except", "except"],
  ["-p", "public"],
  ["--public", "public"],
  ["-m", "message"],
  ["--message", "message"],
]);

/**
 * The `firebase deploy` among the command lines of a process's ancestors, the nearest first; null where there is none:
 * it was started by a program, or is another command.
 */
export function findInvocation(ancestors: readonly (readonly string[])[]): Invocation | null {
  for (const words of ancestors) {
    const at = words.slice(0, 4).findIndex(isFirebase);
    if (at < 0) continue;
    const found = readWords(words[at] ?? "", words.slice(at + 1));
    if (found !== null) return found;
  }
  return null;
}

/** `firebase`, `firebase.js` of a package, `firebase.exe`, and the binaries that are downloaded by themselves. */
function isFirebase(word: string): boolean {
  return /(?:^|[\\/])firebase(?:\.js|\.cmd|\.exe|-tools-[a-z0-9-]+(?:\.exe)?)?$/.test(word);
}

function readWords(program: string, words: readonly string[]): Invocation | null {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  let command: string | null = null;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    const [, name = word, given] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? [];
    const key = withValue.get(name);
    if (key !== undefined) {
      const value = given ?? words[++index];
      if (value !== undefined) values.set(key, value);
    } else if (word.startsWith("-")) flags.add(word);
    else command ??= word;
  }
  if (command !== "deploy") return null;
  return {
    only: values.get("only") ?? null,
    force: flags.has("-f") || flags.has("--force"),
    nonInteractive: (flags.has("--non-interactive") || flags.has("--json")) && !flags.has("--interactive"),
    dryRun: flags.has("--dry-run"),
    config: values.get("config") ?? null,
    program,
  };
}
