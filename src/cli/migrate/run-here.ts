import { type RunEnd, runMove } from "../../migrate/engine/run.ts";
import type { Journal } from "../../migrate/journal/journal.ts";
import { hasDrained } from "../../migrate/journal/standing.ts";
import type { Lock } from "../../migrate/ports/journal-store.ts";
import type { Ports } from "../../migrate/ports/world.ts";
import { works } from "../../migrate/steps/works.ts";
import type { Direction, MovePlan, Step } from "../../model/move.ts";
import type { GlobalOptions } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import type { Io } from "../io.ts";
import { holderHere } from "../wire/migrate/store.ts";

export interface Running {
  readonly until: string | null;
  readonly takeOver: boolean;
}

/** Goes on with a move, tells each step, and says at the end what comes next. */
export async function runHere(
  journal: Journal,
  lock: Lock,
  ports: Ports,
  { until }: Running,
  global: GlobalOptions,
  io: Io,
): Promise<ExitCode> {
  const isText = global.format === "text";
  let at: { readonly step: Step; readonly direction: Direction } | null = null;
  const onStep = (step: Step, direction: Direction, what: "looking" | "doing" | "done"): void => {
    at = { step, direction };
    if (global.quiet || !isText) return;
    const word = {
      looking: null,
      doing: direction === "undo" ? "undoing" : "doing",
      done: direction === "undo" ? "undone" : "done",
    }[what];
    if (word !== null) void io.stderr.write(`${word.padEnd(8)}${step.id}\n`);
  };
  const by = holderHere(journal.id, false).owner;
  // Deployments take minutes: the lock must not run out meanwhile.
  const beat = setInterval(() => void lock.renew().catch(() => {}), 60_000);
  try {
    const end = await runMove({ works, ports, journal, lock, by, until, onStep });
    const { plan } = journal.standing();
    const canRollBack = !hasDrained(journal.standing());
    if (isText) await io.stdout.write(`${endText(end, journal.id, plan, canRollBack)}${wayBack(end, plan)}`);
    else await io.stdout.write(`${JSON.stringify({ version: 1, move: journal.id, end: shown(end), canRollBack })}\n`);
    return codeOf(end);
  } catch (error) {
    if (io.signal.aborted) {
      const where = at === null ? "" : ` at ${(at as { step: Step }).step.id}`;
      await io.stderr.write(
        `Interrupted${where}. The journal says what was begun; \`regions migrate resume ${journal.id}\` goes on.\n`,
      );
    }
    throw error;
  } finally {
    clearInterval(beat);
  }
}

function codeOf(end: RunEnd): ExitCode {
  if (end.is === "waiting" || end.is === "paused") return exitCodes.waiting;
  return end.is === "failed" || end.is === "stopped" ? exitCodes.failed : exitCodes.clean;
}

function shown(end: RunEnd): object {
  if (end.is === "paused") return { is: end.is, after: end.after.id };
  return "step" in end ? { ...end, step: end.step.id } : end;
}

function endText(end: RunEnd, id: string, plan: MovePlan, canRollBack: boolean): string {
  const { function: name, purpose } = plan;
  const back = canRollBack ? ` \`regions migrate rollback ${id}\` puts everything back.` : "";
  const on = `\`regions migrate resume ${id}\``;
  switch (end.is) {
    case "moved":
      return `${purpose === "prune" ? `${name} in ${plan.from} is pruned` : `${name} has moved to ${plan.to}`}. Exit code 0.\n`;
    case "rolled-back":
      return `${name} is as it was before the ${purpose}. Exit code 0.\n`;
    case "paused":
      return `Stopped after ${end.after.id}, as asked. ${on} goes on.${back} Exit code 5.\n`;
    case "waiting": {
      const until = end.until === null ? "" : `, until ${end.until}`;
      return `Waiting for ${end.for}${until}. ${on} goes on.${back} Nothing is wrong. Exit code 5.\n`;
    }
    case "failed":
      return `${end.step.id} failed: ${end.reason}\n${on} tries again.${back} Exit code 4.\n`;
    case "stopped":
      return `Stopped at ${end.step.id}: ${end.reason}\n${on} goes on once that is settled.${back} Exit code 4.\n`;
  }
}

/** A rehearsal has moved the function for good, and regions.yaml says so for every environment. */
function wayBack({ is }: RunEnd, { rehearsal, function: name, from, to, environment }: MovePlan): string {
  if (rehearsal !== true || is !== "moved") return "";
  const back = `regions migrate ${name} --to ${from} --from ${to} --rehearse --env ${environment}`;
  return `This was a rehearsal, and regions.yaml has ${name} in ${to} now. The way back, rehearsed too, restores that:\n  ${back}\n`;
}
