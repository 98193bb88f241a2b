import type { JournalRecord, MovePlan, Step } from "../model/move.ts";
import { table, wrap } from "./layout.ts";
import { visible } from "./visible.ts";

/** A plan as a person reads it before agreeing to it. */
export function planText(plan: MovePlan, width: number): string {
  const lines = [
    ...wrap(`${plan.rehearsal === true ? "Rehearsal: " : ""}${purposeText(plan)}`, width, "", ""),
    "",
    "Before anything is changed:",
    ...plan.preconditions.flatMap(({ holds, found, mend }) => [
      ...wrap(found, width, holds ? "  ok    " : "  NO    ", "        "),
      ...(mend === null ? [] : wrap(mend, width, "        ", "        ")),
    ]),
    "",
    "Steps:",
    ...plan.steps.flatMap((step, index) => stepLines(step, index, width)),
  ];
  if (plan.abortOn !== null) {
    const share = Math.round(plan.abortOn.share * 1000) / 10;
    const rule = `Turns back by itself once ${share} % of the new copy's requests of ${plan.abortOn.withinMinutes} minutes end in a server error.`;
    lines.push("", ...wrap(rule, width, "", ""));
  }
  lines.push("", "To weigh:", ...plan.risks.flatMap((risk) => wrap(risk, width, "  - ", "    ")));
  return `${lines.map(visible).join("\n")}\n`;
}

function purposeText(plan: MovePlan): string {
  const { purpose, function: name, from, to, kind, stays, environment, project, deployer } = plan;
  const place = `${environment} (project ${project})`;
  if (purpose === "move") return `${name} (${kind}) moves from ${from} to ${to} in ${place}, deployed by ${deployer}.`;
  const instead =
    stays === null ? "nothing answers in its place" : `${stays.function} in ${stays.region} answers in its place`;
  return `In ${place} the copy of ${name} (${kind}) in ${from} is pruned; ${instead}.`;
}

function stepLines({ phase, changes, verified, undone, action }: Step, index: number, width: number): string[] {
  const number = `${String(index + 1).padStart(3)}  ${phase.padEnd(7)}  `;
  const indent = " ".repeat(number.length);
  const waits = action.do === "await-silence" || changes === "nothing";
  return [
    ...wrap(waits ? `wait: ${verified}` : changes, width, number, indent),
    ...(waits ? [] : wrap(`verified: ${verified}`, width, indent, indent)),
    ...(undone === null ? [] : wrap(`undone: ${undone}`, width, indent, indent)),
  ];
}

/** One line of a list of moves. */
export interface MoveRow {
  readonly id: string;
  readonly function: string;
  readonly from: string;
  /** Where it goes; "(prune)" for a copy that goes for good. */
  readonly to: string;
  /** "moved", "pruned", "waiting until …", … */
  readonly state: string;
}

export function movesText(rows: readonly MoveRow[]): string {
  if (rows.length === 0) return "No moves.\n";
  const cells = rows.map((row) => [row.id, row.function, row.from, row.to, row.state].map(visible));
  return `${table(["move", "function", "from", "to", "state"], cells).join("\n")}\n`;
}

/** A journal as a person reads it: a line per record. */
export function journalText(records: readonly JournalRecord[], width: number): string {
  const isPrune = records.some((record) => record.kind === "planned" && record.plan.purpose === "prune");
  const lines = records.flatMap((record) =>
    wrap(recordText(record, isPrune), width, `${record.at.slice(0, 19)}Z  `, " ".repeat(22)),
  );
  return `${lines.map(visible).join("\n")}\n`;
}

function recordText(record: JournalRecord, isPrune: boolean): string {
  switch (record.kind) {
    case "planned":
      return `planned by ${record.by}: ${wayText(record.plan)}, ${record.plan.steps.length} steps`;
    case "begin":
      return `${record.direction === "undo" ? "undoing" : "begun"} ${record.step}`;
    case "done":
      return `${record.direction === "undo" ? "undone" : "done"} ${record.step}: ${record.evidence}`;
    case "wait":
      return `waiting at ${record.step} for ${record.for}${record.until === null ? "" : `, until ${record.until}`}`;
    case "failed":
      return `failed ${record.step}: ${record.reason}`;
    case "stopped":
      return `stopped at ${record.step}: ${record.reason}`;
    case "accepted":
      return `accepted at ${record.step} by ${record.by}: ${record.reason}`;
    case "turned-back":
      return `turned back ${record.abort ? "by the plan's own rule" : `by ${record.by}`}: ${record.reason}`;
    case "moved":
      return isPrune ? "pruned" : "moved";
    case "rolled-back":
      return `rolled back: everything is as before the ${isPrune ? "prune" : "move"}`;
  }
}

function wayText({ purpose, function: name, from, to, stays }: MovePlan): string {
  if (purpose === "move") return `${name} from ${from} to ${to}`;
  const led = stays === null || stays.function === name ? "" : `, replaced by ${stays.function} in ${stays.region}`;
  return `prune of ${name} in ${from}${led}`;
}
