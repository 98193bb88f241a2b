import type { DeploymentEvent, Operation, Part } from "../model/deployment.ts";
import { visible } from "../report/visible.ts";
import type { GlobalOptions } from "./command.ts";
import type { Io } from "./io.ts";

/** Tells on standard error how far a deployment is. */
export interface DeployProgress {
  readonly hear: (event: DeploymentEvent) => void;
  /** Wipes the line where one stands. */
  readonly clear: () => void;
}

const words: Readonly<Record<Operation, string>> = {
  create: "created",
  update: "changed",
  replace: "made anew",
  delete: "removed",
  adopt: "taken over",
  forget: "no longer looked after",
};

/** Lines of a log that a whole deployment takes, whatever its size. */
const mostLines = 20;

/** Parts to a line of a log where nobody has counted them. */
const uncountedStep = 50;

/**
 * On a terminal one line that is drawn over and over, as wide as the terminal at most; in CI and in pipes a line for every
 * twentieth of it; with `--verbose` a line for every part. Failures have a line of their own in each.
 * @param total parts that are to change, as the preview counted them; null where nobody has counted
 */
export function deployProgress(
  io: Io,
  global: Pick<GlobalOptions, "quiet" | "verbose">,
  total: number | null,
  nameOf: (part: Part) => string,
): DeployProgress {
  if (global.quiet) return { hear: () => {}, clear: () => {} };
  const draws = io.stderr.isTerminal && (io.env.CI ?? "") === "" && io.env.TERM !== "dumb";
  const every = total === null ? uncountedStep : Math.max(1, Math.ceil(total / mostLines));
  let done = 0;
  let failed = 0;
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) void io.stderr.write("\r\u001b[K");
    isDrawn = false;
  };
  const line = (text: string): void => {
    clear();
    void io.stderr.write(`${text}\n`);
  };
  const count = (): string => {
    const of = total === null ? "" : `/${Math.max(done, total)}`;
    return `${done}${of} ${(total ?? done) === 1 ? "part" : "parts"} done${failed > 0 ? `, ${failed} failed` : ""}`;
  };
  const draw = (now: string): void => {
    const width = Math.max(20, (io.stderr.columns ?? 80) - 1);
    void io.stderr.write(`\r\u001b[K${`${count()}: ${now}`.slice(0, width)}`);
    isDrawn = true;
  };
  return {
    clear,
    hear(event) {
      if (event.kind === "failed") {
        failed++;
        const { part, message } = event.failure;
        const what = part === null ? "" : `${visible(nameOf(part))}: `;
        line(`failed  ${what}${visible(message.split("\n")[0] ?? "")}`);
      } else if (event.kind === "done") {
        done++;
        const name = visible(nameOf(event.change.part));
        if (global.verbose) line(`${String(done).padStart(5)}  ${words[event.change.operation]}  ${name}`);
        else if (draws) draw(name);
        else if (done % every === 0 && done < (total ?? Number.POSITIVE_INFINITY)) line(`${count()}`);
      } else if (event.kind === "begun" && draws && !global.verbose) draw(visible(nameOf(event.change.part)));
    },
  };
}
