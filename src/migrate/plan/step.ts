import type { Action, CopyRef, Phase, Step } from "../../model/move.ts";

/** What every step's words need to know of the move. */
export interface MoveWords {
  readonly function: string;
  readonly from: string;
  readonly to: string;
  /** What answers in place of the copy in `from`; left out: the function itself in `to`. Null: nothing. */
  readonly stays?: CopyRef | null;
  /** Left out: a move. */
  readonly purpose?: "prune";
  /** Test events stand in for real ones. */
  readonly rehearsal?: boolean;
}

/** An action as a step that people read: its id, its phase, and what it changes, how that is verified and undone. */
export function stepOf(action: Action, move: MoveWords): Step {
  return { id: idOf(action), phase: phaseOf(action), action, ...wordsOf(action, move) };
}

function idOf(action: Action): string {
  switch (action.do) {
    case "switch-holder": {
      const { kind, id, field } = action.holder;
      return `${action.do}:${kind}:${id}:${field}`;
    }
    case "hold-job":
    case "resume-job":
    case "pause-job":
    case "run-if-missed":
      return `${action.do}:${action.job.region}`;
    case "drain-queue":
      return `${action.do}:${action.queue.region}`;
    default:
      return action.do;
  }
}

function phaseOf({ do: name }: Action): Phase {
  switch (name) {
    case "declare-move":
    case "deploy-copy":
    case "hold-job":
      return "prepare";
    case "resume-job":
    case "pause-job":
    case "run-if-missed":
    case "switch-holder":
    case "switch-callers":
      return "switch";
    case "await-request":
    case "drain-queue":
    case "await-silence":
    case "await-backlog":
    case "reconcile":
      return "wait";
    case "remove-copy":
    case "declare-end":
      return "drain";
  }
}

function settled(settleMs: number): string {
  return settleMs === 0 ? "" : `, ${settleMs / 60_000} minutes or more after it was deployed`;
}

type Words = Pick<Step, "changes" | "verified" | "undone">;

function wordsOf(
  action: Action,
  { function: name, from, to, stays = { function: name, region: to }, purpose, rehearsal = false }: MoveWords,
): Words {
  switch (action.do) {
    case "declare-move":
      return {
        changes: `regions.yaml: ${name} belongs in ${to}, and is moving from ${from} until ${action.until}`,
        verified: "the file is read again",
        undone: "the line is put back as it was",
      };
    case "deploy-copy":
      return {
        changes: `${name} is deployed to ${to}, beside the copy in ${from}`,
        verified: "both are ACTIVE with the same settings, and as open to callers",
        undone: `the copy in ${to} is deleted, once nothing reaches it`,
      };
    case "hold-job":
      return {
        changes: `the new Scheduler job ${action.job.name} in ${action.job.region} is paused`,
        verified: "it is PAUSED",
        undone: "it goes with the new copy; that of a copy which was there before is as it was",
      };
    case "resume-job":
      return {
        changes: `the Scheduler job ${action.job.name} in ${action.job.region} is resumed`,
        verified: "it is ENABLED, with a next run",
        undone: "it is paused",
      };
    case "pause-job":
      return {
        changes: `the Scheduler job ${action.job.name} in ${action.job.region} is paused`,
        verified: "it is PAUSED",
        undone: "it is resumed",
      };
    case "run-if-missed": {
      const run = `the job in ${action.job.region} is run once, if a due time passed that neither job attempted`;
      return action.way === "there"
        ? { changes: run, verified: "no due time since the switch is without an attempt", undone: null }
        : { changes: "nothing", verified: "it is for the way back alone", undone: run };
    }
    case "switch-holder": {
      const { kind, label, field } = action.holder;
      return {
        changes: `${kind} ${label}: ${field} leads to ${stays?.function ?? name} in ${to}`,
        verified: "it is read back, and only the URL differs",
        undone: `${field} leads to ${name} in ${from} again`,
      };
    }
    case "switch-callers":
      return {
        changes: `source that calls ${name} in ${from} calls it in ${to}`,
        verified: "all source is read again, and none names the old region",
        undone: "what was rewritten is rewritten back",
      };
    case "await-request":
      return {
        changes: rehearsal ? `a test event is sent to ${name} in ${to}` : "nothing",
        verified: `the copy in ${to} has answered a ${rehearsal ? "test" : "real"} request with success${settled(action.settleMs)}`,
        undone: null,
      };
    case "drain-queue":
      return {
        changes:
          action.by === "waiting"
            ? `nothing: the queue ${action.queue.name} in ${action.queue.region} empties by itself`
            : `what waits in the queue ${action.queue.name} in ${action.queue.region} goes to the copy in ${to}, until it is empty`,
        verified: "the queue is empty",
        undone: action.by === "waiting" ? null : "the override is taken back",
      };
    case "await-silence":
      return {
        changes: "nothing",
        verified: `no request has reached the copy in ${from} for long enough: ${action.why}`,
        undone: null,
      };
    case "await-backlog":
      return {
        changes: "nothing",
        verified:
          stays === null
            ? `nothing waits for the copy in ${from}`
            : `nothing waits for the copy in ${from} of what came before the one in ${to} got everything`,
        undone: null,
      };
    case "reconcile":
      return {
        changes: "nothing",
        verified:
          action.ledger === null
            ? "what the providers sent was taken; effects are not checked, as there is no ledger"
            : `what the providers sent was taken, and has its record in ${action.ledger}`,
        undone: null,
      };
    case "remove-copy":
      return {
        changes: `the copy in ${from} is deleted, with its job, queue and trigger. From here on there is no way back but ${purpose === "prune" ? "a deployment" : "another move"}`,
        verified:
          stays === null
            ? `${name} is gone from ${from}`
            : `it is gone, and ${stays.function} is live in ${stays.region}`,
        undone: null,
      };
    case "declare-end":
      return {
        changes: `regions.yaml: ${name} is in ${to}, and no longer moving`,
        verified: "the file is read again",
        undone: null,
      };
  }
}
