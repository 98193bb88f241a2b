import type { Severity } from "../model/finding.ts";
import type { Place } from "../model/place.ts";

/** What CI systems want to know besides the report. */
export interface CiFrame {
  /** Folder of the report's paths below the repository's top, with "/"; "" = they are the same. */
  readonly folder: string;
  /** Where a finding that lives in no file is shown, since most systems drop what has no file: the manifest. */
  readonly home: Place;
  readonly failOn: Severity;
  readonly exitCode: number;
  /** Of this program; null = not known. */
  readonly version: string | null;
  readonly rules: readonly RuleInfo[];
}

/** A rule as its readers meet it. */
export interface RuleInfo {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly area: string;
  /** Its page, as Markdown. */
  readonly page: string;
}
