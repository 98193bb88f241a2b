import type { Report } from "../model/finding.ts";
import { chosenBaseline } from "./chosen-baseline.ts";
import type { GlobalOptions } from "./command.ts";
import { inputError } from "./input-error.ts";
import type { Io } from "./io.ts";
import { withFixable } from "./wire/fixable.ts";
import { type Look, look } from "./wire/look.ts";
import { findGround } from "./wire/manifest.ts";

/** What an audit is asked for besides the options of every command; files and commits as typed, null = not given. */
export interface AuditRequest {
  readonly deployed: string | null;
  readonly snapshot: string | null;
  readonly baseline: string | null;
  readonly changedSince: string | null;
  readonly discover: boolean;
  readonly state: boolean;
  /** Whether `fixable` has to be what `regions fix` is sure of: it is tried on a draft of the source. */
  readonly exact: boolean;
}

/** One look, judged. Throws InputError where what is asked for does not go together, or a file is wrong. */
export async function auditReport(
  request: AuditRequest,
  global: GlobalOptions,
  io: Io,
): Promise<{ readonly report: Report; readonly seen: Look }> {
  const { deployed, snapshot, changedSince, discover, state } = request;
  const { root } = findGround(global, io);
  if (changedSince !== null) refuseWithoutCode(snapshot, discover);
  const baseline = await chosenBaseline(request.baseline, root, io);
  const change = changedSince === null ? null : await import("./wire/change.ts");
  const base = change === null || changedSince === null ? null : await change.findBase(changedSince, root, io);
  const seen = await look({ deployedFile: deployed, snapshotFile: snapshot, only: null, discover, state }, global, io);
  const { audit: judge } = await import("../audit/audit.ts");
  const judged = judge(seen.snapshot, seen.manifest, global.today, baseline);
  // Only source that was just read can say what can be fixed.
  const exact = request.exact && snapshot === null ? await withFixable(judged, seen, global, io) : judged;
  const report =
    change === null || base === null
      ? exact
      : await change.judgeChange(exact, seen, base, request.baseline, global, io);
  return { report, seen };
}

/** Throws InputError where there is no code to compare, or code of an earlier commit would have to be run. */
function refuseWithoutCode(snapshot: string | null, discover: boolean): void {
  if (snapshot !== null) {
    throw inputError(
      "--changed-since compares the code that is here with an earlier commit, and --snapshot works from a file.",
      "Give one of them.",
    );
  }
  if (discover) {
    throw inputError(
      "--discover runs code, and code of an earlier commit is never run.",
      "Leave it away, or leave --changed-since away.",
    );
  }
}
