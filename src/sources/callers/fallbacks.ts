import type { EnvReader, Evaluator } from "../code/evaluate.ts";
import type { References } from "../code/references.ts";
import type { Apps } from "./apps.ts";
import { type BuiltSites, gatherCalls, gatherUrls } from "./gather.ts";
import type { Rows } from "./rows.ts";

/** What reads call sites, under one reading of the variables of a build. */
export interface Reader {
  readonly evaluator: Evaluator;
  readonly references: References;
  readonly apps: Apps;
  /** Whether a file may use what another exports. */
  readonly sees: (file: string, home: string) => boolean;
}

/** Variables as they are in a build that has none of the committed env files. */
export function withoutCommitted(env: EnvReader): EnvReader {
  return (file, name, object) => {
    const answer = env(file, name, object);
    return answer.kind === "committed" ? { kind: "unset" } : answer;
  };
}

/**
 * The second reading of sites whose region a committed env file gives: what the code itself names where the file is
 * not there when it is built. `readerOf` makes the reader of that build, and is asked where there is such a site.
 */
export function gatherFallbacks(readerOf: () => Reader, built: BuiltSites, rows: Rows): void {
  if (built.calls.length + built.urls.length === 0) return;
  const { evaluator, references, apps } = readerOf();
  const sink = { add: rows.addFallbacks.bind(rows) };
  gatherCalls(evaluator, references, apps, built.calls, sink);
  gatherUrls(evaluator, references, { sites: built.urls, heads: [] }, sink);
}
