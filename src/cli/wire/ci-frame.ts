import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { rules } from "../../audit/rules.ts";
import type { CiFrame } from "../../report/ci-frame.ts";
import type { GlobalOptions } from "../command.ts";
import type { ExitCode } from "../exit.ts";
import type { Io } from "../io.ts";
import { rulePage } from "../rule-pages.ts";
import { shownPath } from "./files.ts";
import type { Look } from "./look.ts";

/** What the formats of CI systems need besides the report. */
export function ciFrame(seen: Look, exitCode: ExitCode, global: GlobalOptions, io: Io): CiFrame {
  return {
    folder: folderInRepository(seen.root),
    home: { file: seen.manifest?.file ?? "regions.yaml", line: 1 },
    failOn: global.failOn,
    exitCode,
    version: io.version?.() ?? null,
    rules: rules.map(({ id, title, severity, area }) => ({ id, title, severity, area, page: rulePage(id) })),
  };
}

/** CI systems count paths from the top of the repository; outside of one, the root is the top. */
function folderInRepository(root: string): string {
  const start = realpathSync(root);
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return shownPath(folder, start);
    if (dirname(folder) === folder) return "";
  }
}
