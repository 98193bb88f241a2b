import type { FunctionData } from "../manifest/schema.ts";
import { type EditValue, writeText, writeYaml } from "../manifest/write-yaml.ts";
import type { Gap } from "../model/gap.ts";
import type { Seen } from "./fleet.ts";

/** What a first manifest says, ready to be written down. */
export interface Draft {
  readonly project: string | null;
  readonly gaps: readonly Gap[];
  readonly unplaced: readonly string[];
  /** Functions whose codebase nothing shows: the first one is written. */
  readonly guessed: number;
  readonly origin: { readonly deployed: boolean; readonly declared: boolean };
  readonly regions: readonly { readonly name: string; readonly members: readonly Seen[] }[];
  readonly classes: readonly { readonly region: string; readonly allow: readonly string[] }[];
  readonly codebases: readonly { readonly name: string; readonly source: string }[];
  readonly callers: readonly { readonly name: string; readonly root: string }[];
  readonly functions: readonly { readonly name: string; readonly entry: FunctionData }[];
}

/** The text of a first regions.yaml: explicit, one line for each function, with comments that say what to fill in. */
export function writeDraft(draft: Draft): string {
  const undecided = draft.functions.filter((one) => one.entry.undecided !== undefined).length;
  const sections = [
    header(draft, undecided),
    ["version: 1"],
    [
      "environments:",
      draft.project === null
        ? "  production: { project: your-project-id }   # write the Google Cloud project id here"
        : `  production: { project: ${writeText(draft.project)} }`,
    ],
    section(
      "regions",
      draft.regions.map(regionLine),
      "role: what the region is for; protected: true where nothing may be added lightly",
    ),
    section(
      "classes",
      draft.classes.map(({ region, allow }) => {
        const entry = { region, ...(allow.length > 0 ? { allow } : {}) };
        const note = allow.length > 0 ? "   # allow: for the functions in several regions below" : "";
        return `  ${writeText(region)}: ${writeYaml(entry)}${note}`;
      }),
      "one for each region to begin with: rename and split them by what must not fail together",
    ),
    section(
      "codebases",
      draft.codebases.map(
        ({ name, source }) => `  ${writeText(name)}: ${writeYaml({ source: source || ".", deployer: "firebase" })}`,
      ),
      null,
    ),
    section("functions", draft.functions.map(functionLine), null),
    section(
      "callers",
      draft.callers.map(({ name, root }) => `  ${writeText(name)}: ${writeYaml({ root: root || "." })}`),
      null,
    ),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function header(draft: Draft, undecided: number): string[] {
  const { deployed, declared } = draft.origin;
  const from =
    deployed && declared
      ? "what is deployed and what the source declares"
      : deployed
        ? "what is deployed"
        : "what the source declares";
  const lines = [`# Where every function belongs. Written by \`regions init\` from ${from}.`];
  if (undecided > 0) {
    lines.push(
      `# ${undecided} of ${draft.functions.length} functions carry "undecided": take the decision, then remove the word.`,
    );
  }
  for (const gap of draft.gaps) {
    lines.push(
      comment(`Not looked at: ${gap.source} ${gap.facet} ${gap.scope} (${gap.reason}). Functions may be missing here.`),
    );
  }
  if (draft.guessed > 0) {
    lines.push(
      `# The codebase of ${draft.guessed} of ${draft.functions.length} functions is a guess: nothing that was read shows it.`,
    );
  }
  for (const message of draft.unplaced) lines.push(comment(message));
  return lines;
}

function section(name: string, lines: readonly string[], hint: string | null): string[] {
  const note = hint === null ? "" : `   # ${hint}`;
  if (lines.length > 0) return [`${name}:${note}`, ...lines];
  return name === "codebases" || name === "callers" ? [] : [`${name}: {}`];
}

function regionLine({ name, members }: { readonly name: string; readonly members: readonly Seen[] }): string {
  const counts = new Map<string, number>();
  for (const member of members) {
    for (const { region, trigger } of member.triggers) {
      if (region === name) counts.set(trigger, (counts.get(trigger) ?? 0) + 1);
    }
  }
  const kinds = [...counts].sort((a, b) => b[1] - a[1]).map(([trigger, count]) => `${count} ${trigger}`);
  const size = members.length === 1 ? "1 function" : `${members.length} functions`;
  return `  ${writeText(name)}: {}   # ${size}${kinds.length > 0 ? `: ${kinds.join(", ")}` : ""}`;
}

function functionLine({ name, entry }: { readonly name: string; readonly entry: FunctionData }): string {
  const short = Object.keys(entry).length === 1;
  return `  ${writeText(name)}: ${short ? writeText(entry.class) : writeYaml(entry as unknown as EditValue)}`;
}

/** Text of others on one line, without anything that could end the comment. */
function comment(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029\ufffd\s]+/gu, " ");
  return `# ${line.length > 200 ? `${line.slice(0, 199)}…` : line}`;
}
