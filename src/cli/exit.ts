import type { Report, Severity } from "../model/finding.ts";
import { sourceNames } from "../model/gap.ts";

/** Exit codes of every command. Frozen: CI jobs of others depend on them. */
export const exitCodes = {
  /** Nothing at or above `--fail-on`, and no gap. */
  clean: 0,
  findings: 1,
  /** Wrong usage, a wrong manifest, or another file that cannot be understood. */
  usage: 2,
  /** Something that was asked for could not be looked at, and there is no finding. */
  gap: 3,
  /** An action failed; the journal says how to go on. */
  failed: 4,
  /** A move that needs time; nothing is wrong. */
  waiting: 5,
  /** Ctrl-C, or a signal that asks to end. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What they mean, for `--help` and for the page of all commands. */
export const exitCodeMeanings: readonly (readonly [ExitCode, string])[] = [
  [exitCodes.clean, "nothing at or above --fail-on, and all that was asked for was read"],
  [exitCodes.findings, "findings"],
  [exitCodes.usage, "wrong usage, manifest or input file"],
  [exitCodes.gap, "something that was asked for could not be read"],
  [exitCodes.failed, "an action failed; what it had written was put back, or its journal says how to go on"],
  [exitCodes.waiting, "waiting: a move needs time, and nothing is wrong"],
  [exitCodes.interrupted, "interrupted"],
];

/**
 * Exit code of an audit. Findings win over gaps, because a finding is certain and calls for work; a suppressed
 * finding counts as none. A source that was not read in full is a gap even where nobody wrote one down.
 */
export function exitCodeOf(report: Report, failOn: Severity): ExitCode {
  if (report.findings.some((finding) => counts(finding.severity, failOn) && finding.suppressed === null)) {
    return exitCodes.findings;
  }
  const unread = sourceNames.some((name) => report.sources[name] === "partial" || report.sources[name] === "failed");
  return report.gaps.length > 0 || unread ? exitCodes.gap : exitCodes.clean;
}

function counts(severity: Severity, failOn: Severity): boolean {
  return severity === "error" || failOn === "warning";
}
