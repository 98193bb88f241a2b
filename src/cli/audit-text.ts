import { hasOwnCodebase } from "../manifest/own-codebases.ts";
import type { Report } from "../model/finding.ts";
import type { CiFrame } from "../report/ci-frame.ts";
import type { Grouping } from "../report/group-by.ts";
import { grouped } from "../report/groups.ts";
import { visible } from "../report/visible.ts";
import type { GlobalOptions, OutputChoice } from "./command.ts";
import type { ExitCode } from "./exit.ts";
import { type Io, wantsColor, widthOf } from "./io.ts";
import type { Look } from "./wire/look.ts";
import { writeOutputs } from "./write-outputs.ts";

type CiReporter = (report: Report, frame: CiFrame) => string;

/** The formats of `regions audit` besides text and json. */
const ciReporters: ReadonlyMap<string, () => Promise<CiReporter>> = new Map([
  ["sarif", async () => (await import("../report/sarif.ts")).sarifReport],
  ["github", async () => (await import("../report/github.ts")).githubReport],
  ["gitlab", async () => (await import("../report/gitlab.ts")).gitlabReport],
  ["junit", async () => (await import("../report/junit.ts")).junitReport],
  ["markdown", async () => (await import("../report/markdown.ts")).markdownReport],
]);

export const ciFormats: readonly string[] = [...ciReporters.keys()];

/** How the text is laid out. */
export interface TextLayout {
  /** Every finding, however many there are. */
  readonly all: boolean;
  /** Null: by when customers notice. */
  readonly groupBy: Grouping | null;
}

/** The report in every format that `--format` asks for: first on standard output, then in files, each whole. */
export async function tellAudit(
  report: Report,
  exitCode: ExitCode,
  seen: Look,
  layout: TextLayout,
  global: GlobalOptions,
  io: Io,
) {
  // Where a CI system reads standard output, what is no finding goes to the log.
  if (ciReporters.has(global.outputs[0]?.format ?? "") && !global.quiet) {
    for (const note of report.notes) await io.stderr.write(`${visible(note)}\n`);
    if (report.changedSince !== undefined) {
      const { setAsideText } = await import("../report/set-aside.ts");
      await io.stderr.write(`${setAsideText(report.changedSince)}\n`);
    }
  }
  await writeOutputs(global.outputs, io, (output) => textOf(output, report, exitCode, seen, layout, global, io));
}

async function textOf(
  { format, file }: OutputChoice,
  report: Report,
  exitCode: ExitCode,
  seen: Look,
  layout: TextLayout,
  global: GlobalOptions,
  io: Io,
): Promise<string> {
  if (format === "json") return (await import("../report/json.ts")).auditJson(report);
  const load = ciReporters.get(format);
  if (load !== undefined) {
    const [reporter, { ciFrame }] = await Promise.all([load(), import("./wire/ci-frame.ts")]);
    return reporter(report, ciFrame(seen, exitCode, global, io));
  }
  const [{ terminalReport }, { excerptsFor }] = await Promise.all([
    import("../report/terminal.ts"),
    import("./excerpts.ts"),
  ]);
  return terminalReport(report, {
    width: widthOf(io),
    color: file === null && wantsColor(io, global.color),
    verbose: global.verbose,
    // A file is not a screen: whoever writes one wants the whole.
    all: layout.all || file !== null,
    groupBy: layout.groupBy,
    failOn: global.failOn,
    exitCode,
    hasState: seen.manifest !== null && hasOwnCodebase(seen.manifest),
    excerpts: excerptsFor(report, seen.root),
    next: nextOf(report, seen),
  });
}

/** What to type next: the page of the first rule shown, what tells why a source was not read, a manifest. */
function nextOf(report: Report, seen: Look): string | null {
  const [first] = grouped(report.findings.filter((finding) => finding.suppressed === null))[0]?.findings ?? [];
  if (first !== undefined) return `regions explain ${first.rule}`;
  if (report.gaps.some((gap) => gap.source === "deployed" || gap.source === "holders")) return "regions doctor";
  return seen.manifest === null && report.checked.functions > 0 ? "regions init, for all the other rules" : null;
}
