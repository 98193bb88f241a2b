import { Chalk } from "chalk";
import type { AcceptedValue, Change, Failure, LeftValue, SizeValue } from "../model/deployment.ts";
import type { Gap } from "../model/gap.ts";
import {
  changeJson,
  type DeploymentLayout,
  type DeploymentReport,
  deploymentJson,
  deploymentText,
  inOrder,
} from "./deployment.ts";
import { diffText } from "./diff-text.ts";
import { type Reason, reasonOf, reasonsOf } from "./difference-reasons.ts";
import { count, wrap } from "./layout.ts";
import { shortList } from "./short-list.ts";
import { visible } from "./visible.ts";

/** What became of the values that are live and differ from the manifest's. */
export type AcceptStatus = "not asked" | "nothing to write" | "declined" | "written";

/** What `regions adopt` did; `changes` is what the next deployment would change. */
export interface AdoptionReport extends DeploymentReport {
  readonly adopted: readonly Change[];
  /** Copies that were known before. */
  readonly present: number;
  readonly refusals: readonly Failure[];
  readonly acceptance: {
    readonly status: AcceptStatus;
    readonly accepted: readonly AcceptedValue[];
    readonly left: readonly LeftValue[];
    /** Unified diffs. */
    readonly files: readonly { readonly file: string; readonly diff: string }[];
  };
  readonly gaps: readonly Gap[];
}

/** The contract of `regions adopt --format json`, version 1. */
export function adoptionJson(report: AdoptionReport): string {
  const { adopted, present, refusals, acceptance, gaps } = report;
  const told = ({ owner, why }: Reason) => ({ owner, why });
  const more = {
    adopted: inOrder(adopted.map(changeJson)),
    present,
    acceptLive: acceptance,
    refusals: refusals.map(({ message }) => message),
    gaps: gaps.map(({ source, facet, scope, region, reason }) => ({ source, facet, scope, region, reason })),
  };
  const rows = report.changes.map((change) => ({
    ...changeJson(change),
    ...(change.fields.length === 0 ? told(reasonOf(change, null)) : {}),
    fields: change.fields.map((field) => ({ ...field, ...told(reasonOf(change, field)) })),
  }));
  return deploymentJson(report, more, rows);
}

/** The values that go into the manifest, before anybody is asked: per value the functions, then the diff. */
export function acceptanceText({ acceptance }: AdoptionReport, { width, color, verbose }: DeploymentLayout): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const { accepted, files } = acceptance;
  if (files.length === 0) return "";
  const groups = Map.groupBy(accepted, ({ field, from, to }) => `${field}: ${shown(from)} -> ${shown(to)}`);
  const lines = [...groups].flatMap(([what, own]) => {
    const names = own.map(({ function: name }) => (name === null ? "defaults" : visible(name))).sort();
    return wrap(`${visible(what)}: ${shortList(names, verbose)}`, width, "  ", "      ");
  });
  return `${paint.bold.underline("what is live, for the manifest")}\n${lines.join("\n")}\n\n${diffText(files, color)}\n`;
}

/** Differences as a preview tells them, what the manifest could not take, why each is one, and what was not seen. */
export function adoptionText(report: AdoptionReport, layout: DeploymentLayout): string {
  const paint = new Chalk({ level: layout.color ? 1 : 0 });
  const section = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? "" : `${paint.bold.underline(title)}\n${lines.join("\n")}\n\n`;
  const item = (text: string): string[] => wrap(visible(text), layout.width, "  ", "      ");
  const { refusals, acceptance, gaps, changes } = report;
  const left = acceptance.left.map(({ function: name, region, field, live, next, reason }) => {
    return `${name} in ${region}: ${field}: ${shown(live)} -> ${shown(next)}: ${reason}`;
  });
  const refused = refusals.flatMap(({ message }) =>
    message.split("\n").flatMap((line, index) => (index === 0 ? item(line) : item(`  ${line}`))),
  );
  return [
    deploymentText(report, layout),
    section("not written: what the manifest cannot say", left.flatMap(item)),
    section(
      "why",
      reasonsOf(changes).flatMap(({ subject, why }) => item(`${subject}: ${why}`)),
    ),
    section("what a deployment would be refused for", refused),
    section(
      "not seen, and not adopted",
      gaps.flatMap(({ facet, scope, reason }) => item(`${facet} (${scope}): ${reason}`)),
    ),
  ].join("");
}

/** Why each of the changes is one, by what they are about; empty where there are none. */
export function reasonsText(changes: readonly Change[], { width, color }: DeploymentLayout): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const lines = reasonsOf(changes).flatMap(({ subject, why }) => wrap(`${subject}: ${why}`, width, "  ", "      "));
  return lines.length === 0 ? "" : `${paint.bold.underline("why")}\n${lines.join("\n")}\n\n`;
}

/** "429 copies adopted with 406 parts, 0 known before." and what comes next. */
export function adoptionSum({
  environment,
  project,
  adopted,
  present,
  changes,
  acceptance,
  gaps,
}: AdoptionReport): string {
  const functions = adopted.filter(({ part }) => part.kind === "function").length;
  const parts = adopted.length - functions;
  const taken = `${functions === 1 ? "1 copy" : `${functions} copies`} adopted with ${count(parts, "part")}, ${present} known before.`;
  const written = {
    "not asked": "",
    "nothing to write": " The manifest says what is live, as far as it can.",
    declined: " The manifest is as it was.",
    written: ` ${count(acceptance.accepted.length, "value")} written into the manifest.`,
  }[acceptance.status];
  const unseen = gaps.length === 0 ? "" : " What was not seen is not adopted: type it again once it can be.";
  const next =
    changes.length === 0
      ? " The next deployment would change nothing."
      : " Above is what the next deployment would change; until then nothing is.";
  return `${environment} (project ${project}): ${taken}${written}${unseen}${next}`;
}

function shown(value: SizeValue): string {
  return value === null ? "(not set)" : String(value);
}

/** Where nothing could be concluded, and so nothing was done. */
export function unseenText(report: AdoptionReport, layout: DeploymentLayout): string {
  const { environment, project } = report;
  return `${adoptionText(report, layout)}${environment} (project ${project}): nothing adopted, because it is not known what is live. Exit code 3.\n`;
}
