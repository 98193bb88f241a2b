import { Chalk } from "chalk";
import type { Finding } from "../model/finding.ts";
import type { Gap } from "../model/gap.ts";
import type { Place } from "../model/place.ts";
import { diffText } from "./diff-text.ts";
import { count, wrap } from "./layout.ts";
import { visible, visibleJson } from "./visible.ts";

/** What became of the edits. */
export type FixStatus = "nothing to do" | "shown" | "declined" | "needs consent" | "written" | "put back";

/** What `regions fix` found, and what it did. */
export interface FixReport {
  readonly project: string | null;
  readonly environment: string | null;
  readonly status: FixStatus;
  readonly mended: readonly {
    readonly finding: Finding;
    readonly region: string;
    readonly what: string;
  }[];
  readonly refused: readonly {
    readonly rule: string | null;
    readonly function: string | null;
    readonly place: Place | null;
    readonly reason: string;
    readonly mend: string;
  }[];
  /** Unified diffs. */
  readonly files: readonly { readonly file: string; readonly diff: string }[];
  readonly gaps: readonly Gap[];
}

/** `regions fix --format json`. */
export function fixJson(report: FixReport): string {
  const { project, environment, status, mended, refused, files, gaps } = report;
  const value = {
    version: 1,
    project,
    environment,
    status,
    mended: mended.map(({ finding, region, what }) => ({
      rule: finding.rule,
      function: finding.function,
      place: finding.place,
      from: finding.actual,
      to: region,
      what,
      fingerprint: finding.fingerprint,
    })),
    refused: refused.map(({ rule, function: name, place, reason, mend }) => ({
      rule,
      function: name,
      place,
      reason,
      mend,
    })),
    files: files.map(({ file, diff }) => ({ file, diff })),
    gaps: gaps.map(({ source, facet, scope, region, reason }) => ({ source, facet, scope, region, reason })),
  };
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`;
}

export interface FixLayout {
  readonly width: number;
  readonly color: boolean;
}

/** The diff alone, ready for `git apply` where nobody hid control characters in the source. */
export function fixDiff({ files }: FixReport, { color }: FixLayout): string {
  return diffText(files, color);
}

/** What is mended and what is left, as a person reads it below the diff. */
export function fixSummary(report: FixReport, { width, color }: FixLayout): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const { mended, refused, files, gaps } = report;
  const sections: string[][] = [];
  if (mended.length > 0) {
    const verb = report.status === "written" ? "Mended" : "To mend";
    sections.push([
      `${paint.bold.underline(verb)}  ${paint.dim(`${count(mended.length, "finding")} in ${count(files.length, "file")}`)}`,
      ...mended.flatMap(({ finding, what }) => {
        const name = finding.function === null ? "" : `${visible(finding.function)}: `;
        return wrap(`${where(finding.place)}  ${name}${visible(what)}`, width, "  ", "    ");
      }),
    ]);
  }
  if (refused.length > 0) {
    sections.push([
      `${paint.bold.underline("Left as it is")}  ${paint.dim(count(refused.length, "place"))}`,
      ...refused.flatMap(({ function: name, place, reason, mend }) => [
        `  ${paint.cyan(where(place))}${name === null ? "" : `  ${visible(name)}`}`,
        ...wrap(`${sentence(visible(reason))}`, width, "    ", "    "),
        ...wrap(visible(mend), width, "    mend: ", "          "),
      ]),
    ]);
  }
  if (gaps.length > 0) {
    sections.push([
      `${paint.bold.underline("Could not look")}  ${paint.dim(count(gaps.length, "gap"))}`,
      ...gaps.flatMap(({ source, scope, reason }) =>
        wrap(`${source}${scope === "*" ? "" : ` (${visible(scope)})`}: ${visible(reason)}`, width, "  ", "    "),
      ),
    ]);
  }
  return sections.map((lines) => `${lines.join("\n")}\n\n`).join("");
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function where(place: Place | null): string {
  if (place === null) return "the project";
  return `${visible(place.file)}:${place.line}${place.column === undefined ? "" : `:${place.column}`}`;
}

/** The last line: what was done, or why nothing was. */
export function fixClosing({ status, mended, files }: FixReport, exitCode: number): string {
  const sum = `${count(mended.length, "finding")} in ${count(files.length, "file")}`;
  const done: Readonly<Record<FixStatus, string>> = {
    "nothing to do": "Nothing to write.",
    shown: "Nothing written: --dry-run shows only.",
    declined: "Nothing written.",
    "needs consent": "Nothing written: nobody is at the terminal to agree. Give --yes to write, or --dry-run to look.",
    written: `Written: ${sum}. The audit says nothing new of them.`,
    "put back": "Put back: the audit said something else of the written files than of the draft.",
  };
  return `${done[status]} Exit code ${exitCode}.\n`;
}
