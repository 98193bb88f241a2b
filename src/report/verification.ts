import { Chalk } from "chalk";
import type { LineOutcome, Verification } from "../model/verification.ts";
import { pad, wrap } from "./layout.ts";
import { code, prose } from "./markdown-text.ts";
import { visible, visibleJson } from "./visible.ts";

interface VerificationLayout {
  readonly width: number;
  readonly color: boolean;
  /** Details of lines that passed, too. */
  readonly verbose: boolean;
}

const outcomes: readonly LineOutcome[] = ["passed", "failed", "not checked", "not asked"];
const mostDetails = 5;

/** `regions verify --format json`. */
export function verificationJson({
  version,
  project,
  environment,
  today,
  commit,
  status,
  lines,
}: Verification): string {
  const value = {
    version,
    project,
    environment,
    today,
    commit: commit === null ? null : { id: commit.id, clean: commit.clean },
    status,
    lines: lines.map(({ id, outcome, evidence, details }) => ({ id, outcome, evidence, details })),
  };
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`;
}

/** One line each, with what was seen; under what did not pass, why. */
export function verificationText(verification: Verification, layout: VerificationLayout, exitCode: number): string {
  const { width, color, verbose } = layout;
  const paint = new Chalk({ level: color ? 1 : 0 });
  const colors: Readonly<Record<LineOutcome, (text: string) => string>> = {
    passed: paint.green,
    failed: paint.red.bold,
    "not checked": paint.yellow.bold,
    "not asked": paint.dim,
  };
  const { lines, project, environment, today, status } = verification;
  const names = Math.max(...lines.map(({ id }) => visible(id).length));
  const outcomeWidth = Math.max(...outcomes.map((one) => one.length));
  const indent = " ".repeat(outcomeWidth + 2);
  const rows = lines.flatMap(({ id, outcome, evidence, details }) => {
    const isShown = verbose || outcome === "failed" || outcome === "not checked";
    const shown = isShown ? details.slice(0, verbose ? details.length : mostDetails) : [];
    const more = isShown ? details.length - shown.length : 0;
    const head = `${pad(outcome, outcomeWidth)}  ${pad(visible(id), names)}  `;
    const [first = "", ...rest] = wrap(visible(evidence), width, head, " ".repeat(head.length));
    return [
      colors[outcome](first.slice(0, outcomeWidth)) + first.slice(outcomeWidth),
      ...rest,
      ...shown.flatMap((line) => wrap(visible(line), width, `${indent}- `, `${indent}  `)),
      ...(more > 0 ? [`${indent}- and ${more} more (--verbose)`] : []),
    ];
  });
  const heading = ["regions verify", `project ${project}`, `environment ${environment}`, today, codeText(verification)];
  const closing = `${tallyOf(verification)}: ${verdict[status]}. Exit code ${exitCode}.`;
  const text = [paint.bold(visible(heading.join(" · "))), "", ...rows, "", ...wrap(closing, width, "", "  ")];
  return `${text.join("\n")}\n`;
}

/** The verification report as a document. */
export function verificationMarkdown(verification: Verification): string {
  const { lines, project, environment, today, status } = verification;
  const withDetails = lines.filter(({ details }) => details.length > 0);
  const parts = [
    `# Verification of ${prose(environment)}: ${status}`,
    `Project ${code(project)} · ${today} · ${prose(codeText(verification))}`,
    `${tallyOf(verification)}: ${verdict[status]}.`,
    [
      "| | line | evidence |",
      "|---|---|---|",
      ...lines.map(({ id, outcome, evidence }) => `| ${mark(outcome)} | ${code(id)} | ${prose(evidence)} |`),
    ].join("\n"),
    ...withDetails.flatMap(({ id, details }) => [
      `## ${prose(id)}`,
      details.map((line) => `- ${prose(line)}`).join("\n"),
    ]),
  ];
  return `${parts.join("\n\n")}\n`;
}

const verdict: Readonly<Record<Verification["status"], string>> = {
  passed: "nothing that was looked at stands against a release",
  failed: "not ready for a release",
  "not known": "not known to be ready for a release",
};

function tallyOf({ lines }: Verification): string {
  return outcomes
    .flatMap((outcome) => {
      const number = lines.filter((line) => line.outcome === outcome).length;
      return number === 0 ? [] : [`${number} ${outcome}`];
    })
    .join(", ");
}

function codeText({ commit }: Verification): string {
  if (commit === null) return "no commit";
  const state = commit.clean === null ? ", changes not looked at" : commit.clean ? "" : " with uncommitted changes";
  return `commit ${commit.id.slice(0, 12)}${state}`;
}

function mark(outcome: LineOutcome): string {
  return outcome === "passed" ? "passed" : `**${outcome}**`;
}
