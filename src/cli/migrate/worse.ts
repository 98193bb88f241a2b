import { type ExitCode, exitCodes } from "../exit.ts";

const rank: readonly ExitCode[] = [
  exitCodes.clean,
  exitCodes.waiting,
  exitCodes.gap,
  exitCodes.findings,
  exitCodes.usage,
  exitCodes.failed,
];

/** Of several moves: a failure says more than a wait, and a wait more than an end. */
export function worse(a: ExitCode, b: ExitCode): ExitCode {
  return rank.indexOf(a) >= rank.indexOf(b) ? a : b;
}

/** Whether what comes after it may begin: it has ended, or waits. */
export function isInOrder(code: ExitCode): boolean {
  return code === exitCodes.clean || code === exitCodes.waiting;
}
