import type { Report } from "../../model/finding.ts";
import type { GlobalOptions } from "../command.ts";
import type { Io } from "../io.ts";
import type { Look } from "./look.ts";
import { findGround, loadManifest } from "./manifest.ts";

/** Narrows `fixable` to what `regions fix` is sure of, now that it has tried it on a draft of the source. */
export async function withFixable(report: Report, seen: Look, global: GlobalOptions, io: Io): Promise<Report> {
  if (!report.findings.some((one) => one.fixable)) return report;
  const { fixableFindings } = await import("./fix.ts");
  const loaded = await loadManifest(findGround(global, io), global);
  if (loaded === null) return report;
  const sure = await fixableFindings(seen, loaded, report, global.today);
  return { ...report, findings: report.findings.map((one) => ({ ...one, fixable: sure.has(one) })) };
}
